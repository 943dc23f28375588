"""When a standard is crossed, and which step that asks for. Pure.

A share counts once it is of enough things. A warning that holds for N days asks for a notice. A
limit that holds for N days asks for a notice, then for an action plan, then for a restriction: each
only when N days have passed since the last decision, and a plan's date too. When the standard was
met for N days, all that came before is over and it begins with a notice again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.quality.measures import FEWER_IS_BETTER, Measure
from app.quality.standards_models import Level, StepKind, StepState


@dataclass(frozen=True)
class Rule:
    """A standard as the rules see it."""

    measure: Measure
    warn: float
    bound: float
    days: int
    least: int


@dataclass(frozen=True)
class Taken:
    """An earlier step over the same measure. `decided` and `due` are days (UTC)."""

    kind: StepKind
    state: StepState
    decided: date | None = None
    due: date | None = None


Days = Sequence[tuple[date, Level]]  # the oldest first


class BadStandard(ValueError):
    """A standard that makes no sense. Its text is for the person who entered it."""


def check(rule: Rule) -> None:
    """Raises BadStandard."""
    if not (0 <= rule.warn <= 1 and 0 <= rule.bound <= 1):
        raise BadStandard("Shares are between 0 and 100 percent.")
    if is_beyond(rule.measure, rule.warn, rule.bound) and rule.warn != rule.bound:
        raise BadStandard("The warning comes before the limit.")
    if not 1 <= rule.days <= 90 or rule.least < 1:
        raise BadStandard("The days are 1 to 90, and at least one thing must be counted.")


def is_beyond(measure: Measure, share: float, mark: float) -> bool:
    """Whether `share` is on the bad side of `mark`. On the mark itself it is met."""
    return share > mark if measure in FEWER_IS_BETTER else share < mark


def level_of(rule: Rule, share: float | None, counted: int) -> Level:
    """Where one day stands."""
    if share is None or counted < rule.least:
        return Level.FEW
    if is_beyond(rule.measure, share, rule.bound):
        return Level.LIMIT
    return Level.WARN if is_beyond(rule.measure, share, rule.warn) else Level.MET


def propose(rule: Rule, days: Days, taken: Sequence[Taken], *, today: date) -> StepKind | None:
    """The step that the days ask for, None when none is due. `taken` are the earlier ones, the
    oldest first."""
    if any(step.state == StepState.PROPOSED for step in taken):
        return None
    begun = _begin(rule, days)
    counting = [step for step in taken if step.decided is not None and step.decided >= begun]
    if counting and (today - (counting[-1].decided or today)).days < rule.days:
        return None
    followed = [step for step in counting if step.state != StepState.DISMISSED]
    if _held(days, {Level.LIMIT}, rule.days, today):
        return _next(followed, today)
    if not followed and _held(days, {Level.LIMIT, Level.WARN}, rule.days, today):
        return StepKind.NOTICE
    return None


def _next(followed: Sequence[Taken], today: date) -> StepKind | None:
    if not followed or followed[-1].state == StepState.LIFTED:
        return StepKind.NOTICE
    last = followed[-1]
    match last.kind:
        case StepKind.NOTICE:
            return StepKind.PLAN
        case StepKind.PLAN:
            return StepKind.RESTRICTION if last.due is None or last.due < today else None
        case StepKind.RESTRICTION:
            return None


def _held(days: Days, levels: set[Level], number: int, today: date) -> bool:
    """Whether each of the last `number` days, today the last of them, stands at one of `levels`."""
    wanted = {today - timedelta(days=back) for back in range(number)}
    return wanted <= {day for day, level in days if level in levels}


def _begin(rule: Rule, days: Days) -> date:
    """The day after the standard was last met for N days running; the first of all otherwise."""
    run, begun = 0, date.min
    for day, level in days:
        run = run + 1 if level == Level.MET else 0
        if run >= rule.days:
            begun = day + timedelta(days=1)
    return begun
