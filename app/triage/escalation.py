"""Whether a new verdict changes a ticket's level. Pure.

The machine raises a level by itself, over a person's word only when it is sure. It never lowers one
that a person set: it proposes. It lowers its own only when it is very sure, so that a ticket does
not flap between two agents.
"""

from dataclasses import dataclass

SURE, VERY_SURE = 0.7, 0.85


@dataclass(frozen=True, slots=True)
class Decision:
    """The level after a verdict, and what the machine would rather have, if it may not."""

    level: int
    proposed: int | None = None


def decide(*, verdict: int, confidence: float, current: int | None, by_person: bool) -> Decision:
    """What a verdict does to a ticket. `current` is None for a new one."""
    if current is None or verdict == current:
        return Decision(verdict)
    if by_person:
        if confidence < SURE:
            return Decision(current)
        return Decision(verdict) if verdict > current else Decision(current, proposed=verdict)
    if verdict > current or confidence >= VERY_SURE:
        return Decision(verdict)
    return Decision(current)
