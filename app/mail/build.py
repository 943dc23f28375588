"""Outgoing mail, built from nothing: a header allow-list, plain text, and a page made from it.

The same `Outgoing` gives the same bytes, so that a retry repeats what was sent. Never copies a
header of another mail, and names nobody but the given sender and the one recipient.
"""

import binascii
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from html import escape

ALLOWED_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
    "Content-Type", "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress",
    "X-Dragoman-Loop",
)  # fmt: skip
NAME_LIMIT = 64
SUBJECT_LIMIT = 200
# References grow with every mail; programs thread by the first and the last ones.
REFERENCES_LIMIT = 20
_ID = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,120}@[A-Za-z0-9.-]{1,120}")
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_URL = re.compile(r"(?:https?://|www\.)\S*|\S{0,60}\.(?:com|net|org|shop|store|info)\b\S*", re.I)
_REPLY_MARKS = re.compile(
    r"^(?:\s*(?:re|aw|antw|sv|vs|odp|rv|rif|res|ynt|回复|答复|回覆|atb|hl|fwd?|wg|tr|enc|i|r)"
    r"(?:\[\d{1,3}\])?\s*[:：])+\s*",
    re.IGNORECASE,
)


class NotSendable(ValueError):
    """An id or an address has a form that no mail may carry. The message names the field only."""


@dataclass(frozen=True)
class Outgoing:
    """One mail to one person. Ids come without angle brackets, `date` is aware."""

    message_id: str
    date: datetime
    from_name: str
    from_address: str
    to_address: str
    subject: str
    text: str
    language: str  # e.g. "fr"
    loop_id: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    is_reply: bool = True  # puts one "Re:" before the subject
    system_notice: bool = False  # written by the desk, not by a person
    delimiter: str = ""  # the line at the top under which nobody should write


def compose(outgoing: Outgoing) -> bytes:
    """The mail's bytes, CRLF lines, 7-bit. Raises NotSendable."""
    boundary = "=_" + hashlib.sha256(outgoing.message_id.encode()).hexdigest()[:32]
    text = _whole_text(outgoing)
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(outgoing, boundary))
    parts = [
        _part(text, kind="text/plain", boundary=boundary),
        _part(to_html(text, outgoing.language), kind="text/html", boundary=boundary),
    ]
    return head.encode("ascii") + b"\r\n" + b"".join(parts) + f"--{boundary}--\r\n".encode()


def _headers(outgoing: Outgoing, boundary: str) -> list[tuple[str, str]]:
    sender = _address(outgoing.from_address, "sender")
    name = clean_display_name(outgoing.from_name)
    fields = [
        ("From", f"{_encoded_name(name)} <{sender}>" if name else sender),
        ("To", _address(outgoing.to_address, "recipient")),
        ("Subject", _encoded(clean_subject(outgoing.subject, reply=outgoing.is_reply), 9)),
        ("Date", format_datetime(outgoing.date.astimezone(UTC).replace(microsecond=0))),
        ("Message-ID", _id(outgoing.message_id)),
        *_thread(outgoing),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
        ("Content-Language", re.sub(r"[^A-Za-z-]", "", outgoing.language)[:20] or "en"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Dragoman-Loop", re.sub(r"[^A-Za-z0-9-]", "", outgoing.loop_id)[:64]),
    ]
    return [*fields, ("Auto-Submitted", "auto-generated")] if outgoing.system_notice else fields


def _thread(outgoing: Outgoing) -> list[tuple[str, str]]:
    fields = []
    if outgoing.in_reply_to:
        fields.append(("In-Reply-To", _id(outgoing.in_reply_to)))
    known = outgoing.references
    if len(known) > REFERENCES_LIMIT:
        known = (known[0], *known[1 - REFERENCES_LIMIT :])
    if known:
        fields.append(("References", "\r\n ".join(_id(one) for one in known)))
    return fields


def _id(message_id: str) -> str:
    if not _ID.fullmatch(message_id):
        raise NotSendable("A message id of this mail has a form that mail does not know.")
    return f"<{message_id}>"


def _address(address: str, who: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise NotSendable(f"The address of the {who} has a form that mail does not know.")
    return address


def _encoded(text: str, used: int) -> str:
    """A header value in ASCII, folded; `used` letters of its first line are taken."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name="x" * used).encode(linesep="\r\n")


def _encoded_name(name: str) -> str:
    if name.isascii():
        return '"' + name.replace("\\", "").replace('"', "'") + '"'
    return _encoded(name, 6)


def clean_display_name(name: str) -> str:
    """A name that is only a name: no address, link, control or turning mark; at most 64 letters."""
    name = _URL.sub(" ", _visible(name))
    name = " ".join(word for word in name.split() if "@" not in word and "＠" not in word)
    return re.sub(r"[<>\"\\:;,()\[\]]", "", name)[:NAME_LIMIT].strip()


def clean_subject(subject: str, *, reply: bool) -> str:
    """One line of at most 200 letters, all reply marks of the languages made one "Re:"."""
    bare = " ".join(_visible(subject)[:2_000].split())
    bare = _REPLY_MARKS.sub("", bare)[:SUBJECT_LIMIT].strip()
    return f"Re: {bare}" if reply else bare


def _visible(text: str) -> str:
    """The text without controls, turning marks and other letters that nobody sees."""
    kept = (" " if letter in "\r\n\t\u2028\u2029" else letter for letter in text)
    shown = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    # Left alone, a reader's program would decode a word that nobody here has seen.
    return shown.replace("=?", "= ?").replace("?=", "? =")


def _whole_text(outgoing: Outgoing) -> str:
    text = _storable(outgoing.text).strip("\n")
    return f"{_storable(outgoing.delimiter)}\n\n{text}\n" if outgoing.delimiter else f"{text}\n"


def _storable(text: str) -> str:
    """Line ends as "\n", no control but the tab, no turning marks that could hide words."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", text)


def to_html(text: str, language: str) -> str:
    """A page made from the text alone: paragraphs and line breaks, nothing else."""
    lang = re.sub(r"[^A-Za-z-]", "", language)[:20] or "en"
    paragraphs = [
        escape(part).replace("\n", "<br>\n") for part in re.split(r"\n{2,}", text.strip())
    ]
    inside = "\n".join(f'<p dir="auto">{part}</p>' for part in paragraphs)
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f'<html lang="{lang}"><head>{head}</head><body>\n{inside}\n</body></html>\n'


def _part(text: str, *, kind: str, boundary: str) -> bytes:
    body = binascii.b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)
    head = (
        f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode("ascii") + body + b"\r\n"
