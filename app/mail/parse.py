"""From the bytes of a mail to a `Mail`: frozen, readable, and free of surprises.

Never raises anything but `errors.UnreadableMail`, whatever the bytes. Decides nothing about
whether the mail is wanted; what it says of its sender is only what the mail itself claims.
"""

from dataclasses import dataclass
from datetime import datetime

from app.mail import headers, limits
from app.mail.attachments import Attachment
from app.mail.body import Body, read_body
from app.mail.limits import TEXT_LIMIT
from app.mail.machines import auto_reply
from app.mail.part import Part, parsed, without_mbox_line

LOOP_HEADER = "X-Dragoman-Loop"


@dataclass(frozen=True)
class Mail:
    """One mail as a person would see it, and what machines have to know about it."""

    subject: str
    from_addresses: tuple[str, ...]  # bare; of every From field together: 0 or >1 is no sender
    from_name: str
    to: tuple[str, ...]  # bare addresses
    cc: tuple[str, ...]
    date: datetime | None  # aware, UTC; as the sender's clock had it
    text: str  # plain text, the parts in their order
    html: str | None  # as it came; show it only through html.clean
    attachments: tuple[Attachment, ...]
    message_id: str | None  # ids come without angle brackets
    in_reply_to: str | None
    references: tuple[str, ...]
    auto_reply: str | None  # the reason why no person wrote this, see machines.py
    content_language: str | None
    received_count: int
    loops: tuple[str, ...]  # values of X-Dragoman-Loop
    defects: tuple[str, ...]
    encrypted: bool
    partial: bool  # a piece of a mail, or a pointer to one (message/partial, external-body)
    fields: headers.Fields  # (lower-case name, raw value)

    def header(self, name: str) -> str | None:
        """The first field called `name`, readable, or None."""
        return next(iter(self.headers(name)), None)

    def headers(self, name: str) -> tuple[str, ...]:
        """All fields called `name`, readable, in their order."""
        wanted = name.lower()
        return tuple(headers.readable(raw) for key, raw in self.fields if key == wanted)


def read(raw: bytes) -> Mail:
    """Read one mail. Raises `errors.UnreadableMail` (by a named subclass) and nothing else."""
    limits.check(raw)
    root = parsed(without_mbox_line(raw))
    body = read_body(root)
    return _mail(root, body)


def _mail(root: Part, body: Body) -> Mail:
    fields = headers.raw_fields(root)
    senders = headers.addresses(_all(fields, "from"))
    text = "\n\n".join(text.strip("\n") for text in body.texts if text.strip())
    page = "\n".join(body.pages)[:TEXT_LIMIT] or None
    replied = headers.message_ids(_all(fields, "in-reply-to"))
    return Mail(
        subject=headers.readable(headers.first(fields, "subject")),
        from_addresses=tuple(address for _, address in senders),
        from_name=senders[0][0] if senders else "",
        to=_bare(fields, "to"),
        cc=_bare(fields, "cc"),
        date=headers.date(headers.first(fields, "date")),
        text=text[:TEXT_LIMIT],
        html=page,
        attachments=tuple(body.files),
        message_id=next(iter(headers.message_ids(_all(fields, "message-id"))), None),
        in_reply_to=replied[0] if replied else None,
        references=headers.message_ids(_all(fields, "references")),
        auto_reply=auto_reply(fields),
        content_language=_language(fields),
        received_count=len(_all(fields, "received")),
        loops=tuple(headers.readable(raw) for raw in _all(fields, LOOP_HEADER.lower())),
        defects=(*body.defects, *(type(defect).__name__ for defect in root.defects)),
        encrypted=body.encrypted,
        partial=body.partial,
        fields=fields,
    )


def _all(fields: headers.Fields, name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def _bare(fields: headers.Fields, name: str) -> tuple[str, ...]:
    return tuple(address for _, address in headers.addresses(_all(fields, name)))


def _language(fields: headers.Fields) -> str | None:
    first = headers.readable(headers.first(fields, "content-language")).split(",")[0].strip()
    return first.lower()[:20] or None
