"""Finds a supervisor's words and patterns in a text. The words live in `rules/*.yaml`.

Pure once loaded. A rule is evidence with a weight, never a verdict; it must never decide alone.
Patterns are words, not regular expressions, so that no text can make matching slow:

    lawyer          this word                  lawyer*        words that begin so
    my|our lawyer   either word, then lawyer   caught .. fire at most four words between
    0 times         any figure, then times
In Chinese and Japanese a pattern is looked for as it stands, `..` is up to twelve signs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from app.triage.words import Word, fold, is_cjk

FOLDER = Path(__file__).with_name("rules")
GAP_WORDS, GAP_SIGNS = 4, 12
ANY = "common"  # the file of words that every language borrows
HARMLESS, NEGATION = "harmless", "negation"
NEAR_SIGNS = 2  # signs between a denial and what it denies, in Chinese and Japanese
NEGATION_REACH = 3  # words before a find in which a negation takes it back
_SHORTEST_STEM = 2
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RulesError(ValueError):
    """A rule file that cannot be used; says file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of evidence means: its weight for level 2 (in logits) and its intents."""

    name: str
    weight: float
    says: str  # in English
    told: Mapping[str, str] = field(default_factory=dict)  # the same in other languages
    intents: Mapping[str, float] = field(default_factory=dict)
    negatable: bool = False
    needs: tuple[tuple[str, ...], ...] = ()  # a combination: one rule of each choice is to be met
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Find:
    """A rule met in a text, from `start` to `end` of the original."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: str
    lang: str
    parts: tuple[tuple[str, ...], ...]  # each a choice of words; () is a gap


class _Starts:
    """The patterns that begin with one word, by the word that has to follow."""

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        self._any: list[_Pattern] = []
        self._by_next: dict[str, list[_Pattern]] = {}
        for pattern in patterns:
            following = pattern.parts[1] if len(pattern.parts) > 1 else ()
            if not following or any(one == "0" or one.endswith("*") for one in following):
                self._any.append(pattern)
            else:
                for choice in following:
                    self._by_next.setdefault(choice, []).append(pattern)

    def before(self, form: str) -> Iterator[_Pattern]:
        """Those that may go on with `form`; "" is the end of the text."""
        yield from self._any
        if self._by_next and form:
            for variant in _variants(form):
                yield from self._by_next.get(variant, ())


