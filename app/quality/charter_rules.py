"""What must be there before a vendor goes live. Pure."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

Pair = tuple[str, str]


class Need(StrEnum):
    """The lines of the checklist, in their order."""

    CARD = "card"
    CHARTER = "charter"
    PEOPLE = "people"
    TRAINED = "trained"
    LANGUAGES = "languages"
    TEST = "test"


@dataclass(frozen=True)
class Facts:
    """A vendor as the checklist sees it. `waited` is how long the test ticket's buyer waited for
    the first answer, None while there is none."""

    missing_contacts: tuple[str, ...] = ()
    charter_accepted: bool = False
    agents: int = 0
    supervisors: int = 0
    untrained: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    waited: timedelta | None = None
    within: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Item:
    """A line of the list. `open` names what is still missing, where there is a name for it."""

    need: Need
    done: bool
    open: tuple[str, ...] = ()


def checklist(facts: Facts) -> list[Item]:
    """Every line, done or not. A vendor's supervisor answers too, so one person is enough."""
    return [
        Item(Need.CARD, not facts.missing_contacts, facts.missing_contacts),
        Item(Need.CHARTER, facts.charter_accepted),
        Item(Need.PEOPLE, facts.supervisors > 0),
        Item(Need.TRAINED, facts.agents + facts.supervisors > 0 and not facts.untrained,
             facts.untrained),
        Item(Need.LANGUAGES, not facts.uncovered, facts.uncovered),
        Item(Need.TEST, facts.waited is not None and facts.waited <= facts.within),
    ]  # fmt: skip


def is_ready(items: Iterable[Item]) -> bool:
    """Whether nothing is open."""
    return all(item.done for item in items)


def uncovered(wanted: Iterable[str], reads: Set[str], pairs: Set[Pair]) -> tuple[str, ...]:
    """The languages that nobody reads and that are not translated both ways for somebody."""
    return tuple(
        lang
        for lang in wanted
        if lang not in reads and not any({(lang, own), (own, lang)} <= pairs for own in reads)
    )
