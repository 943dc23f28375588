"""What becomes of a mail that was accepted, with a named reason. Pure: no clock, no database.

The rules are those of the relay's verdict table. A mail that no rule stops is taken in.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Take it in, note it without effect, keep it for a person, treat it as a bounce, or as the
    answer to a question of the desk's own."""

    ACCEPT = "accept"
    IGNORE = "ignore"
    HOLD = "hold"
    BOUNCE = "bounce"
    ANSWER = "answer"


@dataclass(frozen=True)
class Facts:
    """What the rules look at: facts of the mail and of the address that it came to."""

    to_postmaster: bool = False
    to_way_back: bool = False
    to_question: bool = False
    null_sender: bool = False
    senders: int = 1
    is_report: bool = False
    auto_reply: str | None = None
    looped: bool = False
    encrypted: bool = False
    partial: bool = False
    sender_is_bound: bool = True
    buyer_is_blocked: bool = False
    # The domain in From has proved that it sent this mail, or nobody is asked to prove anything.
    sender_is_proven: bool = True


@dataclass(frozen=True)
class Judgement:
    """A verdict and the one rule that led to it."""

    verdict: Verdict
    reason: str


def judge(facts: Facts) -> Judgement:
    """The verdict on one mail. The order of the rules is the order of the table."""
    if facts.to_postmaster:
        return Judgement(Verdict.HOLD, "postmaster")
    if facts.to_way_back:
        if facts.is_report:
            return Judgement(Verdict.BOUNCE, "delivery_report")
        return Judgement(Verdict.IGNORE, "not_a_report")
    return _of_a_machine(facts) or _of_whom(facts) or _of_what(facts)


def _of_a_machine(facts: Facts) -> Judgement | None:
    """Nobody wrote it: it is noted and has no effect, starts no clock and gets no answer."""
    if facts.looped:
        return Judgement(Verdict.IGNORE, "loop")
    if facts.is_report:
        return Judgement(Verdict.IGNORE, "stray_report")
    if facts.auto_reply is not None:
        return Judgement(Verdict.IGNORE, f"automatic:{facts.auto_reply}")
    if facts.null_sender:
        return Judgement(Verdict.IGNORE, "null_sender")
    return None


def _of_whom(facts: Facts) -> Judgement | None:
    """It may not be the buyer. A question is never asked about the answer to a question."""
    if facts.buyer_is_blocked:
        return Judgement(Verdict.IGNORE, "blocked")
    doubt = None
    if facts.senders != 1:
        doubt = "no_single_sender"
    elif not facts.sender_is_bound:
        doubt = "other_sender"
    elif not facts.sender_is_proven:
        doubt = "unproven_sender"
    if doubt and facts.to_question:
        return Judgement(Verdict.IGNORE, f"answer_of:{doubt}")
    return Judgement(Verdict.HOLD, doubt) if doubt else None


def _of_what(facts: Facts) -> Judgement:
    """It is the buyer's: words, or something that cannot be read as words."""
    if facts.to_question:
        return Judgement(Verdict.ANSWER, "answer")
    if facts.partial:
        return Judgement(Verdict.HOLD, "partial")
    if facts.encrypted:
        return Judgement(Verdict.HOLD, "encrypted")
    return Judgement(Verdict.ACCEPT, "buyer")
