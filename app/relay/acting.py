"""What follows from a stored mail that was looked at: words in a ticket, a bounce, a question to
the buyer, or nothing. One short transaction, which `inbound` commits.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.lib.clock import now
from app.privacy.keys import vault
from app.relay.bounces import lift_pause, note_bounce
from app.relay.holds import note_held, take_answer
from app.relay.masks import make_mask
from app.relay.models import MailState, StoredMail, WayBack
from app.relay.reading import Finding
from app.relay.screening import Verdict
from app.tickets.models import Ticket, TicketEvent
from app.triage.intake import take_in

SAME_ID = "same-id"
FROM_MACHINES = ("automatic", "null_sender")


class Outcome(NamedTuple):
    """What became of a stored mail: its new state, the reason, the message it became."""

    state: MailState
    reason: str
    message_id: int | None = None
    mail_id_index: str | None = None


def act_on(stored: StoredMail, finding: Finding) -> Outcome:
    """Do what follows from a finding. Not committed."""
    return _ACTS[finding.judgement.verdict](stored, finding)


def _accept(stored: StoredMail, finding: Finding) -> Outcome:
    if finding.arrival is None or finding.understood is None:
        raise LookupError("A mail was accepted that nobody has understood.")
    message = take_in(finding.arrival, finding.understood)
    if stored.mask is None:
        make_mask(message.ticket)
    else:
        # The buyer is there: what came back before may arrive now.
        lift_pause(stored.mask, at=now())
    reason, index = finding.judgement.reason, _mail_id_index(stored, finding.mail_id)
    if index and _was_used(stored, index):
        reason = f"{reason}:{SAME_ID}"
    return Outcome(MailState.DONE, reason, message.id, index)


def _mail_id_index(stored: StoredMail, mail_id: str) -> str | None:
    """The blind index of a mail's own id at the address that it came to; None without an id."""
    about = f"{stored.recipient_index}|{mail_id}"
    return vault().blind(about, about="mail id") if mail_id else None


def _was_used(stored: StoredMail, index: str) -> bool:
    """Whether another mail came under the same id: some programs use one id for many mails."""
    query = select(StoredMail.id).where(StoredMail.mail_id_index == index)
    return db.session.scalar(query.where(StoredMail.id != stored.id).limit(1)) is not None


def _ignore(stored: StoredMail, finding: Finding) -> Outcome:
    reason = finding.judgement.reason
    if stored.mask is not None and reason.startswith(FROM_MACHINES):
        _note_machine(stored.mask.ticket)
    return Outcome(MailState.IGNORED, reason)


def _note_machine(ticket: Ticket) -> None:
    """The ticket's history says once a day that a machine answered; never what it said."""
    lately = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.kind == "automatic",
        TicketEvent.at > now() - timedelta(days=1),
    )
    if db.session.scalar(lately.limit(1)) is None:
        ticket.log("automatic", at=now())


def _hold(stored: StoredMail, finding: Finding) -> Outcome:
    note_held(stored, finding.judgement.reason, finding.sender, at=now())
    return Outcome(MailState.HELD, finding.judgement.reason)


def _bounce(stored: StoredMail, finding: Finding) -> Outcome:
    way_back = db.session.get_one(WayBack, stored.way_back_id)
    return Outcome(MailState.DONE, note_bounce(way_back, finding.report))


def _answer(stored: StoredMail, finding: Finding) -> Outcome:
    if stored.notice is None:
        raise LookupError("A mail answers a question that nobody asked.")
    reason = take_answer(stored.notice, finding.said, at=now())
    if reason is None:
        return Outcome(MailState.HELD, "answer:unclear")
    return Outcome(MailState.DONE, reason)


_ACTS: dict[Verdict, Callable[[StoredMail, Finding], Outcome]] = {
    Verdict.ACCEPT: _accept,
    Verdict.IGNORE: _ignore,
    Verdict.HOLD: _hold,
    Verdict.BOUNCE: _bounce,
    Verdict.ANSWER: _answer,
}
