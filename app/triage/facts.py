"""What a conversation's facts weigh for level 2, in logits. Pure; the figures are the desk's.

Facts alone make a level 2 only when several come together: most tickets have none of them.
"""

from collections.abc import Iterator
from decimal import Decimal

from app.triage.verdict import LEVEL_2, Facts

LARGE_AMOUNT = Decimal(500)
MANY_EXCHANGES = 3


def facts_that_weigh(facts: Facts) -> Iterator[tuple[str, float]]:
    """Each fact that speaks for level 2, by its code, with its weight in logits."""
    if facts.earlier_level == LEVEL_2:
        yield "earlier_level", 2.0
    if facts.promises_broken:
        yield "promises_broken", 1.2 * min(facts.promises_broken, 2)
    if facts.exchanges >= MANY_EXCHANGES:
        yield "exchanges", 0.6 * min(facts.exchanges - 2, 3)
    if facts.reopened:
        yield "reopened", 0.5
    if facts.orders_named >= 2:
        yield "orders_named", 0.5
    if facts.amount is not None and facts.amount >= LARGE_AMOUNT:
        yield "amount", 0.3


def weigh_facts(facts: Facts) -> float:
    """The sum of `facts_that_weigh`."""
    return sum(weight for _, weight in facts_that_weigh(facts))
