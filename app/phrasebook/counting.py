"""How much there is: the tables that `counts` prints and docs/phrasebook.md shows.

Knows groups and macros as they were read; writes Markdown, reads no files.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app.phrasebook.model import Group, Macro

SHORT, LONG = 8, 20  # words in English: "under eight", "more than twenty"


def tables(groups: Sequence[Group], macros: Sequence[Macro]) -> Iterator[str]:
    """The counts by language, by intent and level, and by length, a line each."""
    yield from _by_language(groups)
    yield ""
    yield from _by_intent(groups, macros)
    yield ""
    yield from _by_length(groups)
    yield ""
    yield _typed(groups)


def _by_language(groups: Sequence[Group]) -> Iterator[str]:
    seen = Counter(lang for group in groups for lang in group.texts)
    yield from _head("language", "groups")
    for number in sorted(set(seen.values()), reverse=True):
        yield _row(" ".join(lang for lang in seen if seen[lang] == number), f"{number:,}")


def _by_intent(groups: Sequence[Group], macros: Sequence[Macro]) -> Iterator[str]:
    seen = Counter((group.intent, group.level) for group in groups)
    answers = Counter(macro.intent for macro in macros)
    yield from _head("intent or topic", "buyers, level 1", "buyers, level 2", "agents", "macros")
    for intent in sorted({intent for intent, _ in seen}):
        by_level = [seen[intent, level] for level in (1, 2, None)]
        yield _row(intent, *(str(n or "–") for n in (*by_level, answers[intent])))


def _by_length(groups: Sequence[Group]) -> Iterator[str]:
    yield from _head("words in English", f"under {SHORT}", f"{SHORT} to {LONG}", "more")
    for role in ("buyer", "agent"):
        words = [len(group.texts["en"].split()) for group in groups if group.role == role]
        short, long = sum(n < SHORT for n in words), sum(n > LONG for n in words)
        parts = (short, len(words) - short - long, long)
        yield _row(f"{role}s", *(_share(part, len(words)) for part in parts))


def _typed(groups: Iterable[Group]) -> str:
    buyers = [group for group in groups if group.role == "buyer"]
    typed = sum(bool(group.typed) for group in buyers)
    return f"{_share(typed, len(buyers))} of buyers' groups carry a form as typed in a hurry."


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / max(whole, 1):.0%})"


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
