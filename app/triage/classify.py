"""Level and intent of a buyer's message, with the words that weighed.

Pure once loaded: a text, its language and the facts of the conversation in, a verdict out. It
must never fail on a text, whatever it is, and never be sure where there is nothing to go by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.triage.evidence import Evidence, columns, gather, measure
from app.triage.facts import FactRule, decided, facts_that_weigh
from app.triage.facts import weigh as weigh_facts
from app.triage.features import count_grams, weigh
from app.triage.reasons import doubts, explain
from app.triage.rules import Rules, load_rules
from app.triage.verdict import LEVEL_1, LEVEL_2, Facts, Reason, Verdict
from app.triage.weights import Weights, line_up, load_weights
from app.triage.words import read_words

__all__ = ["Classifier", "Facts", "Reason", "Settings", "Verdict"]

DECIDED = 0.95  # how sure a level is that a rule on facts makes
Logits = NDArray[np.float64]
Message = tuple[str, str, Facts]  # text, language, what is known of its conversation


@dataclass(frozen=True, slots=True)
class Settings:
    """How evidence is put together. Where the figures come from: docs/triage.md."""

    threshold: float = 0.40  # of P(level 2); a missed level 2 costs about four false ones
    doubt: float = 0.70  # below this confidence a verdict is "not sure"
    rules: float = 0.5  # how much the supervisors' own weights count beside what was learned


@dataclass(frozen=True)
class Classifier:
    """A trained model and today's rules."""

    weights: Weights
    rules: Rules
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a model that `save` wrote. Raises `ModelError` or `RulesError`."""
        return cls(load_weights(path), load_rules())

    def save(self, path: Path) -> None:
        """Write the model (not the rules, which are files of their own)."""
        self.weights.save(path)

    def classify(self, text: str, *, lang: str, facts: Facts = Facts()) -> Verdict:  # noqa: B008
        """The verdict on one text. `lang` is an ISO 639-1 code; an unknown one is no error."""
        return self.classify_many([(text, lang, facts)])[0]

    def classify_many(self, messages: Sequence[Message]) -> list[Verdict]:
        """Verdicts on texts with language and facts, in the same order."""
        if not messages:
            return []
        found = [self._gather(text, lang) for text, lang, _ in messages]
        logits = self._logits(found)
        return [
            self._verdict(row, evidence, message)
            for row, evidence, message in zip(logits, found, messages, strict=True)
        ]

    def _gather(self, text: str, lang: str) -> Evidence:
        return gather(text, read_words(text), lang=_short(lang), rules=self.rules)

    def _logits(self, found: Sequence[Evidence]) -> Logits:
        """Class logits of each text: the model's, and the supervisor's weights upon them."""
        grams = weigh(count_grams(evidence.words for evidence in found), self.weights.rare)
        proofs = line_up(measure(found, self.rules), columns(self.rules), self.weights.evidence)
        by_hand = np.stack([self._by_hand(evidence) for evidence in found])
        return self.weights.scores(grams, proofs) + by_hand * self.settings.rules

    def _by_hand(self, evidence: Evidence) -> Logits:
        bonus = np.zeros(len(self.weights.classes))
        for name in evidence.met:
            bonus += self._bonuses[name]
        return bonus

    @cached_property
    def _bonuses(self) -> Mapping[str, Logits]:
        """What each rule adds to each class."""
        classes = self.weights.classes
        return {
            name: np.array([
                rule.intents.get(intent, 0) + rule.weight * (level == LEVEL_2)
                for intent, level in classes
            ])
            for name, rule in self.rules.rules.items()
        }  # fmt: skip

    def _verdict(self, logits: Logits, evidence: Evidence, message: Message) -> Verdict:
        text, lang, facts = message
        if not evidence.words:
            return _without_words(facts)
        second = np.array([level == LEVEL_2 for _, level in self.weights.classes])
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        intents = self._intents(shares)
        known = facts_that_weigh(facts, intents[0][0])
        chance = _chance(shares[second].sum(), weigh_facts(known, facts))
        level, confidence = self._level(chance, known)
        reasons = explain(text, evidence, weights=self.weights, rules=self.rules, known=known)
        shaky = confidence < self.settings.doubt
        codes = _doubts(evidence, self.rules, lang=_short(lang), shaky=shaky)
        return Verdict(level, confidence, intents[0][0], intents, (*reasons, *doubts(codes)))

    def _level(self, chance: float, known: Sequence[FactRule]) -> tuple[int, float]:
        """The level and how sure it is, given the chance of level 2 and what is known."""
        level = decided(known)
        if level is not None:
            return level, max(DECIDED, chance if level == LEVEL_2 else 1 - chance)
        if chance >= self.settings.threshold:
            return LEVEL_2, chance
        return LEVEL_1, 1 - chance

    def _intents(self, shares: Logits) -> tuple[tuple[str, float], ...]:
        by_intent: dict[str, float] = {}
        for share, (intent, _) in zip(shares, self.weights.classes, strict=True):
            by_intent[intent] = by_intent.get(intent, 0.0) + float(share)
        best = sorted(by_intent.items(), key=lambda pair: -pair[1])[:3]
        return tuple((intent, round(share, 4)) for intent, share in best)


def _short(lang: str) -> str:
    return lang.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0].lower()


def _chance(share: float, bonus: float) -> float:
    """`share` moved by `bonus` logits."""
    share = min(max(float(share), 1e-6), 1 - 1e-6)
    return float(1 / (1 + np.exp(-(np.log(share / (1 - share)) + bonus))))


def _without_words(facts: Facts) -> Verdict:
    """Nothing to read: what the ticket was before, or a person's look."""
    level = facts.earlier_level or LEVEL_2
    reasons = doubts(("no_words", "not_sure"))
    return Verdict(level, 0.5, facts.earlier_intent, (), tuple(reasons))


def _doubts(evidence: Evidence, rules: Rules, *, lang: str, shaky: bool) -> list[str]:
    codes = []
    if lang not in rules.languages:
        codes.append("unknown_language")
    if len(evidence.words) <= 1 and not evidence.finds:
        codes.append("few_words")
    if shaky:
        codes.append("not_sure")
    return codes
