"""What a conversation's facts mean for the level. The rules stand in `rules/_facts.yaml`.

Pure once loaded. A fact adds weight for level 2, or, where the rule says so, decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.triage.verdict import Facts

FILE = Path(__file__).with_name("rules") / "_facts.yaml"


class FactsError(ValueError):
    """The file of fact rules cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class FactRule:
    """One rule: from how much of a fact on it holds, and what it weighs or decides."""

    name: str
    fact: str
    at_least: float
    weight: float = 0.0
    steps: int = 2
    decides: int | None = None
    unless: Sequence[str] = ()
    says: Mapping[str, str] = field(default_factory=dict)

    def holds(self, facts: Facts, intent: str | None) -> bool:
        """Whether the rule applies to a conversation that is about `intent`."""
        return intent not in self.unless and _figure(facts, self.fact) >= self.at_least

    def weighs(self, facts: Facts) -> float:
        """Logits towards level 2: of what is counted, each one more adds as much again."""
        more = _figure(facts, self.fact) - self.at_least if self.fact in _COUNTED else 0
        return self.weight * min(1 + more, self.steps)


_COUNTED = {"exchanges", "promises_broken"}


def _figure(facts: Facts, name: str) -> float:
    return float(getattr(facts, name) or 0)


@cache
def fact_rules() -> tuple[FactRule, ...]:
    """The rules of the file, read once. Raises FactsError."""
    try:
        table = yaml.safe_load(FILE.read_text("utf-8"))
        return tuple(_rule(name, given) for name, given in table.items())
    except (AttributeError, TypeError, KeyError, ValueError, yaml.YAMLError) as wrong:
        raise FactsError(f"rules/{FILE.name} cannot be read: {wrong}") from wrong


def _rule(name: str, given: dict[str, Any]) -> FactRule:
    given = dict(given)
    rule = FactRule(name, at_least=float(given.pop("from")), **given)
    if rule.fact not in Facts.__dataclass_fields__:
        raise FactsError(f"rules/{FILE.name}: “{rule.fact}” of “{name}” is no fact.")
    return rule


def facts_that_weigh(facts: Facts, intent: str | None = None) -> list[FactRule]:
    """The rules that hold, those that decide first."""
    found = [rule for rule in fact_rules() if rule.holds(facts, intent)]
    return sorted(found, key=lambda rule: rule.decides is None)


def weigh(rules: Iterable[FactRule], facts: Facts) -> float:
    """What `rules` add up to, in logits for level 2."""
    return sum(rule.weighs(facts) for rule in rules)


def decided(rules: Iterable[FactRule]) -> int | None:
    """The level that a rule makes by itself, None when none does."""
    return next((rule.decides for rule in rules if rule.decides), None)
