"""What follows from a stored mail that was looked at: words in a ticket, a bounce, a question to
the buyer, or nothing. One short transaction, which `inbound` commits.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple, cast

from sqlalchemy import select

from app.extensions import db, part
from app.lib.clock import now
from app.privacy.keys import vault
from app.relay.bounces import lift_pause, note_bounce
from app.relay.holds import note_held, take_answer
from app.relay.masks import make_mask
from app.relay.models import MailState, StoredMail, WayBack
from app.relay.reading import Finding
from app.relay.screening import Verdict
from app.tickets.models import Message, Ticket, TicketEvent
from app.tickets.posting import Ear
from app.triage.intake import Arrival, Understood, take_in_all

SAME_ID = "same-id"
RATED = "rated"
FROM_MACHINES = ("automatic", "null_sender")
LookedAt = tuple[StoredMail, Finding]


class Outcome(NamedTuple):
    """What became of a stored mail: its new state, the reason, the message it became."""

    state: MailState
    reason: str
    message_id: int | None = None
    mail_id_index: str | None = None


def act_on_all(mails: Sequence[LookedAt]) -> list[Outcome]:
    """Do what follows from the findings: what buyers wrote first, all of it at once, then the rest
    one by one. Not committed."""
    rated = {stored.id for stored, finding in mails if _only_rates(finding)}
    letters = [
        (stored, finding)
        for stored, finding in mails
        if finding.judgement.verdict is Verdict.ACCEPT and stored.id not in rated
    ]
    accepted = dict(zip((stored.id for stored, _ in letters), _accept_all(letters), strict=True))
    accepted |= dict.fromkeys(rated, Outcome(MailState.DONE, RATED))
    return [
        accepted.get(stored.id) or _ACTS[finding.judgement.verdict](stored, finding)
        for stored, finding in mails
    ]


def _accept_all(letters: Sequence[LookedAt]) -> list[Outcome]:
    indexes = [_mail_id_index(stored, finding.mail_id) for stored, finding in letters]
    used = _used(indexes, letters)
    messages = take_in_all([_words_of(finding) for _, finding in letters])
    outcomes = []
    for (stored, finding), message, index in zip(letters, messages, indexes, strict=True):
        _give_way_in(stored, message)
        reason = finding.judgement.reason
        if index in used:
            reason = f"{reason}:{SAME_ID}"
        if index:
            used.add(index)
        outcomes.append(Outcome(MailState.DONE, reason, message.id, index))
    return outcomes


def _only_rates(finding: Finding) -> bool:
    """Whether a mail is a bare answer to the question after a closing, which opens no ticket."""
    arrival, ear = finding.arrival, cast("Ear", part("ear"))
    if arrival is None or arrival.ticket is None or arrival.files:
        return False
    return ear(arrival.ticket, arrival.text, at=arrival.at)


def _words_of(finding: Finding) -> tuple[Arrival, Understood]:
    if finding.arrival is None or finding.understood is None:
        raise LookupError("A mail was accepted that nobody has understood.")
    return finding.arrival, finding.understood


def _give_way_in(stored: StoredMail, message: Message) -> None:
    """Where the buyer writes from now on; who writes is there, and what came back may arrive."""
    if stored.mask is None:
        make_mask(message.ticket)
    else:
        lift_pause(stored.mask, at=now())


def _mail_id_index(stored: StoredMail, mail_id: str) -> str | None:
    """The blind index of a mail's own id at the address that it came to; None without an id."""
    about = f"{stored.recipient_index}|{mail_id}"
    return vault().blind(about, about="mail id") if mail_id else None


def _used(indexes: Sequence[str | None], letters: Sequence[LookedAt]) -> set[str]:
    """Those of the ids under which another mail came before: some programs use one for many."""
    query = select(StoredMail.mail_id_index).distinct().where(
        StoredMail.mail_id_index.in_({index for index in indexes if index}),
        StoredMail.id.not_in([stored.id for stored, _ in letters]),
    )  # fmt: skip
    return {index for index in db.session.scalars(query) if index}


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
    Verdict.IGNORE: _ignore,
    Verdict.HOLD: _hold,
    Verdict.BOUNCE: _bounce,
    Verdict.ANSWER: _answer,
}
