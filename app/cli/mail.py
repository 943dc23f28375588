"""`flask mail read`: what the desk would read in a mail."""

import json
import sys
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.config import Settings
from app.extensions import part
from app.lib.clock import now
from app.mail.describe import describe
from app.mail.smtp import SendingFailed, SmtpTransport
from app.relay.reading import general_anchors
from app.translation.detect import Detector

group = AppGroup("mail", help="Look at mails.")


@group.command("read")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def read_files(files: tuple[Path, ...]) -> None:
    """One JSON object a message, of FILES or of one message on stdin."""
    failed = False
    paths: tuple[Path | None, ...] = files or (None,)
    for path in paths:
        described = _described(path)
        failed = failed or "error" in described
        click.echo(json.dumps(described, ensure_ascii=False))
    if failed:
        raise click.exceptions.Exit(1)


def _described(path: Path | None) -> dict[str, Any]:
    name = str(path or "-")
    try:
        raw = path.read_bytes() if path else sys.stdin.buffer.read()
        described = describe(raw, anchors=general_anchors())
    except OSError as fault:
        return {"file": name, "error": f"This file cannot be read: {fault.strerror}."}
    except ValueError as fault:
        return {"file": name, "error": str(fault)}
    detector: Detector = part("detector")
    detected = detector.detect(described["text"])
    return {"file": name, **described, "lang": detected.lang}


@group.command("send")
@click.option("--to", "recipient", required=True)
@click.option("--from", "sender", required=True)
@click.option("--subject", default="")
@click.option("--text", required=True)
def send(recipient: str, sender: str, subject: str, text: str) -> None:
    """Write to the running desk as a buyer would, through its SMTP door."""
    settings: Settings = part("settings")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail["Date"], mail["Message-ID"] = format_datetime(now()), make_msgid()
    mail.set_content(text)
    transport = SmtpTransport(f"smtp://{settings.mail_host}:{settings.smtp_port}")
    try:
        transport.send(sender=sender, recipient=recipient, content=bytes(mail))
    except SendingFailed as fault:
        raise click.ClickException(f"The desk did not take the mail. {fault}") from fault
    click.echo("The desk has taken the mail.")
