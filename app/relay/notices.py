"""What the desk itself tells a buyer: to whom, how often, in which words.

A notice goes to the address that is bound to the ticket and to no other: never to whom a mail says
it is from. However much comes in, little goes out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import render_template
from jinja2 import Template
from sqlalchemy import select

from app.config import Settings
from app.extensions import db, part
from app.lib.ids import random_id
from app.relay.masks import give_question
from app.relay.models import Notice, NoticeKind
from app.tickets.models import DeliveryState, Ticket
from app.tickets.posting import Letter

EACH_KIND = timedelta(hours=24)
BREAKER, BREAKER_SPAN = 10, timedelta(hours=1)

Told = tuple[str, datetime]  # the kind of a notice and when it was made


def may_tell(kind: NoticeKind, earlier: Sequence[Told], *, at: datetime) -> bool:
    """Whether one more notice may go to this conversation: one of a kind in 24 hours, and never
    more than ten of all kinds in an hour, whatever goes wrong."""
    lately = [when for _, when in earlier if when > at - BREAKER_SPAN]
    same = [when for told, when in earlier if told == kind and when > at - EACH_KIND]
    return not same and len(lately) < BREAKER


def tell(ticket: Ticket, kind: NoticeKind, *, at: datetime) -> Notice | None:
    """Queue a notice to the ticket's buyer, None when enough was told. Not committed.

    `ticket.vendor` must be loaded.
    """
    if not may_tell(kind, _told(ticket, at), at=at):
        return None
    notice = _queued(ticket, kind, _letter(ticket, kind, at), at=at)
    if kind is NoticeKind.CONFIRM:
        give_question(notice)
    db.session.flush()
    return notice


def post(ticket: Ticket, letter: Letter, *, at: datetime) -> bool:
    """Queue the question after a closing, which another part of the desk words and decides on.
    False when enough was told. Not committed."""
    if not may_tell(NoticeKind.SURVEY, _told(ticket, at), at=at):
        return False
    _queued(ticket, NoticeKind.SURVEY, letter, at=at)
    return True


def _queued(ticket: Ticket, kind: NoticeKind, letter: Letter, *, at: datetime) -> Notice:
    notice = Notice(
        ticket_id=ticket.id, kind=kind, lang=letter.lang, created_at=at,
        subject=letter.subject.strip()[:200], body=letter.body.strip(),
        delivery=DeliveryState.QUEUED, mail_id=random_id(32), next_try_at=at,
    )  # fmt: skip
    db.session.add(notice)
    return notice


def _told(ticket: Ticket, at: datetime) -> list[Told]:
    query = select(Notice.kind, Notice.created_at).where(
        Notice.ticket_id == ticket.id, Notice.created_at > at - EACH_KIND
    )
    return [(kind, when) for kind, when in db.session.execute(query)]


def _letter(ticket: Ticket, kind: NoticeKind, at: datetime) -> Letter:
    subject, body = (_worded(ticket, kind, piece, at) for piece in ("subject", "body"))
    return Letter(ticket.lang, subject, body)


def _worded(ticket: Ticket, kind: NoticeKind, piece: str, at: datetime) -> str:
    """The words in the buyer's language, in English where nobody has written them yet."""
    settings: Settings = part("settings")
    names: list[str | Template] = [
        f"mail/{kind}.{lang}.{piece}.txt" for lang in (ticket.lang, "en")
    ]
    return render_template(
        names, vendor=ticket.vendor.name, market=settings.market_name, subject=ticket.subject, at=at
    )
