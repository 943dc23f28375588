"""What follows from a stored mail that was looked at: words in a ticket, a bounce, a question to
the buyer, or nothing. One short transaction, which `inbound` commits.
"""

from collections.abc import Callable
from typing import NamedTuple

from app.extensions import db
from app.lib.clock import now
from app.relay.bounces import note_bounce
from app.relay.holds import note_held, take_answer
from app.relay.masks import make_mask
from app.relay.models import MailState, StoredMail, WayBack
from app.relay.reading import Finding
from app.relay.screening import Verdict
from app.triage.intake import take_in


class Outcome(NamedTuple):
    """What became of a stored mail: its new state, the reason, the message it became."""

    state: MailState
    reason: str
    message_id: int | None = None


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
        stored.mask.paused_at = None
    return Outcome(MailState.DONE, finding.judgement.reason, message.id)


def _ignore(_stored: StoredMail, finding: Finding) -> Outcome:
    return Outcome(MailState.IGNORED, finding.judgement.reason)


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
