from decimal import Decimal

import pytest

from app.triage.facts import facts_that_weigh, weigh_facts
from app.triage.verdict import Facts


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (Facts(), []),
        (Facts(earlier_level=2), ["earlier_level"]),
        (Facts(earlier_level=1), []),
        (Facts(promises_broken=1), ["promises_broken"]),
        (Facts(exchanges=2), []),
        (Facts(exchanges=3), ["exchanges"]),
        (Facts(reopened=True), ["reopened"]),
        (Facts(orders_named=1), []),
        (Facts(orders_named=2), ["orders_named"]),
        (Facts(amount=Decimal("499.99")), []),
        (Facts(amount=Decimal(500)), ["amount"]),
        (Facts(attachments=5), []),
    ],
)
def test_only_facts_that_make_a_case_harder_weigh(facts, codes):
    assert [code for code, _ in facts_that_weigh(facts)] == codes


def test_more_of_a_fact_weighs_more_up_to_a_limit():
    weights = [weigh_facts(Facts(promises_broken=count)) for count in (0, 1, 2, 9)]
    assert weights == sorted(weights)
    assert weights[2] == weights[3]
