"""What a bounce does: the ticket's clock goes back to where it was before the answer.

Knows which attempt a report came back to. Never forwards a report and never keeps its
diagnostic: it names the buyer's real address.
"""

from app.extensions import db
from app.lib.clock import now
from app.mail.reports import Report
from app.relay.models import WayBack
from app.tickets.models import DeliveryState, Message, Ticket


def note_bounce(way_back: WayBack, report: Report | None) -> str:
    """Take a delivery report into account, once an attempt. What was done, as a reason.

    A delay or a receipt changes nothing; a permanent failure marks the message failed and
    restores the clock.
    """
    if report is None or not report.permanent:
        return report.kind if report else "not_a_report"
    if way_back.bounced_at is not None:
        return "bounced_before"
    way_back.bounced_at = now()
    message = db.session.get_one(Message, way_back.message_id)
    if message.delivery != DeliveryState.FAILED:
        fail(message, f"bounced {report.status}")
    return "bounced"


def fail(message: Message, reason: str) -> None:
    """The message will not reach the buyer: say so on it and put the ticket's clock back."""
    message.delivery, message.failure = DeliveryState.FAILED, reason
    message.next_try_at = None
    ticket = db.session.get_one(Ticket, message.ticket_id)
    ticket.undo_answer(message, now(), reason)
