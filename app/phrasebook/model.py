"""What the phrasebook hands out: groups, macros, items, and what is wrong with a row.

Frozen shapes only; nothing here reads files or knows grammar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Group:
    """One sentence (or two, three that belong together) as a native writes it in each language."""

    id: str
    role: str  # "buyer" or "agent"
    intent: str  # one of INTENTS; for agents also one of TOPICS
    level: int | None  # 1 or 2 for buyers, None for agents
    tone: str
    slots: frozenset[str]
    texts: Mapping[str, str]  # language -> clean text
    typed: Mapping[str, str]  # language -> the same, typed in a hurry; often empty
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A whole answer, greeting to signature, in the eight wide languages."""

    id: str
    intent: str
    level: int
    slots: frozenset[str]
    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing's name in one language: its gender code and its case forms (see `grammar`)."""

    gender: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be bought, with a noun in each wide language."""

    id: str
    nouns: Mapping[str, Noun]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All that was read. `items` is keyed by the item's id."""

    groups: Sequence[Group]
    macros: Sequence[Macro]
    items: Mapping[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something an author has to mend, and where."""

    file: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class PhrasebookError(Exception):
    """The phrasebook cannot be used as it is. Says every problem, one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SlotError(ValueError):
    """A slot is written wrongly, or has no value."""
