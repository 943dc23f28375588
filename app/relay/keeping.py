"""How a mail that came in is kept: sealed, bound to its row, known again by its digest.

Knows the seal and the digest; judges nothing and never commits.
"""

import re
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.privacy.keys import vault
from app.relay.models import Mask, Notice, StoredMail
from app.tickets.models import Ticket

# Headers that each passing server puts in front: the same mail sent twice differs only there.
TRACE = re.compile(
    rb"(received|return-path|delivered-to|authentication-results|arc-[a-z-]+|x-spam[a-z-]*"
    rb"|received-spf|x-received|x-original-to|envelope-to|delivery-date)[^\S\r\n]*:",
    re.IGNORECASE,
)
_LINE_END = re.compile(rb"\r\n|\r|\n")


def sealed_about(recipient_index: str, digest: str) -> str:
    """What a stored mail's seal is bound to."""
    return f"stored mail|{recipient_index}|{digest}"


def raw_of(stored: StoredMail) -> bytes:
    """The mail as it came in."""
    about = sealed_about(stored.recipient_index, stored.digest)
    return vault().open(stored.raw_sealed, about=about)


def content_digest(raw: bytes) -> str:
    """SHA-256 of the mail without the trace headers in front, which differ at every delivery."""
    start = 0
    while TRACE.match(raw, start):
        start = _next_line(raw, start)
        while raw[start : start + 1] in {b" ", b"\t"}:
            start = _next_line(raw, start)
    return sha256(memoryview(raw)[start:]).hexdigest()


def _next_line(raw: bytes, start: int) -> int:
    end = _LINE_END.search(raw, start)
    return end.end() if end else len(raw)


def with_parties() -> tuple[ORMOption, ...]:
    """Load a stored mail together with everybody whom reading it asks about."""
    ways: tuple[tuple[Any, Any], ...] = (
        (StoredMail.mask, Mask.ticket),
        (StoredMail.notice, Notice.ticket),
    )
    return (
        joinedload(StoredMail.vendor),
        *(joinedload(a).joinedload(b).joinedload(Ticket.vendor) for a, b in ways),
        *(joinedload(a).joinedload(b).joinedload(Ticket.buyer) for a, b in ways),
    )
