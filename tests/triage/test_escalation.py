"""What a new verdict does to a ticket's level."""

import pytest

from app.triage.escalation import Decision, decide


@pytest.mark.parametrize(
    ("verdict", "confidence", "current", "by_person", "decision"),
    [
        (1, 0.6, None, False, Decision(1)),  # a new ticket
        (2, 0.6, 1, False, Decision(2)),  # the machine raises its own level at once
        (2, 0.6, 1, True, Decision(1)),  # a person's level when it is not sure
        (2, 0.75, 1, True, Decision(2)),  # and when it is
        (1, 0.8, 2, False, Decision(2)),  # its own level is lowered only when it is very sure
        (1, 0.9, 2, False, Decision(1)),
        (1, 0.6, 2, True, Decision(2)),
        (1, 0.99, 2, True, Decision(2, proposed=1)),  # never a person's: it proposes
        (2, 0.99, 2, True, Decision(2)),
    ],
)
def test_a_level_goes_up_easily_and_down_hardly(
    verdict: int, confidence: float, current: int | None, by_person: bool, decision: Decision
) -> None:
    found = decide(verdict=verdict, confidence=confidence, current=current, by_person=by_person)
    assert found == decision
