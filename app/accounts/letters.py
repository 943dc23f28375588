"""Mails of the desk to its own people: composed from words, handed over, and what became of them.

A letter comes from nobody, so that no machine answers it. Knows no buyer, and logs no address.
"""

import logging
from dataclasses import dataclass
from typing import Any

from app.accounts.models import Agent
from app.config import Settings
from app.extensions import part
from app.lib.outgoing import Pace, give_up, has_left, try_later
from app.mail.build import NotSendable, Outgoing, compose
from app.mail.smtp import MaybeSent, Refused, Transport, TryAgain

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """A letter's words and their language."""

    subject: str
    body: str
    lang: str


def post(row: Any, person: Agent, words: Words, *, pace: Pace) -> None:
    """Send the letter that `row` stands for (with `mail_id` and `created_at`), and mark the row.
    Not committed."""
    transport: Transport = part("transport")
    try:
        transport.send(sender="", recipient=person.email, content=_composed(row, person, words))
    except (TryAgain, MaybeSent) as trouble:
        if not try_later(row, f"delayed {trouble.code}", pace=pace):
            _give_up(row, "gave_up")
    except (Refused, NotSendable) as trouble:
        _give_up(row, f"refused {getattr(trouble, 'code', '')}".strip())
    else:
        has_left(row)


def _composed(row: Any, person: Agent, words: Words) -> bytes:
    settings: Settings = part("settings")
    signer = part("signer")
    content = compose(
        Outgoing(
            message_id=f"{row.mail_id}@{settings.relay_domain}",
            date=row.created_at,
            from_name=settings.market_name,
            from_address=f"no-reply@{settings.relay_domain}",
            to_address=person.email,
            subject=words.subject,
            text=words.body,
            language=words.lang,
            loop_id=part("instance_id"),
            is_reply=False,
            system_notice=True,
        )
    )
    signed: bytes = signer.signed(content, at=row.created_at) if signer else content
    return signed


def _give_up(row: Any, why: str) -> None:
    log.warning("%s %s was not sent: %s", row.__tablename__, row.id, why)
    give_up(row, why)