class Rules:
    """All rules and the words of every language, ready to look for."""

    def __init__(self, rules: Iterable[Rule], words: Mapping[str, Mapping[str, Sequence[str]]]):
        self.rules = {rule.name: rule for rule in rules}
        self.combined = [rule for rule in self.rules.values() if rule.needs]
        self.languages = frozenset(words) - {ANY}
        self._exact: dict[str, list[_Pattern]] = {}
        self._stems: dict[str, list[_Pattern]] = {}
        self._signs: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._starting = lru_cache(maxsize=1 << 14)(self._patterns_starting)
        for lang, by_rule in words.items():
            for name, patterns in by_rule.items():
                self._add_all(lang, name, patterns)

    def _add_all(self, lang: str, name: str, patterns: Sequence[str]) -> None:
        if name not in self.rules and name not in (HARMLESS, NEGATION):
            raise RulesError(f"rules/{lang}.yaml: “{name}” is no rule of rules/_rules.yaml.")
        for pattern in patterns:
            if is_cjk(pattern):
                signs = tuple(fold(part) for part in pattern.split(".."))
                self._signs.setdefault(lang, []).append((name, signs))
            else:
                self._add(_Pattern(name, lang, tuple(_parts(pattern, lang))))

    def _add(self, pattern: _Pattern) -> None:
        for choice in pattern.parts[0]:
            stem = choice.endswith("*")
            index = self._stems if stem else self._exact
            index.setdefault(choice.rstrip("*"), []).append(pattern)

    def find(self, text: str, words: Sequence[Word], *, lang: str) -> list[Find]:
        """Every rule met in `text` (of which `words` are the words), in order of place.

        `lang` is the language of the text; for one without rules the words of all are tried.
        What a longer harmless phrase covers, or a negation takes back, is left out.
        """
        langs = {lang, ANY} if lang in self.languages else self.languages | {ANY}
        found = [*self._in_words(words, langs), *self._in_signs(text, langs)]
        return sorted(self._kept(text, found, words), key=lambda find: (find.start, find.end))

    def combine(self, met: Iterable[str]) -> list[str]:
        """The combinations that hold, given the names of the rules that were met."""
        names = set(met)
        return [
            rule.name
            for rule in self.combined
            if all(map(names.intersection, rule.needs)) and names.isdisjoint(rule.unless)
        ]

    def _in_words(self, words: Sequence[Word], langs: Iterable[str]) -> Iterator[Find]:
        following = (*(word.form for word in words[1:]), "")
        for at, (word, next_form) in enumerate(zip(words, following, strict=False)):
            for pattern in self._starting(word.form).before(next_form):
                if pattern.lang in langs:
                    end = _match(pattern.parts, words, at + 1)
                    if end is not None:
                        yield Find(pattern.rule, word.start, words[end - 1].end)

    def _patterns_starting(self, form: str) -> _Starts:
        """Patterns whose first word is `form`; of all languages, as this is remembered."""
        found: list[_Pattern] = []
        for variant in _variants(form):
            found += self._exact.get(variant, ())
            for length in range(_SHORTEST_STEM, len(variant) + 1):
                found += self._stems.get(variant[:length], ())
        if form.isdigit():
            found += self._exact.get("0", ())
        return _Starts(found)

    def _in_signs(self, text: str, langs: Iterable[str]) -> Iterator[Find]:
        if not is_cjk(text):
            return
        folded, places = _fold_signs(text)
        for lang in langs:
            for name, parts in self._signs.get(lang, ()):
                span = _find_signs(folded, parts)
                if span is not None:
                    yield Find(name, places[span[0]], places[span[1] - 1] + 1)

    def _kept(self, text: str, found: Sequence[Find], words: Sequence[Word]) -> Iterator[Find]:
        harmless = [find for find in found if find.rule == HARMLESS]
        denials = [find for find in found if find.rule == NEGATION]
        order = {word.start: number for number, word in enumerate(words)}
        for find in set(found) - set(harmless) - set(denials):
            if any(h.start <= find.start and find.end <= h.end for h in harmless):
                continue
            denied = _denied_by_signs if is_cjk(text[find.start : find.end]) else _denied_by_words
            if self.rules[find.rule].negatable and denied(find, denials, order):
                continue
            yield find


def _parts(pattern: str, lang: str) -> Iterator[tuple[str, ...]]:
    for part in pattern.split():
        if part == "..":
            yield ()
        elif part in ("0", "?", "!"):
            yield (part,)
        else:
            choices = part.split("|")
            folded = tuple(fold(c.rstrip("*")) + "*" * c.endswith("*") for c in choices)
            if any(len(c.rstrip("*")) < 1 for c in folded):
                raise RulesError(f"rules/{lang}.yaml: “{pattern}” has an empty word.")
            yield folded


def _fits(choices: tuple[str, ...], form: str) -> bool:
    for choice in choices:
        if choice == "0" and form.isdigit():
            return True
        if choice.endswith("*"):
            if form.startswith(choice[:-1]):
                return True
        elif form == choice:
            return True
    return False


def _match(parts: Sequence[tuple[str, ...]], words: Sequence[Word], at: int) -> int | None:
    """Where the rest of a pattern (its first word stands before `at`) ends, or None.

    Gaps are filled as shortly as possible and never tried again: the time is linear.
    """
    if len(parts) == 1:
        return at
    gap = False
    for choices in parts[1:]:
        if not choices:
            gap = True
            continue
        reach = min(len(words), at + (GAP_WORDS if gap else 0) + 1)
        hit = next((n for n in range(at, reach) if _fits_any(choices, words[n].form)), None)
        if hit is None:
            return None
        at, gap = hit + 1, False
    return at


