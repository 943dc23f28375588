"""What the desk knows of a conversation when new words of its buyer come in.

Gathers the facts that `facts` weighs: one query, for promises. Writes nothing.
"""

from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.tickets.clocks.promises import Outcome, Promise
from app.tickets.conversation import Words
from app.tickets.models import Ticket, TicketState
from app.triage.amounts import largest_amount
from app.triage.orders import find_orders
from app.triage.verdict import Facts


def facts_of(ticket: Ticket | None, words: Words, *, at: datetime, files: int) -> Facts:
    """The facts of a running conversation, or of one that begins with `words`."""
    said = Facts(
        orders_named=len(find_orders(words.subject, words.body)),
        attachments=files,
        amount=largest_amount(words.subject, words.body),
    )
    return _with_history(ticket, said, at) if ticket else said


def _with_history(ticket: Ticket, said: Facts, at: datetime) -> Facts:
    return Facts(
        orders_named=said.orders_named,
        attachments=said.attachments,
        amount=said.amount,
        exchanges=ticket.exchanges,
        reopened=ticket.state == TicketState.CLOSED,
        promises_broken=_broken_promises(ticket, at),
        days_open=(at - ticket.opened_at).days,
        earlier_level=ticket.level,
        earlier_intent=ticket.intent,
    )


def _broken_promises(ticket: Ticket, at: datetime) -> int:
    """Promises that were broken, and those whose date passed without news."""
    passed = (Promise.outcome == Outcome.OPEN) & (Promise.due_at < at)
    query = select(func.count()).where(
        Promise.ticket_id == ticket.id, (Promise.outcome == Outcome.BROKEN) | passed
    )
    return db.session.scalar(query) or 0
