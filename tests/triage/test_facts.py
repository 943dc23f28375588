"""What a conversation's facts mean for the level."""

from decimal import Decimal

import pytest

from app.triage.facts import decided, fact_rules, facts_that_weigh, weigh
from app.triage.verdict import Facts
from app.web.i18n import UI_LANGUAGES


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (Facts(), []),
        (Facts(earlier_level=2), ["earlier_level"]),
        (Facts(earlier_level=1), []),
        (Facts(promises_broken=1), ["promise_broken"]),
        (Facts(promises_broken=2), ["promise_broken_twice", "promise_broken"]),
        (Facts(exchanges=2), []),
        (Facts(exchanges=3), ["third_exchange"]),
        (Facts(reopened=True), ["reopened"]),
        (Facts(orders_named=1), []),
        (Facts(orders_named=2), ["several_orders"]),
        (Facts(amount=Decimal("499.99")), []),
        (Facts(amount=Decimal(500)), ["large_amount"]),
        (Facts(days_open=20), []),
        (Facts(days_open=21), ["open_for_weeks"]),
        (Facts(attachments=5), []),
    ],
)
def test_only_facts_that_make_a_case_harder_weigh(facts: Facts, codes: list[str]) -> None:
    assert [rule.name for rule in facts_that_weigh(facts)] == codes


def test_more_of_a_fact_weighs_more_up_to_a_limit() -> None:
    def weighs(count: int) -> float:
        facts = Facts(promises_broken=count)
        return weigh(facts_that_weigh(facts), facts)

    weights = [weighs(count) for count in (0, 1, 2, 9)]
    assert weights == sorted(weights)
    assert weights[2] == weights[3]


@pytest.mark.parametrize(
    ("facts", "intent", "level"),
    [
        (Facts(exchanges=3), "refund_status", 2),
        (Facts(promises_broken=2), None, 2),
        (Facts(exchanges=7, promises_broken=3), "thanks", None),
        (Facts(exchanges=2, promises_broken=1, reopened=True), "refund_status", None),
    ],
)
def test_a_third_exchange_and_a_second_broken_promise_decide_unless_all_is_well(
    facts: Facts, intent: str | None, level: int | None
) -> None:
    assert decided(facts_that_weigh(facts, intent)) == level


def test_every_fact_is_explained_in_the_five_languages() -> None:
    assert {frozenset(rule.says) for rule in fact_rules()} == {frozenset(UI_LANGUAGES)}
