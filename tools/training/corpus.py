"""Aligned sentences in five languages from the phrasebook, with marks where facts stand.

Knows how a group becomes rows that look like what the translator hands to a package: one sentence,
facts behind marks (`app/translation/protect.py`). It must never show the held-aside groups to
training, nor read anything outside the project.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from app.phrasebook import Item, Phrasebook, example_values, load, render
from app.translation.protect import find_facts
from app.translation.sentences import split

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "fr", "de", "es", "it")
HELD_ASIDE = 3  # percent of the groups
NAMED = ("agent", "buyer_name", "carrier", "order", "tracking", "url", "amount")
MARK = re.compile(r"XZ(\d)")
MOST = 9  # marks in a sentence

Row = Mapping[str, str]  # language -> sentence, the same in each


class Source(NamedTuple):
    """One group of the phrasebook: its texts by language, also as typed in a hurry."""

    id: str
    texts: Row
    typed: Row


def is_held_aside(group_id: str) -> bool:
    """Whether a group is for measuring only. Decided by its id, so that it stays so."""
    digest = hashlib.sha256(group_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < HELD_ASIDE


def sources(book: Phrasebook) -> list[Source]:
    """Groups and the paragraphs of macros (and their titles), in the five languages."""
    found = [Source(group.id, group.texts, group.typed) for group in book.groups]
    for macro in book.macros:
        bodies = {lang: macro.bodies[lang].split("\n\n") for lang in LANGUAGES}
        if len({len(parts) for parts in bodies.values()}) == 1:
            for n in range(len(bodies["en"])):
                found.append(Source(macro.id, {k: v[n] for k, v in bodies.items()}, {}))
        found.append(Source(macro.id, macro.titles, {}))
    return found


def read_book() -> Phrasebook:
    return load(ROOT / "phrasebook")


def filled(text: str, lang: str, *, seed: int, items: Mapping[str, Item]) -> str:
    """`text` with values in its slots; one seed gives the same facts in each language.

    Names and numbers are of one shape in all languages, so that they can be found again.
    """
    values = example_values(lang, seed, items=items)
    values |= {name: f"@{i}{seed % 10}" for i, name in enumerate(NAMED)}
    return render(text, lang, values=values, items=items)


def rows_of(source: Source, *, seed: int, items: Mapping[str, Item]) -> Iterator[Row]:
    """The group sentence by sentence where its languages agree on the number, else whole."""
    texts = {lang: filled(source.texts[lang], lang, seed=seed, items=items) for lang in LANGUAGES}
    cut = {lang: sentences(text, lang) for lang, text in texts.items()}
    most = len(cut["en"])
    alike = [lang for lang in LANGUAGES if len(cut[lang]) == most]
    if len(alike) > 1:
        for n in range(most):
            yield marked({lang: cut[lang][n] for lang in alike})
    if len(alike) < len(LANGUAGES):
        yield marked({lang: " ".join(cut[lang]) for lang in LANGUAGES})


def sentences(text: str, lang: str) -> list[str]:
    return [chunk.spoken for chunk in split(text, lang) if not chunk.layout]


def marked(row: Row) -> Row:
    """The row with one mark for each fact, the same in each language.

    A fact said otherwise in a language ("9 am", "9 h") is taken for the same when both have as
    many; a language where that fails is left out.
    """
    facts = {lang: _facts(row[lang]) for lang in row}
    pattern = facts["en"] if "en" in facts else next(iter(facts.values()))
    result = {}
    for lang, text in row.items():
        order = _order(facts[lang], pattern)
        if order is not None and len(pattern) <= MOST:
            result[lang] = _hidden(text, order=order)
    return result


_AT = re.compile(r"@\d\d")


def _spans(text: str) -> list[tuple[int, int]]:
    named = [found.span() for found in _AT.finditer(text)]
    bare = _AT.sub(lambda found: "·" * len(found[0]), text)
    facts = [(fact.start, fact.end) for fact in find_facts(bare)]
    return sorted(named + facts)


def _facts(text: str) -> list[str]:
    return [text[a:b] for a, b in _spans(text)]


def _order(facts: list[str], pattern: list[str]) -> list[int] | None:
    """For each fact its number in `pattern`; None when they cannot be the same facts."""
    if len(facts) != len(pattern):
        return None
    left, order = list(range(len(pattern))), []
    for fact in facts:
        same = [n for n in left if pattern[n] == fact]
        order.append(same[0] if same else -1)
        if same:
            left.remove(same[0])
    return [left.pop(0) if n < 0 else n for n in order]


def _hidden(text: str, *, order: list[int]) -> str:
    out, at = "", 0
    for (start, end), n in zip(_spans(text), order, strict=True):
        out += text[at:start] + f"XZ{n + 1}"
        at = end
    return out + text[at:]


def renumbered(source: str, *targets: str) -> tuple[str, ...]:
    """The sides with marks counted from the left of the source, as the translator does."""
    numbers = {n: str(i) for i, n in enumerate(dict.fromkeys(MARK.findall(source)), 1)}
    return tuple(
        MARK.sub(lambda found: f"XZ{numbers.get(found[1], found[1])}", text)
        for text in (source, *targets)
    )


def draw(book: Phrasebook, *, held: bool, dice: random.Random) -> list[Row]:
    """One pass over the phrasebook with freshly filled slots: rows of two languages or more."""
    rows = [
        row
        for source in sources(book)
        if is_held_aside(source.id) == held
        for row in rows_of(source, seed=dice.randrange(10**6), items=book.items)
    ]
    return usable(rows)


def usable(rows: Iterable[Row]) -> list[Row]:
    """Those that English and another language have."""
    return [row for row in rows if len(row) > 1 and "en" in row]


def read_rows(path: Path) -> list[Row]:
    rows: list[Row] = json.loads(path.read_text("utf-8"))
    return rows


def read_said(path: Path) -> list[list[Row]]:
    """For each frame its sentences, as `prepare` wrote them."""
    frames: list[list[Row]] = json.loads(path.read_text("utf-8"))
    return frames
