"""What the door decides before it says 250, from the header and the envelope alone.

Pure: no clock, no database, no DNS. Reads the header block and nothing of the text, so that a mail
of any size costs well under a millisecond. What is not refused here is judged again when it is
read: this is for telling the sending server, as long as it still listens.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.mail import headers
from app.mail.limits import MAX_HEADER
from app.privacy.addresses import AddressError, normalise

MAX_RECEIVED = 25
LOOP_FIELD = "x-dragoman-loop"
# A mail that is a piece of another, or only says where it could be fetched: there is nothing to
# keep.
PIECES = ("message/partial", "message/external-body")
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]{0,20}:(.*)", re.DOTALL)
_NEXT_FIELD = re.compile(rb"\r?\n(?![ \t])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.){0,900}"')
_COMMENT = re.compile(r"\([^()]{0,900}\)")
_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,5000}\?=")
_ANGLE = re.compile(r"<([^<>]{1,900})>")


class Refusal(StrEnum):
    """Why the door does not take a mail. The value is what it says."""

    LOOP = "550 5.4.6 This mail goes round in circles"
    SENDER = "550 5.6.0 A mail needs one From field with one address"
    PIECE = "550 5.6.1 Please send the whole mail, not a piece of it"
    TOO_BIG = "552 5.3.4 This mail is too big"
    PRETENDS = "550 5.7.1 The domain in From asks to refuse mail that it did not send"
    BUSY = "450 4.7.1 There were too many mails lately, please try again later"
    NO_DNS = "451 4.4.3 The sender cannot be checked right now, please try again later"


@dataclass(frozen=True)
class Glance:
    """What a header block says that the door looks at. `sender` is bare, as written."""

    sender: str | None = None
    received: int = 0
    loops: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    content_type: str = ""
    results: tuple[str, ...] = ()  # raw values of Authentication-Results, the topmost first

    @property
    def sender_domain(self) -> str:
        """The domain in From as DNS has it; empty when there is no single sender."""
        return (self.sender or "").rpartition("@")[2]


@dataclass(frozen=True)
class Circumstances:
    """What the door knows beside the header."""

    relay_domain: str
    instance_id: str
    null_sender: bool = False
    # Reports come back to a way back, and everything may come to the postmaster.
    any_sender: bool = False
    id_is_ours: bool = False


def glance(raw: bytes) -> Glance:
    """Read the header block of `raw`. Never raises; what cannot be read is not there."""
    fields = header_fields(raw)
    declared = headers.first(fields, "content-type").strip().lower()
    return Glance(
        sender=sole_sender(_all(fields, "from")),
        received=len(_all(fields, "received")),
        loops=tuple(headers.readable(value) for value in _all(fields, LOOP_FIELD)),
        message_ids=headers.message_ids(_all(fields, "message-id")),
        content_type=re.split(r"[\s;]", declared, maxsplit=1)[0],
        results=tuple(_all(fields, "authentication-results")),
    )


def header_fields(raw: bytes) -> headers.Fields:
    """The fields in front of the first blank line, at most 64 KB of them."""
    start = raw[: MAX_HEADER + 4]
    end = _BLANK.search(start)
    block = start[: end.start()] if end else start
    found = (_FIELD.fullmatch(line) for line in _NEXT_FIELD.split(block))
    return tuple(
        (field[1].decode("ascii").lower(), field[2].decode("utf-8", "surrogateescape"))
        for field in found
        if field
    )


def _all(fields: headers.Fields, name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def sole_sender(values: list[str]) -> str | None:
    """The one address of the one From field, normal in its spelling, or None.

    Strict on purpose: a field that two programs could read as two people names nobody.
    """
    if len(values) != 1 or "\x00" in values[0]:
        return None
    found = {address for _, address in headers.addresses(values)}
    bare = _plain(headers.letters(values[0]))
    if len(found) != 1 or not _says_only(bare, sender := found.pop()):
        return None
    try:
        return normalise(sender)
    except AddressError:
        return None


def _plain(value: str) -> str:
    """The field without what may hold anything: quoted strings, comments, encoded words."""
    for pattern in (_WORD, _QUOTED, _COMMENT):
        value = pattern.sub(" ", value)
    return value


def _says_only(value: str, address: str) -> bool:
    """Whether the bare field is `address`, or a name without any sign of another before it."""
    angles = _ANGLE.findall(value)
    if not angles:
        return value.strip().lower() == address.lower()
    rest = _ANGLE.sub(" ", value)
    named = {word for word in re.split(r"[\s,;]+", rest.lower()) if "@" in word}
    return (
        len(angles) == 1
        and angles[0].strip().lower() == address.lower()
        and named <= {address.lower()}
        and not re.search(r"[<>:;]", rest)
    )


def refuse(seen: Glance, known: Circumstances) -> Refusal | None:
    """The refusal that a mail deserves, None when the door may go on with it.

    A mail without a return address is never refused for what it is: the answer would go nowhere,
    and the reader notes it without effect.
    """
    if known.null_sender or known.any_sender:
        return None
    if seen.received > MAX_RECEIVED or known.instance_id in seen.loops or known.id_is_ours:
        return Refusal.LOOP
    if seen.sender is None:
        return Refusal.SENDER
    if seen.sender_domain == known.relay_domain:
        return Refusal.LOOP
    return Refusal.PIECE if seen.content_type in PIECES else None
