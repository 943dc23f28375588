"""One mail in a few words, for a person at a terminal: what it says, quotes, carries and is.

Pure. Raises `errors.UnreadableMail` for bytes that are not read at all.
"""

from typing import Any

from app.mail.attachments import neutral_name
from app.mail.parse import read
from app.mail.quotes import NO_ANCHORS, Anchors, cut
from app.mail.reports import read_report


def describe(raw: bytes, anchors: Anchors = NO_ANCHORS) -> dict[str, Any]:
    """Subject, newly written text, quotes, attachments, and whether a machine wrote it.

    `text` and `signature` and `quoted` together are the whole text. Names of attachments are the
    mail's own, or a neutral one where it gave none.
    """
    mail = read(raw)
    parts = cut(mail.text, anchors)
    return {
        "subject": mail.subject,
        "from": list(mail.from_addresses),
        "date": mail.date.isoformat() if mail.date else None,
        "text": parts.new,
        "signature": parts.signature,
        "quoted": parts.quoted,
        "attachments": [
            {
                "name": file.name or neutral_name(position, file),
                "type": file.type,
                "size": file.size,
                "withheld": file.withheld,
            }
            for position, file in enumerate(mail.attachments, start=1)
        ],
        "auto_reply": mail.auto_reply is not None,
        "auto_reply_reason": mail.auto_reply,
        "encrypted": mail.encrypted,
        "bounce": _bounce(raw),
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "defects": list(mail.defects),
    }


def _bounce(raw: bytes) -> dict[str, Any] | None:
    report = read_report(raw)
    if report is None:
        return None
    return {
        "kind": report.kind,
        "status": report.status,
        "diagnostic": report.diagnostic,
        "message_ids": list(report.message_ids),
    }
