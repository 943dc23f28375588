"""What a bounce does: the ticket's clock goes back to where it was before the answer.

Knows which attempt a report came back to. Never forwards a report and never keeps its
diagnostic: it names the buyer's real address.
"""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Agent
from app.extensions import db
from app.lib.clock import now
from app.lib.outgoing import DeliveryState, give_up
from app.mail.reports import Report
from app.relay.masks import relay_domain
from app.relay.models import Mask, Notice, WayBack
from app.tickets.conversation import not_delivered
from app.tickets.models import Message, Ticket


def note_bounce(way_back: WayBack, report: Report | None) -> str:
    """Take a delivery report into account, once an attempt. What was done, as a reason.

    A delay is shown on the message, a receipt changes nothing; a permanent failure marks the
    message failed and restores the clock. Two answers that came back pause the conversation: one
    report alone, which anybody can write who has seen a mail of ours, never does.
    """
    if report is None:
        return "not_a_report"
    if not report.permanent:
        return _note_other(way_back, report)
    if way_back.bounced_at is not None:
        return "bounced_before"
    letter = _letter_of(way_back)
    if _is_of_another(report, letter):
        return "bounce_of_another"
    way_back.bounced_at = now()
    if letter.delivery != DeliveryState.FAILED:
        fail(letter, f"bounced {report.status}")
    _pause(letter)
    return "bounced"


def _note_other(way_back: WayBack, report: Report) -> str:
    letter = _letter_of(way_back)
    if report.kind == "delayed" and letter.delivery == DeliveryState.SENT:
        letter.failure = f"delayed {report.status}"
    return report.kind


def _letter_of(way_back: WayBack) -> Message | Notice:
    if way_back.notice_id is not None:
        return db.session.get_one(Notice, way_back.notice_id)
    return db.session.get_one(Message, way_back.message_id)


def _is_of_another(report: Report, letter: Message | Notice) -> bool:
    """Whether the report names mails of ours, and not this one. A smart host may have given the
    mail an id of its own, so ids of others prove nothing."""
    ours = {one for one in report.message_ids if one.lower().endswith(f"@{relay_domain()}")}
    return bool(ours) and f"{letter.mail_id}@{relay_domain()}" not in ours


def _pause(letter: Message | Notice) -> None:
    """Send nothing more once two different letters of the conversation came back."""
    of_messages = select(Message.mail_id).where(Message.ticket_id == letter.ticket_id)
    of_notices = select(Notice.mail_id).where(Notice.ticket_id == letter.ticket_id)
    back = db.session.scalars(
        of_messages.join(WayBack, WayBack.message_id == Message.id)
        .where(WayBack.bounced_at.is_not(None))
        .union(
            of_notices.join(WayBack, WayBack.notice_id == Notice.id).where(
                WayBack.bounced_at.is_not(None)
            )
        )
        .limit(2)
    ).all()
    mask = db.session.scalar(select(Mask).where(Mask.ticket_id == letter.ticket_id))
    if len(back) > 1 and mask is not None and mask.paused_at is None:
        mask.paused_at = now()
        db.session.get_one(Ticket, mask.ticket_id).log("paused", at=now())


def lift_pause(mask: Mask, *, at: datetime, agent: Agent | None = None) -> None:
    """The buyer wrote again, or an operator knows better: answers leave again. Not committed."""
    if mask.paused_at is None:
        return
    mask.paused_at = None
    ticket = db.session.get_one(Ticket, mask.ticket_id)
    ticket.log("unpaused", at=at, agent_id=agent.id if agent else None)


def is_paused(letter: Message | Notice) -> bool:
    """Whether nothing is sent to this conversation's buyer until they write again."""
    query = select(Mask.paused_at).where(Mask.ticket_id == letter.ticket_id)
    return db.session.scalar(query) is not None


def fail(letter: Message | Notice, reason: str) -> None:
    """The letter will not reach the buyer: say so on it. An answer puts the ticket's clock back."""
    give_up(letter, reason)
    if isinstance(letter, Message):
        not_delivered(letter, at=now(), reason=reason)
