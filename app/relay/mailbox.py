"""The fall-back door: a mailbox that is polled over IMAP, for desks that no server can reach.

A mail is taken as at any other door and marked as seen when it was taken or refused for good; one
that is to be tried again stays unseen, and never keeps those behind it waiting. Nothing is ever
deleted. A connection that breaks off loses nothing: what was taken and not marked is the same mail
when it comes again.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from imaplib import IMAP4
from typing import Protocol
from urllib.parse import unquote, urlsplit

from imap_tools import (
    AND,
    BaseMailBox,
    MailBox,
    MailBoxUnencrypted,
    MailMessage,
    MailMessageFlags,
)  # fmt: skip
from imap_tools.errors import MailboxFlagError
from imap_tools.utils import check_command_status

from app.config import Settings
from app.extensions import part
from app.mail import headers
from app.relay.examining import Delivery, bare_sender, rates_of
from app.relay.masks import relay_domain
from app.relay.taking import take
from app.relay.threshold import header_fields, sole_sender

# Where a server writes down whom the mail was for, the surest first.
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
SECONDS = 30  # so long the mail server may be silent


@dataclass(frozen=True)
class Letter:
    """A mail in the box: its number there and its bytes."""

    uid: str
    content: bytes


class Box(Protocol):
    """What polling needs of a mailbox."""

    def unseen(self) -> Iterator[Letter]:
        """The mails that nobody has taken yet."""
        ...

    def settle(self, uid: str) -> None:
        """Do not show this one again."""
        ...


def poll() -> int:
    """Take what is new in the mailbox of IMAP_URL. How many mails were settled; 0 without one."""
    settings: Settings = part("settings")
    if not settings.imap_url:
        return 0
    with _opened(settings.imap_url) as box:
        return empty(box)


def empty(box: Box) -> int:
    """Take every unseen mail of `box`. How many were settled."""
    settings: Settings = part("settings")
    rates, settled = rates_of(settings), 0
    for letter in box.unseen():
        fields = header_fields(letter.content)
        sender = sender_of(fields)
        answers = [
            take(letter.content, Delivery(recipient, sender), rates)
            for recipient in recipients_of(fields)
        ]
        if any(answer.startswith("4") for answer in answers):
            continue
        box.settle(letter.uid)
        settled += 1
    return settled


def sender_of(fields: headers.Fields) -> str:
    """The envelope's sender, as the server wrote it down; where it wrote nothing, who the mail
    says it is from, for only a machine writes without a return address."""
    written = _values(fields, "return-path")
    return bare_sender(written[0] if written else sole_sender(_values(fields, "from")))


def _values(fields: headers.Fields, name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def recipients_of(fields: headers.Fields) -> list[str]:
    """The addresses of ours that a mail came for, each once; of the surest header that has any."""
    ending = "@" + relay_domain()
    for name in RECIPIENT_HEADERS:
        found = [address.lower() for _, address in headers.addresses(_values(fields, name))]
        ours = [address for address in found if address.endswith(ending)]
        if ours:
            return list(dict.fromkeys(ours))
    return []


class _Bytes(MailMessage):
    """The library's message with the bytes as they came, and nothing read from them: what it
    writes anew carries no signature, and reading a hostile mail takes it minutes."""

    def __init__(self, fetch_data: list[object]) -> None:
        parts = self._get_message_data_parts(fetch_data)
        self.content, self._raw_uid_data, self._raw_flag_data = parts


class ImapBox:
    """A mailbox on an IMAP server."""

    def __init__(self, server: BaseMailBox) -> None:
        self._server = server
        self._server.email_message_class = _Bytes

    def unseen(self) -> Iterator[Letter]:
        """The unseen mails, the oldest first, one at a time, left unseen."""
        for mail in self._server.fetch(AND(seen=False), mark_seen=False):
            if isinstance(mail, _Bytes) and mail.content:
                yield Letter(str(mail.uid), mail.content)

    def settle(self, uid: str) -> None:
        """Mark as seen. Not by the library's own `flag`, which expunges what others deleted."""
        done = self._server.client.uid("STORE", uid, "+FLAGS", f"({MailMessageFlags.SEEN})")
        check_command_status(done, MailboxFlagError)


@contextmanager
def _opened(url: str) -> Iterator[ImapBox]:
    """imaps://user:password@host:993/INBOX, or imap:// without TLS."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
    kind = MailBox if parts.scheme == "imaps" else MailBoxUnencrypted
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    server = kind(host, port, timeout=SECONDS)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""), folder)
        yield ImapBox(server)
    finally:
        # Said in one word, whatever went wrong before: the server may be gone already.
        with suppress(OSError, IMAP4.error):
            server.client.logout()
        with suppress(OSError):
            server.client.shutdown()
