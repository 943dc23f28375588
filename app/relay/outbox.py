"""The demo desk's outbox: the maildir that stands for the buyers' mailboxes.

Shows what a buyer would find in their mailbox, their own address included, and lets the visitor
write back as the buyer. Only for a desk without a mail server, on this machine alone.
"""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from itertools import islice
from pathlib import Path

from app.config import Settings
from app.lib.clock import now
from app.mail.smtp import SmtpTransport

SHOWN = 40


@dataclass(frozen=True)
class Letter:
    """One mail as the buyer's mailbox holds it."""

    key: str
    sender: str
    recipient: str
    subject: str
    date: str
    text: str
    message_id: str


def letters(box: Path) -> list[Letter]:
    """The newest mails, the newest first; none while nothing was sent."""
    if not box.is_dir():
        return []
    found = sorted(_files(box), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return list(islice(filter(None, map(_read, found)), SHOWN))


def find_letter(box: Path, key: str) -> Letter | None:
    """One of them by its key. A key that is a path finds nothing."""
    return next((letter for letter in letters(box) if letter.key == key), None)


def _files(box: Path) -> Iterator[Path]:
    for folder in ("new", "cur"):
        if (box / folder).is_dir():
            yield from (box / folder).iterdir()


def _read(path: Path) -> Letter | None:
    """One file; None for what the desk told its own people, which comes from nobody."""
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    if mail.get("Return-Path") == "<>":
        return None
    body = mail.get_body(preferencelist=("plain",))
    return Letter(
        key=path.name.partition(mailbox.Maildir.colon)[0],
        sender=str(mail.get("From", "")),
        recipient=str(mail.get("To", "")),
        subject=str(mail.get("Subject", "")),
        date=str(mail.get("Date", "")),
        text=str(body.get_content()) if body else "",
        message_id=str(mail.get("Message-ID", "")),
    )


def write_back(letter: Letter, text: str, settings: Settings) -> None:
    """Send the desk an answer to `letter`, as the buyer's mail program would.

    Raises `SendingFailed` when the desk's own mail door does not take it.
    """
    buyer, mask = parseaddr(letter.recipient)[1], parseaddr(letter.sender)[1]
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = buyer, mask
    mail["Subject"] = letter.subject if letter.subject[:3] == "Re:" else f"Re: {letter.subject}"
    mail["Date"], mail["Message-ID"] = format_datetime(now()), make_msgid(domain="buyer.example")
    if letter.message_id:
        mail["In-Reply-To"] = mail["References"] = letter.message_id
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    mail.set_content(f"{text}\n\n{letter.sender}:\n{quoted}\n")
    door = SmtpTransport(f"smtp://{settings.mail_host}:{settings.smtp_port}", timeout=10)
    door.send(sender=buyer, recipient=mask, content=mail.as_bytes())
