"""`flask mail read`: what the desk would read in a mail."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup

from app.extensions import part
from app.mail.describe import describe
from app.relay.reading import general_anchors

group = AppGroup("mail", help="Look at mails.")


@group.command("read")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def read_files(files: tuple[Path, ...]) -> None:
    """One JSON object a message, of FILES or of one message on stdin."""
    failed = False
    for name, raw in _messages(files):
        described = _described(name, raw)
        failed = failed or "error" in described
        click.echo(json.dumps(described, ensure_ascii=False))
    if failed:
        raise click.exceptions.Exit(1)


def _messages(files: tuple[Path, ...]) -> list[tuple[str, Path | BinaryIO]]:
    if not files:
        return [("-", click.get_binary_stream("stdin"))]
    return [(str(path), path) for path in files]


def _described(name: str, source: Path | BinaryIO) -> dict[str, Any]:
    try:
        raw = source.read_bytes() if isinstance(source, Path) else source.read()
        described = describe(raw, anchors=general_anchors())
    except OSError as fault:
        return {"file": name, "error": f"This file cannot be read: {fault.strerror}."}
    except ValueError as fault:
        return {"file": name, "error": str(fault)}
    detected = part("detector").detect(described["text"])
    return {"file": name, **described, "lang": detected.lang}
