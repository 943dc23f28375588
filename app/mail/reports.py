"""What mail servers say about a mail of ours: bounced, delayed, complained about, displayed.

First what the standards say (RFC 3464, 5965, 8098), then flufl.bounce, then the words that servers
use. A report names the real recipient in many places, so nothing of its text leaves this module but
a status, a digest and a sentence from which addresses are taken. Never raises on any bytes.
"""

import hashlib
import re
from dataclasses import dataclass, field
from email.message import Message

from flufl.bounce import all_failures

from app.mail import headers, limits
from app.mail import part as parts
from app.mail.body import Body
from app.mail.charsets import decode
from app.mail.errors import UnreadableMail
from app.mail.part import Part
from app.mail.report_words import (
    COMPLAINT_SUBJECT,
    COPY_BEGINS,
    DAEMON,
    DELAY_WORDS,
    REPORT_SUBJECT,
    status_from_words,
)

_CODE = re.compile(r"(?<![\d.\w])([245])\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\w:-])([45])(\d)\d(?=[ \-:,>])")
_ADDRESS = re.compile(r"<?[^\s<>()\[\]:;,\"]{1,100}@[^\s<>()\[\]:;,\"]{1,200}>?")
_IP = re.compile(r"\[?(?:\d{1,3}\.){3}\d{1,3}\]?|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}\b", re.I)
_HOST = re.compile(r"\b(?:[\w-]{1,63}\.){1,6}[a-z]{2,20}\b", re.IGNORECASE)
# Amazon tells of bounces in JSON.
_NOTIFICATION = ('{"notificationType":"Bounce"', '{"eventType":"Bounce"')
_TEXT_LIMIT = 20_000
_FLUFL_LIMIT = 200_000


@dataclass(frozen=True)
class Report:
    """One report about one mail of ours."""

    kind: str  # bounce | delayed | complaint | receipt
    status: str  # RFC 3463, e.g. "5.1.1"
    recipient_digest: str | None  # SHA-256, hex, of the lower-case address; see digest()
    diagnostic: str  # one line without addresses and hosts, at most 200 letters
    message_ids: tuple[str, ...]  # of the mail reported on, without angle brackets
    return_paths: tuple[str, ...]  # addresses to which the report came or the mail would return

    @property
    def permanent(self) -> bool:
        """The server will not try again, and said so with a 5."""
        return self.kind == "bounce" and self.status.startswith("5")


@dataclass
class _Clues:
    """What the parts of a mail hold that could make it a report."""

    groups: list[dict[str, str]] = field(default_factory=list)  # of delivery-status
    feedback: dict[str, str] | None = None
    disposition: dict[str, str] | None = None
    texts: list[str] = field(default_factory=list)
    original: dict[str, str] = field(default_factory=dict)


def digest(address: str) -> str:
    """How a recipient is compared without being named."""
    return hashlib.sha256(address.strip().strip("<>").lower().encode()).hexdigest()


def read_report(raw: bytes) -> Report | None:
    """The report that `raw` is, or None if it is a mail like others, or not readable."""
    try:
        limits.check(raw)
        raw = parts.without_mbox_line(raw)
        root = parts.parsed(raw)
        clues = _clues(root)
    except UnreadableMail:
        return None
    fields = headers.raw_fields(root)
    return (
        _complaint(clues, fields)
        or _receipt(clues, fields)
        or _delivery(clues, fields)
        or _in_words(clues, fields, raw=raw)
    )


def _clues(root: Part) -> _Clues:
    clues = _Clues()
    _collect(root, clues, counted=Body(), depth=0)
    return clues


def _collect(part: Part, clues: _Clues, *, counted: Body, depth: int) -> None:
    counted.count(part, depth)
    kind = parts.content_type(part)
    inside = parts.children(part)
    if kind in ("message/delivery-status", "message/global-delivery-status"):
        clues.groups += _groups(part)
    elif kind == "message/feedback-report":
        clues.feedback = _only_group(part)
    elif kind.startswith("message/") and "disposition-notification" in kind:
        clues.disposition = _only_group(part)
    elif kind in ("message/rfc822", "text/rfc822-headers", "message/global", "message/partial"):
        clues.original = clues.original or _original(part)
    elif inside:
        for child in inside:
            _collect(child, clues, counted=counted, depth=depth + 1)
    elif kind.startswith(("text/", "multipart/")):
        _collect_text(part, clues)


def _collect_text(part: Part, clues: _Clues) -> None:
    text = decode(parts.content(part)[: 4 * _TEXT_LIMIT], parts.parameter(part, "charset"))
    if "<html" in text[:2_000].lower():
        text = re.sub(r"<[^<>]{0,500}>", " ", text)
    said, mark, copy = _split_copy(text[:_TEXT_LIMIT])
    clues.texts.append(said)
    if mark and not clues.original:
        clues.original = _fields_of(copy)


