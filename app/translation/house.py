"""What one vendor has settled about wording, as the translator sees it: answers and terms.

Knows no database: whoever makes a `House` says where its memory lies. It must never belong to
more than one vendor, because what one has said is nothing that another may read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.translation.protect import Fact

MEMORY = "memory"  # the origin of a sentence that an earlier answer filled in


@dataclass(frozen=True, slots=True)
class Offer:
    """An earlier sentence like the one at hand, and what was answered. `likeness` in per cent."""

    source: str
    text: str
    likeness: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the memory says of some sentences: the very same ones, and ones like them."""

    exact: Mapping[str, str] = field(default_factory=dict)
    near: Mapping[str, Offer] = field(default_factory=dict)


def nothing(_sentences: Sequence[str]) -> Recalled:
    """The memory of who remembers nothing."""
    return Recalled()


@dataclass(frozen=True, slots=True)
class House:
    """One vendor's wording for one pair of languages.

    `terms` are folded source terms with what stands for them; a term that stays as it is has
    itself. `recall` is asked once a text, for all of its sentences.
    """

    terms: Mapping[str, str] = field(default_factory=dict)
    recall: Callable[[Sequence[str]], Recalled] = nothing


NO_HOUSE = House()


def rendered(facts: Iterable[Fact], terms: Mapping[str, str]) -> tuple[Fact, ...]:
    """The facts, each that is a term of the glossary with the text that must stand for it."""
    return tuple(replace(fact, text=_rendering(fact.text, terms)) for fact in facts)


def _rendering(text: str, terms: Mapping[str, str]) -> str:
    rendering = terms.get(text.casefold())
    if rendering is None or rendering.casefold() == text.casefold():
        return text
    return rendering[0].upper() + rendering[1:] if text[0].isupper() else rendering


def obeys(source: str, text: str, terms: Mapping[str, str]) -> bool:
    """Whether `text` has the rendering of every term that stands in `source`."""
    said, told = source.casefold(), text.casefold()
    return all(
        rendering.casefold() in told
        for term, rendering in terms.items()
        if term in said and re.search(rf"(?<!\w){re.escape(term)}(?!\w)", said)
    )
