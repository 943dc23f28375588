"""What the desk learns from answers: their sentences, once they have left, join the memory.

A row is written with the answer and worked off by the worker. An answer that was taken back, or
never left, teaches nothing, and contact data is hidden before anything is kept.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import ForeignKey, Select, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from app.extensions import Model, db
from app.lib.claim import claim
from app.privacy.redact import redact
from app.tickets.languages.scope import scope
from app.tickets.models import DeliveryState, Message, Ticket
from app.tickets.queries import scope_of, verbatim
from app.translation.memory import Way, forget, remember
from app.translation.memory_models import Origin
from app.translation.segments import aligned

log = logging.getLogger(__name__)

STILL_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.HELD)


class Lesson(Model):
    """An answer in two languages from which nobody has learned yet."""

    __tablename__ = "lesson"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)


def note_lesson(message: Message) -> None:
    """Remember to learn from an answer that an agent wrote in another language than the buyer's."""
    if message.own_text and message.own_lang not in {None, message.lang}:
        db.session.add(Lesson(message_id=message.id))


def learn_sent(*, limit: int = 50) -> int:
    """Work off the answers whose fate is known, each by itself. How many were."""
    lessons = claim(db.session, _decided(), limit=limit, mark=db.session.delete)
    for lesson in lessons:
        _learn(lesson.message_id)
    return len(lessons)


def _decided() -> Select[Lesson]:
    return (
        select(Lesson)
        .join(Message, Message.id == Lesson.message_id)
        .where(Message.delivery.not_in(STILL_OPEN))
        .order_by(Lesson.message_id)
    )


def _learn(message_id: int) -> None:
    try:
        message = db.session.get_one(Message, message_id)
        if message.delivery == DeliveryState.SENT:
            learn(message)
        db.session.commit()
    except Exception as fault:
        # A sentence less in the memory; the class and no more, its text may quote the answer.
        log.error("nothing was learned from message %s: %s", message_id, type(fault).__name__)
        db.session.rollback()


def learn(message: Message) -> int:
    """Put an answer's sentences into its vendor's memory. How many were new. Not committed."""
    joined = joinedload(Ticket.vendor), joinedload(Ticket.buyer)
    ticket = db.session.get_one(Ticket, message.ticket_id, options=joined)
    if not ticket.buyer.address_sealed or not message.own_lang:
        return 0  # the buyer was erased meanwhile
    exempt = ticket.vendor.own_contacts | frozenset(filter(None, [ticket.order_ref]))
    languages = message.own_lang, message.lang
    own, sent = (
        redact(text, lang=lang, exempt=exempt).text
        for text, lang in zip((message.own_text, message.body), languages, strict=True)
    )
    pairs = aligned(own, sent, languages=languages, keep=verbatim(ticket))
    way = Way(ticket.vendor_id, *languages)
    return remember(way, pairs, origin=Origin.ANSWER, scope=scope_of(ticket))


def forget_lessons(ticket_ids: Sequence[int]) -> None:
    """Take what only these tickets' answers taught out of the memory, and learn no more of them."""
    theirs = select(Message.id).where(Message.ticket_id.in_(ticket_ids))
    db.session.execute(delete(Lesson).where(Lesson.message_id.in_(theirs)))
    forget([scope(ticket_id) for ticket_id in ticket_ids])