def _fits_any(choices: tuple[str, ...], form: str) -> bool:
    return any(_fits(choices, variant) for variant in _variants(form))


_ARTICLES = ("وال", "فال", "بال", "كال", "ال", "لل", "و", "ف", "ب", "ل", "ك")


def _variants(form: str) -> tuple[str, ...]:
    """The word, and for Arabic the word without the article and prepositions grown onto it."""
    if not "\u0600" <= form[0] <= "\u06ff":
        return (form,)
    bare = (
        form.removeprefix(a) for a in _ARTICLES if form.startswith(a) and len(form) > len(a) + 1
    )
    return (form, *dict.fromkeys(bare))


def _fold_signs(text: str) -> tuple[str, list[int]]:
    folded, places = [], []
    for place, sign in enumerate(text):
        for letter in fold(sign):
            folded.append(letter)
            places.append(place)
    return "".join(folded), places


def _find_signs(folded: str, parts: Sequence[str]) -> tuple[int, int] | None:
    start = folded.find(parts[0])
    while start >= 0:
        end = start + len(parts[0])
        for part in parts[1:]:
            next_one = folded.find(part, end, end + GAP_SIGNS + len(part))
            if next_one < 0:
                break
            end = next_one + len(part)
        else:
            return start, end
        start = folded.find(parts[0], start + 1)
    return None


def _denied_by_words(find: Find, denials: Sequence[Find], order: Mapping[int, int]) -> bool:
    place = order[find.start]
    return any(0 < place - order.get(d.start, place) <= NEGATION_REACH for d in denials)


def _denied_by_signs(find: Find, denials: Sequence[Find], _order: Mapping[int, int]) -> bool:
    """Chinese denies before, Japanese after."""
    return any(
        0 <= find.start - d.end <= NEAR_SIGNS or 0 <= d.start - find.end <= NEAR_SIGNS
        for d in denials
    )


def _rule(name: str, entry: Mapping[str, Any], told: Mapping[str, str]) -> Rule:
    return Rule(
        name=name,
        weight=float(entry["weight"]),
        says=str(entry["says"]),
        told=told,
        intents=dict(entry.get("intents", {})),
        negatable=bool(entry.get("negatable", False)),
        needs=tuple(tuple(choice.split("|")) for choice in entry.get("needs", ())),
        unless=tuple(entry.get("unless", ())),
    )


def load_rules(folder: Path = FOLDER) -> Rules:
    """Read what each rule means, and one file of words a language.

    Raises `RulesError` naming the file.
    """
    files = (file for file in sorted(folder.glob("*.yaml")) if not file.stem.startswith("_"))
    return Rules(load_meanings(folder), {file.stem: _words(file) for file in files})


def load_meanings(folder: Path = FOLDER) -> list[Rule]:
    """What each rule means (`_rules.yaml`), and how other languages say it (`_says.yaml`).

    Raises `RulesError`.
    """
    try:
        told = _read(says) if (says := folder / "_says.yaml").exists() else {}
        meanings = _read(folder / "_rules.yaml")
        return [_rule(name, entry, told.get(name, {})) for name, entry in meanings.items()]
    except (AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError) as wrong:
        raise RulesError(f"rules/_rules.yaml cannot be read: {wrong}") from wrong


def _read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader


def _words(file: Path) -> dict[str, list[str]]:
    try:
        table = _read(file)
        return {
            name: [p.strip() for p in str(text).split(",") if p.strip()]
            for name, text in table.items()
        }
    except (AttributeError, yaml.YAMLError) as wrong:
        raise RulesError(f"rules/{file.name} cannot be read: {wrong}") from wrong
