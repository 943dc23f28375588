"""Whether a new verdict changes a ticket's level. Pure.

The machine may raise a level by itself. It never lowers one that a person set, and lowers its
own only when it is sure, so that a ticket does not flap between two agents.
"""

SURE = 0.85


def level_after(
    *, verdict: int, confidence: float, current: int | None, set_by_person: bool
) -> int:
    """The level that a ticket has after a verdict. `current` is None for a new ticket."""
    if current is None or verdict >= current:
        return verdict
    if set_by_person or confidence < SURE:
        return current
    return verdict
