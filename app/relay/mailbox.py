"""The fall-back door: a mailbox that is polled over IMAP, for desks that no server can reach.

A mail is taken as at any other door and marked as seen when it was taken or refused for good; one
that is to be tried again stays unseen. Nothing is ever deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Protocol
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags

from app.config import Settings
from app.extensions import part
from app.relay.examining import Delivery, bare_sender, rates_of
from app.relay.masks import relay_domain
from app.relay.taking import take

# Where a server writes down whom the mail was for, the surest first.
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
AT_A_TIME = 50


@dataclass(frozen=True)
class Letter:
    """A mail in the box: its number there, its bytes, and its headers by lower-case name."""

    uid: str
    content: bytes
    headers: dict[str, tuple[str, ...]]


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
        sender = bare_sender(next(iter(letter.headers.get("return-path", ())), ""))
        answers = [
            take(letter.content, Delivery(recipient, sender), rates)
            for recipient in recipients_of(letter.headers)
        ]
        if any(answer.startswith("4") for answer in answers):
            continue
        box.settle(letter.uid)
        settled += 1
    return settled


def recipients_of(headers: dict[str, tuple[str, ...]]) -> list[str]:
    """The addresses of ours that a mail came for, each once; of the surest header that has any."""
    ending = "@" + relay_domain()
    for name in RECIPIENT_HEADERS:
        addresses = [address.lower() for _, address in getaddresses(list(headers.get(name, ())))]
        ours = [address for address in addresses if address.endswith(ending)]
        if ours:
            return list(dict.fromkeys(ours))
    return []


class ImapBox:
    """A mailbox on an IMAP server."""

    def __init__(self, server: BaseMailBox) -> None:
        self._server = server

    def unseen(self) -> Iterator[Letter]:
        """Up to AT_A_TIME unseen mails, the oldest first, left unseen."""
        for mail in self._server.fetch(AND(seen=False), mark_seen=False, limit=AT_A_TIME):
            yield Letter(str(mail.uid), mail.obj.as_bytes(), dict(mail.headers))

    def settle(self, uid: str) -> None:
        """Mark as seen."""
        self._server.flag(uid, MailMessageFlags.SEEN, value=True)


@contextmanager
def _opened(url: str) -> Iterator[ImapBox]:
    """imaps://user:password@host:993/INBOX, or imap:// without TLS."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
    kind = MailBox if parts.scheme == "imaps" else MailBoxUnencrypted
    server = kind(host, parts.port or (993 if parts.scheme == "imaps" else 143))
    with server.login(unquote(parts.username or ""), unquote(parts.password or ""), folder):
        yield ImapBox(server)
