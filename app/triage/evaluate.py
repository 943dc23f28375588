"""Measures a classifier on labelled messages. Pure: verdicts in, figures out.

It must never be shown the texts that the classifier was trained on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.triage.classify import Classifier
from app.triage.verdict import LEVEL_2, Facts, Verdict

COST_OF_A_MISS = 4  # a level 2 that was taken for level 1, in false level 2s


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with what is right for it. `intent` may be unknown."""

    text: str
    lang: str
    level: int
    intent: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A message and the verdict on it."""

    message: Labelled
    verdict: Verdict

    @property
    def right(self) -> bool:
        return self.verdict.level == self.message.level

    @property
    def intent_rank(self) -> int | None:
        """0 for the first, up to 2; None if the intent is not among the three."""
        names = [intent for intent, _ in self.verdict.intents]
        return names.index(self.message.intent) if self.message.intent in names else None


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """How one language fared. Shares are 0 to 1; `recall_2` is None without any level 2."""

    lang: str
    messages: int
    accuracy: float
    recall_2: float | None
    top_1: float
    top_3: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What happens if level 2 begins at a chance of `threshold`."""

    threshold: float
    cost: float
    accuracy: float
    recall_2: float


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one measurement."""

    outcomes: tuple[Outcome, ...]

    @property
    def accuracy(self) -> float:
        """Share of messages with the right level."""
        return _share(outcome.right for outcome in self.outcomes)

    def recall(self, level: int) -> float:
        """Of the messages of `level`, the share that was found."""
        return _share(o.right for o in self.outcomes if o.message.level == level)

    def precision(self, level: int) -> float:
        """Of the messages called `level`, the share that is."""
        return _share(o.right for o in self.outcomes if o.verdict.level == level)

    def top(self, count: int) -> float:
        """Share of messages whose intent is among the first `count` (1 to 3)."""
        known = [o for o in self.outcomes if o.message.intent]
        return _share(o.intent_rank is not None and o.intent_rank < count for o in known)

    @property
    def cost(self) -> float:
        """False level 2s and misses, a miss counted four times, per message."""
        costs = (_cost(o.verdict.level == LEVEL_2, o.message.level) for o in self.outcomes)
        return sum(costs) / max(1, len(self.outcomes))

    def cost_at(self, threshold: float) -> float:
        """What `cost` would be if level 2 began at this chance."""
        costs = (_cost(o.verdict.chance_of_2 >= threshold, o.message.level) for o in self.outcomes)
        return sum(costs) / max(1, len(self.outcomes))

    def curve(self) -> list[CurvePoint]:
        """What every threshold from 0.05 to 0.95 would cost, and find."""
        return [self._point(step / 20) for step in range(1, 20)]

    def _point(self, threshold: float) -> CurvePoint:
        called = [o.verdict.chance_of_2 >= threshold for o in self.outcomes]
        levels = [o.message.level == LEVEL_2 for o in self.outcomes]
        return CurvePoint(
            threshold=threshold,
            cost=self.cost_at(threshold),
            accuracy=_share(said == is_2 for said, is_2 in zip(called, levels, strict=True)),
            recall_2=_share(said for said, is_2 in zip(called, levels, strict=True) if is_2),
        )

    @property
    def languages(self) -> list[LanguageRow]:
        """One row a language, the most messages first."""
        langs = {outcome.message.lang for outcome in self.outcomes}
        rows = [_row(lang, [o for o in self.outcomes if o.message.lang == lang]) for lang in langs]
        return sorted(rows, key=lambda row: (-row.messages, row.lang))

    def worst(self, count: int = 20) -> list[Outcome]:
        """Wrong levels, the most confident first."""
        wrong = [outcome for outcome in self.outcomes if not outcome.right]
        return sorted(wrong, key=lambda outcome: -outcome.verdict.confidence)[:count]

    def __str__(self) -> str:
        head = (
            f"{len(self.outcomes)} messages: level right {self.accuracy:.1%}; level 2 found "
            f"{self.recall(2):.1%}, rightly {self.precision(2):.1%}; intent {self.top(1):.1%}, "
            f"in three {self.top(3):.1%}; cost {self.cost:.3f}"
        )
        return "\n".join([head, *map(_line, self.languages)])


def _cost(called_2: bool, level: int) -> int:
    if called_2 == (level == LEVEL_2):
        return 0
    return 1 if called_2 else COST_OF_A_MISS


def _line(row: LanguageRow) -> str:
    recall = "   -  " if row.recall_2 is None else f"{row.recall_2:6.1%}"
    return (
        f"{row.lang:3} {row.messages:4}  level {row.accuracy:6.1%}  level 2 found {recall}  "
        f"intent {row.top_1:6.1%}  in three {row.top_3:6.1%}"
    )


def _share(right: Iterable[bool]) -> float:
    answers = list(right)
    return sum(answers) / len(answers) if answers else 1.0


def _row(lang: str, outcomes: Sequence[Outcome]) -> LanguageRow:
    report = Report(tuple(outcomes))
    has_second = any(outcome.message.level == LEVEL_2 for outcome in outcomes)
    return LanguageRow(
        lang=lang,
        messages=len(outcomes),
        accuracy=report.accuracy,
        recall_2=report.recall(LEVEL_2) if has_second else None,
        top_1=report.top(1),
        top_3=report.top(3),
    )


def evaluate(classifier: Classifier, labelled: Iterable[Labelled]) -> Report:
    """Classify every message without any facts of a conversation, and compare."""
    messages = list(labelled)
    verdicts = classifier.classify_many([(m.text, m.lang, Facts()) for m in messages])
    return Report(tuple(map(Outcome, messages, verdicts)))
