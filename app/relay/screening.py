"""What becomes of a mail that was accepted, with a named reason. Pure: no clock, no database.

The rules are those of the relay's verdict table. A mail that no rule stops is taken in.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Take it in, note it without effect, keep it for a person, or treat it as a bounce."""

    ACCEPT = "accept"
    IGNORE = "ignore"
    HOLD = "hold"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class Facts:
    """What the rules look at: facts of the mail and of the address that it came to."""

    to_postmaster: bool = False
    to_way_back: bool = False
    null_sender: bool = False
    senders: int = 1
    is_report: bool = False
    auto_reply: str | None = None
    looped: bool = False
    encrypted: bool = False
    sender_is_bound: bool = True


@dataclass(frozen=True)
class Judgement:
    """A verdict and the one rule that led to it."""

    verdict: Verdict
    reason: str


def judge(facts: Facts) -> Judgement:  # noqa: C901 - a table of rules, the first that fits wins
    """The verdict on one mail. The order of the rules is the order of the table."""
    if facts.to_postmaster:
        return Judgement(Verdict.HOLD, "postmaster")
    if facts.to_way_back:
        if facts.is_report:
            return Judgement(Verdict.BOUNCE, "delivery_report")
        return Judgement(Verdict.IGNORE, "not_a_report")
    if facts.looped:
        return Judgement(Verdict.IGNORE, "loop")
    if facts.is_report:
        return Judgement(Verdict.IGNORE, "stray_report")
    if facts.auto_reply is not None:
        return Judgement(Verdict.IGNORE, f"automatic:{facts.auto_reply}")
    if facts.null_sender:
        return Judgement(Verdict.IGNORE, "null_sender")
    if facts.senders != 1:
        return Judgement(Verdict.HOLD, "no_single_sender")
    if facts.encrypted:
        return Judgement(Verdict.HOLD, "encrypted")
    if not facts.sender_is_bound:
        return Judgement(Verdict.HOLD, "other_sender")
    return Judgement(Verdict.ACCEPT, "buyer")