def _split_copy(text: str) -> tuple[str, str, str]:
    """What the server says, and the copy of the mail under it."""
    match = COPY_BEGINS.search(text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match[0], text[match.end() :]


def _groups(part: Part) -> list[dict[str, str]]:
    """The groups of fields; the library makes messages of them."""
    found = [dict(headers.raw_fields(child)) for child in parts.children(part)]
    if not found:
        text = decode(parts.content(part), None)
        found = [_fields_of(group) for group in re.split(r"\r?\n[ \t]*\r?\n", text)[:50]]
    return [group for group in found if group]


def _only_group(part: Part) -> dict[str, str]:
    merged: dict[str, str] = {}
    for group in _groups(part):
        merged = {**group, **merged}
    return merged


def _original(part: Part) -> dict[str, str]:
    inside = parts.children(part)
    if inside:
        return dict(reversed(headers.raw_fields(inside[0])))
    return _fields_of(decode(parts.content(part)[:_TEXT_LIMIT], None))


def _fields_of(text: str) -> dict[str, str]:
    """Fields from a text, folded lines joined; the first of a name counts."""
    joined = re.sub(r"\r?\n[ \t]+", " ", text.lstrip()[:_TEXT_LIMIT])
    found: dict[str, str] = {}
    for line in joined.split("\n")[:300]:
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[!-9;-~]{1,80}", name):
            found.setdefault(name.lower(), value.strip())
    return found


def _complaint(clues: _Clues, fields: headers.Fields) -> Report | None:
    """RFC 5965, or a mail of the same kind without its form. A complaint has no status of its own;
    5.7.1, "refused", is what it comes to."""
    told = clues.feedback
    if told is None:
        subject = headers.readable(headers.first(fields, "subject"))[:300]
        if not (clues.original and COMPLAINT_SUBJECT.search(subject)):
            return None
        told = {}
    kind = told.get("feedback-type", "abuse").strip().lower()
    recipient = told.get("original-rcpt-to") or clues.original.get("to", "")
    text = f"The recipient's side reported this mail as {kind[:30]}."
    return _report("complaint", "5.7.1", recipient=recipient, said=text, about=(clues, fields))


def _receipt(clues: _Clues, fields: headers.Fields) -> Report | None:
    if clues.disposition is None:
        return None
    recipient = clues.disposition.get("final-recipient", "")
    said = clues.disposition.get("disposition", "")
    return _report("receipt", "2.0.0", recipient=recipient, said=said, about=(clues, fields))


def _delivery(clues: _Clues, fields: headers.Fields) -> Report | None:
    """What RFC 3464 says: the first group that failed, else the first that has an action."""
    told = [g for g in clues.groups if g.keys() & {"action", "status", "final-recipient"}]
    failed = [g for g in told if g.get("action", "").lower().startswith("fail")]
    for group in [*failed, *told][:1]:
        said = group.get("diagnostic-code", "") or group.get("x-display-name", "")
        kind = _kind_of(group.get("action", ""), group.get("status", ""))
        status = _best_status(group, kind, texts=[said, *clues.texts])
        recipient = group.get("original-recipient") or group.get("final-recipient", "")
        return _report(kind, status, recipient=recipient, said=said, about=(clues, fields))
    return None


def _kind_of(action: str, status: str) -> str:
    action = action.strip().lower()
    if action.startswith("delayed"):
        return "delayed"
    if action.startswith(("delivered", "relayed", "expanded")) or status.strip().startswith("2"):
        return "receipt"
    return "bounce"


def _best_status(group: dict[str, str], kind: str, *, texts: list[str]) -> str:
    """The most exact status: the field, unless it only says "5.0.0" and the texts say more."""
    stated = _CODE.search(group.get("status", ""))
    wanted = {"receipt": "2", "delayed": "4"}.get(kind)
    if stated and (stated[2], stated[3]) != ("0", "0"):
        return stated[0]
    known = (stated[1] if stated else "") or wanted or ""
    found = _status_in(texts)
    if found and (not known or found[0] == known):
        return found
    if found and stated and known != "2":
        return known + found[1:]
    return stated[0] if stated else f"{known or '5'}.0.0"


def _status_in(texts: list[str]) -> str | None:
    """A status from a text: an enhanced code, else a reply code and the words around it."""
    for text in texts:
        for match in _CODE.finditer(text[:_TEXT_LIMIT]):
            if match[1] != "2" and (match[2], match[3]) != ("0", "0"):
                return match[0]
    for text in texts:
        reply = _REPLY.search(text[:_TEXT_LIMIT])
        words = status_from_words(text[:_TEXT_LIMIT])
        if words:
            return (reply[1] if reply else words[0]) + words[1:]
        if reply:
            return f"{reply[1]}.0.0"
    return None


def _in_words(clues: _Clues, fields: headers.Fields, *, raw: bytes) -> Report | None:
    """Reports of servers that keep to no standard. Words alone do not make a report: a buyer
    writes of undeliverable parcels too, but not as a mail daemon."""
    subject = headers.readable(headers.first(fields, "subject"))[:300]
    named = bool(REPORT_SUBJECT.search(subject))
    notified = any(text.lstrip().startswith(_NOTIFICATION) for text in clues.texts)
    if not notified and not _comes_from_a_server(fields, named=named):
        return None
    found = _status_in(clues.texts) or _status_in([subject])
    temporary, permanent = _flufl(raw)
    if not (found or temporary or permanent or named):
        return None
    late = bool(DELAY_WORDS.search(subject) or DELAY_WORDS.search(" ".join(clues.texts)[:4_000]))
    late = late or bool(temporary and not permanent)
    status = found or ("4.0.0" if late else "5.0.0")
    recipient = _failed_recipient(fields, clues, found=temporary | permanent)
    kind = "delayed" if late and not status.startswith("5") else "bounce"
    said = _first_line_with_code(clues.texts) or subject
    return _report(kind, status, recipient=recipient, said=said, about=(clues, fields))


def _comes_from_a_server(fields: headers.Fields, *, named: bool) -> bool:
    if headers.first(fields, "x-failed-recipients"):
        return True
    sender = headers.readable(headers.first(fields, "from"))[:300]
    null = headers.first(fields, "return-path").strip().strip("<>").lower()
    is_null = bool(headers.first(fields, "return-path")) and null in ("", "mailer-daemon")
    kind = headers.first(fields, "content-type").lower()
    reporting = "multipart/report" in kind and "feedback" not in kind
    daemon = bool(DAEMON.search(sender))
    return reporting or (daemon and (named or is_null)) or (named and is_null) or daemon


def _flufl(raw: bytes) -> tuple[set[str], set[str]]:
    """The addresses that the library finds: (delayed, failed). It may raise on broken mails."""
    try:
        message: Message = parts.parsed(raw[:_FLUFL_LIMIT])
        temporary, permanent = all_failures(message)
    except Exception:  # a library of heuristics over hostile input: no answer is an answer
        return set(), set()
    return set(map(_text, temporary)), set(map(_text, permanent))


def _text(address: bytes | str) -> str:
    return address.decode("latin-1") if isinstance(address, bytes) else str(address)


def _failed_recipient(fields: headers.Fields, clues: _Clues, *, found: set[str]) -> str:
    named = headers.addresses([headers.first(fields, "x-failed-recipients")])
    if named:
        return named[0][1]
    return min(found, default="") or clues.original.get("to", "")


def _first_line_with_code(texts: list[str]) -> str:
    for text in texts:
        for line in text.splitlines()[:200]:
            if _CODE.search(line) or _REPLY.search(line) or status_from_words(line):
                return line
    return ""


def _report(
    kind: str,
    status: str,
    *,
    recipient: str,
    said: str,
    about: tuple[_Clues, headers.Fields],
) -> Report:
    clues, fields = about
    found = headers.addresses([recipient.rpartition(";")[2].strip()])
    return Report(
        kind=kind,
        status=status,
        recipient_digest=digest(found[0][1]) if found else None,
        diagnostic=without_names(said),
        message_ids=_ids(clues, fields),
        return_paths=_return_paths(clues, fields),
    )


def _ids(clues: _Clues, fields: headers.Fields) -> tuple[str, ...]:
    values = [clues.original.get("message-id", "")]
    values += [value for key, value in fields if key in ("in-reply-to", "references")]
    if clues.disposition:
        values.append(clues.disposition.get("original-message-id", ""))
    return tuple(dict.fromkeys(headers.message_ids(values)))


def _return_paths(clues: _Clues, fields: headers.Fields) -> tuple[str, ...]:
    values = [value for key, value in fields if key in ("delivered-to", "x-original-to", "to")]
    values += [clues.original.get("return-path", "")]
    values += [(clues.feedback or {}).get("original-mail-from", "")]
    found = [address for _, address in headers.addresses(values)]
    return tuple(dict.fromkeys(address.lower() for address in found))


def without_names(said: str) -> str:
    """A server's words on one line, without addresses, hosts and numbers of machines."""
    line = re.sub(r"^\s*[\w-]{1,20}\s?;\s?", "", headers.readable(said)[:1_000])
    line = _ADDRESS.sub("[address]", line)
    line = _HOST.sub("[host]", _IP.sub("[host]", line))
    return " ".join(line.split())[:200]
