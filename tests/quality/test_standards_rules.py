"""When a standard is crossed and what follows, by tables."""

from datetime import date, timedelta

import pytest

from app.quality.measures import Measure
from app.quality.standards_models import Level, StepKind, StepState
from app.quality.standards_rules import BadStandard, Rule, Taken, check, level_of, propose

TODAY = date(2026, 3, 20)
ANSWER = Rule(Measure.ANSWER, warn=0.95, bound=0.9, days=3, least=20)
REOPENED = Rule(Measure.REOPENED, warn=0.1, bound=0.2, days=3, least=20)
LETTERS = {"m": Level.MET, "w": Level.WARN, "l": Level.LIMIT, "f": Level.FEW}


@pytest.mark.parametrize(
    ("rule", "share", "counted", "level"),
    [
        (ANSWER, 0.97, 100, Level.MET), (ANSWER, 0.95, 100, Level.MET),
        (ANSWER, 0.94, 100, Level.WARN), (ANSWER, 0.90, 100, Level.WARN),
        (ANSWER, 0.89, 100, Level.LIMIT), (ANSWER, 0.0, 20, Level.LIMIT),
        (ANSWER, 0.0, 19, Level.FEW), (ANSWER, None, 0, Level.FEW),
        (REOPENED, 0.05, 50, Level.MET), (REOPENED, 0.1, 50, Level.MET),
        (REOPENED, 0.15, 50, Level.WARN), (REOPENED, 0.25, 50, Level.LIMIT),
    ],
)  # fmt: skip
def test_where_a_day_stands(rule: Rule, share: float | None, counted: int, level: Level) -> None:
    assert level_of(rule, share, counted) is level


def days(letters: str) -> list[tuple[date, Level]]:
    """A letter a day, today the last one."""
    first = TODAY - timedelta(days=len(letters) - 1)
    return [(first + timedelta(days=n), LETTERS[one]) for n, one in enumerate(letters)]


def taken(kind: str, ago: int, state: str = "confirmed", due_ago: int | None = None) -> Taken:
    due = None if due_ago is None else TODAY - timedelta(days=due_ago)
    return Taken(StepKind(kind), StepState(state), TODAY - timedelta(days=ago), due)


PROPOSED = Taken(StepKind.NOTICE, StepState.PROPOSED)


@pytest.mark.parametrize(
    ("letters", "earlier", "kind"),
    [
        ("", [], None),
        ("mmm", [], None),
        ("mll", [], None),
        ("lll", [], "notice"),
        ("mlll", [], "notice"),
        ("www", [], "notice"),
        ("wlw", [], "notice"),
        ("lfl", [], None),  # a day without enough to judge by holds nothing
        ("llm", [], None),
        ("lll", [PROPOSED], None),
        ("llllll", [taken("notice", 2)], None),  # rest after a decision
        ("llllll", [taken("notice", 3)], "plan"),
        ("wwwwww", [taken("notice", 4)], None),  # a warning asks for nothing further
        ("llllll", [taken("notice", 4, "dismissed")], "notice"),
        ("llllll", [taken("notice", 2, "dismissed")], None),
        ("l" * 12, [taken("notice", 9), taken("plan", 6, due_ago=-2)], None),
        ("l" * 12, [taken("notice", 9), taken("plan", 6, due_ago=0)], None),
        ("l" * 12, [taken("notice", 9), taken("plan", 6, due_ago=1)], "restriction"),
        ("l" * 12, [taken("notice", 9), taken("plan", 6, "answered", due_ago=1)], "restriction"),
        ("l" * 20, [taken("notice", 15), taken("plan", 12), taken("restriction", 5)], None),
        ("l" * 20, [taken("restriction", 9, "lifted")], "notice"),
        ("lllmmmlll", [taken("notice", 8)], "notice"),  # met for three days: it begins anew
        ("lllmmllll", [taken("notice", 8)], "plan"),  # met for two: it goes on
        ("lllmmmwww", [taken("notice", 8)], "notice"),
    ],
)
def test_what_follows(letters: str, earlier: list[Taken], kind: str | None) -> None:
    assert propose(ANSWER, days(letters), earlier, today=TODAY) == kind


def test_days_that_nobody_read_hold_nothing() -> None:
    gap = [one for one in days("llll") if one[0] != TODAY - timedelta(days=1)]
    assert propose(ANSWER, gap, [], today=TODAY) is None


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Measure.ANSWER, 0.9, 0.95, 3, 20), Rule(Measure.REOPENED, 0.2, 0.1, 3, 20),
        Rule(Measure.ANSWER, 1.5, 0.9, 3, 20), Rule(Measure.ANSWER, 0.9, -0.1, 3, 20),
        Rule(Measure.ANSWER, 0.95, 0.9, 0, 20), Rule(Measure.ANSWER, 0.95, 0.9, 91, 20),
        Rule(Measure.ANSWER, 0.95, 0.9, 3, 0), Rule(Measure.ANSWER, float("nan"), 0.9, 3, 20),
    ],
)  # fmt: skip
def test_a_standard_that_makes_no_sense_is_refused(rule: Rule) -> None:
    with pytest.raises(BadStandard):
        check(rule)


@pytest.mark.parametrize("rule", [ANSWER, REOPENED, Rule(Measure.ANSWER, 0.9, 0.9, 1, 1)])
def test_a_good_standard_passes(rule: Rule) -> None:
    check(rule)
