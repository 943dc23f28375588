"""A verdict on a buyer's newest message, put on its ticket: level, intent, reasons, a proposal.

Changes the ticket; never commits. What may change is `escalation`'s word.
"""

from datetime import datetime
from typing import Any

from app.tickets.models import Message, Ticket
from app.triage.escalation import decide
from app.triage.verdict import LEVEL_2, Reason, Verdict

LIKELY = 0.5  # an intent with a smaller share does not replace the one that a ticket has


def sort_ticket(
    ticket: Ticket, message: Message, verdict: Verdict, *, at: datetime, subject: str | None
) -> None:
    """Sort a ticket by a message. `subject` is what was read before it: a new ticket's; None in a
    running conversation.
    """
    decision = decide(
        verdict=verdict.level,
        confidence=verdict.confidence,
        current=ticket.level if subject is None else None,
        by_person=ticket.level_set_by_id is not None,
    )
    before = 0 if subject is None else len(subject) + 1
    ticket.sort(
        decision.level,
        at=at,
        intent=verdict.intent if subject is not None else _intent(ticket, verdict),
        confidence=_sureness(verdict, decision.level),
        reasons=[_kept(reason, message, before) for reason in verdict.reasons],
    )
    if decision.proposed is not None:
        ticket.propose_level(decision.proposed)


def _intent(ticket: Ticket, verdict: Verdict) -> str | None:
    """A person's intent stays; the desk's own changes when the new one is likely."""
    shares = dict(verdict.intents)
    likely = verdict.intent is not None and shares.get(verdict.intent, 0) >= LIKELY
    if ticket.intent is None or (likely and ticket.level_set_by_id is None):
        return verdict.intent
    return ticket.intent


def _sureness(verdict: Verdict, level: int) -> float:
    """How sure the verdict is of `level`, which need not be its own."""
    return verdict.chance_of_2 if level == LEVEL_2 else 1 - verdict.chance_of_2


def _kept(reason: Reason, message: Message, before: int) -> dict[str, Any]:
    """A reason as the ticket keeps it. Places count from the message's first sign; words of the
    subject have none.
    """
    kept: dict[str, Any] = {"kind": reason.kind, "code": reason.code, "towards": reason.towards}
    if reason.text:
        kept["text"] = reason.text
    if reason.start is not None and reason.end is not None and reason.start >= before:
        place = {"start": reason.start - before, "end": reason.end - before}
        kept |= {"message": message.id, **place}
    return kept
