"""A person's word on a ticket's level and intent: the ticket changes, and an example is kept.

The example is the newest of the buyer's messages, as the desk may show it: contact data was hidden
before it was stored. Never commits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from app.accounts.models import Agent
from app.extensions import db
from app.phrasebook import INTENTS
from app.tickets.models import Message, MessageKind, Ticket
from app.triage.examples import Example, roughened
from app.triage.models import Correction
from app.triage.routing import route

LATEST = 20


def correct(
    ticket: Ticket, agent: Agent, *, level: int, intent: str | None, reason: str, at: datetime
) -> Correction | None:
    """Set what a person decided, keep it as an example, and see who handles the ticket now.

    Returns None where there is nothing to learn from. Raises NoSuchLevel.
    """
    level_was, intent_was = ticket.level, ticket.intent
    wanted = intent if intent in INTENTS else None
    ticket.set_level(level, at=at, agent_id=agent.id, reason=reason, intent=wanted)
    route(ticket, at=at)
    message = _newest(ticket)
    if message is None or not message.body.strip():
        return None
    kept = Correction(
        vendor_id=ticket.vendor_id, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id,
        at=at, lang=message.lang, text=_words(ticket, message), level_was=level_was, level=level,
        intent_was=intent_was, intent=ticket.intent, reason=reason,
    )  # fmt: skip
    db.session.add(kept)
    return kept


def _newest(ticket: Ticket) -> Message | None:
    query = select(Message).where(Message.ticket_id == ticket.id, Message.kind == MessageKind.BUYER)
    return db.session.scalars(query.order_by(Message.id.desc()).limit(1)).first()


def _words(ticket: Ticket, message: Message) -> str:
    """What was sorted: the first message with its subject, a later one alone."""
    earlier = select(func.count()).where(
        Message.ticket_id == ticket.id, Message.kind == MessageKind.BUYER, Message.id < message.id
    )
    is_first = not db.session.scalar(earlier)
    return f"{ticket.subject}\n{message.body}".strip() if is_first else message.body


def forget_examples(ticket: Ticket) -> None:
    """Take away every example that came from this ticket. Not committed."""
    db.session.execute(delete(Correction).where(Correction.ticket_id == ticket.id))


# --- what is learned from them -------------------------------------------------------------


def newest_for_each_message() -> list[Correction]:
    """The last word on every message that has one with an intent."""
    last = select(func.max(Correction.id)).group_by(Correction.message_id)
    query = select(Correction).where(Correction.id.in_(last), Correction.intent.is_not(None))
    return list(db.session.scalars(query.order_by(Correction.id)))


def as_examples(corrections: Sequence[Correction]) -> list[Example]:
    """Training examples of those that teach, each also as a hurried hand would type it."""
    examples = [
        Example((c.text,), c.lang, c.intent or "", c.level) for c in corrections if not c.is_aside
    ]
    return [version for example in examples for version in (example, *roughened(example))]


def latest(vendor_id: int | None) -> Sequence[tuple[Correction, str]]:
    """The last corrections, of one vendor or of all, the newest first, with who made them."""
    query = select(Correction, Agent.name).join(Agent, Agent.id == Correction.agent_id)
    if vendor_id is not None:
        query = query.where(Correction.vendor_id == vendor_id)
    rows = db.session.execute(query.order_by(Correction.id.desc()).limit(LATEST))
    return [(correction, name) for correction, name in rows]
