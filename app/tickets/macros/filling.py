"""Macros before they are on a page: which are offered, and how their slots are filled. Pure.

Knows the slots of the phrasebook. It must never guess a value: a slot that neither the ticket nor
the agent fills stays as written, so that the agent sees it. A buyer has no name here, so a greeting
does without one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton

from app.phrasebook import render

MOST_OFFERED = 12
START_LENGTH = 90
_NAME = re.compile(r"(?:,?[ ]+)?\{buyer_name\}")
_NAME_FIRST = re.compile(r"^\{buyer_name\}[,:!]?[ ]*(\w?)", re.MULTILINE)
# Words that greet nobody when no name follows, and what is said instead.
_NAMELESS = {
    "en": ("Dear", "Hello"),
    "fr": ("Cher|Chère|Cher/Chère", "Bonjour"),
    "de": ("Liebe|Lieber|Liebe/r|Sehr geehrte|Sehr geehrter|Sehr geehrte/r", "Guten Tag"),
    "es": ("Estimado|Estimada|Estimado/a", "Buenos días"),
    "it": ("Gentile|Caro|Cara", "Buongiorno"),
    "nl": ("Beste|Geachte", "Goedendag"),
    "pt": ("Caro|Cara|Caro/a|Prezado|Prezada", "Olá"),
    "pl": ("Drogi|Droga|Szanowny|Szanowna", "Dzień dobry"),
}

_LOCALES = {"en": "en_GB", "pt": "pt_PT"}
_FIRST = {"fr": "1er", "it": "1º"}
# "il 12", but "l'8" and "l'11".
_ELIDED = re.compile(r"\b([aA]l|[dD][ae]l|[iI])l? (?=\{date\})")


@dataclass(frozen=True, slots=True)
class Line:
    """One macro in one language, as far as a list needs it. `start` is where its body begins."""

    id: int
    vendor_id: int | None
    key: str
    intent: str
    level: int
    lang: str
    title: str
    start: str
    used: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What the menu shows, in a language that the agent reads where there is one."""

    id: int
    title: str
    start: str
    lang: str
    fits: bool


def greet_nobody(body: str, lang: str) -> str:
    """`body` without the name: "Bonjour {buyer_name}," → "Bonjour,"; "Dear …" → "Hello,"."""
    if "{buyer_name}" not in body:
        return body
    text = _NAME_FIRST.sub(lambda match: match[1].upper(), body)
    words, instead = _NAMELESS.get(lang, ("", ""))
    if words:
        text = re.sub(rf"^(?:{words})(?:,?[ ]+)\{{buyer_name\}}", instead, text, flags=re.MULTILINE)
    return _NAME.sub("", text)


def is_nameless(words: str, lang: str) -> bool:
    """Whether this greeting greets nobody without a name behind it."""
    known, _instead = _NAMELESS.get(lang, ("", ""))
    return words in known.split("|")


@dataclass(frozen=True, slots=True)
class Known:
    """What stands for the slots of a macro. `day` is a date that the agent gave."""

    agent: str
    order: str | None = None
    carrier: str | None = None
    day: date | None = None


def fill(body: str, lang: str, known: Known) -> str:
    """`body` with what is known; every other slot stays visible."""
    values = {"agent": known.agent, "order": known.order, "carrier": known.carrier}
    text = greet_nobody(body, lang)
    if known.day is not None:
        if lang == "it" and known.day.day in {8, 11}:
            text = _ELIDED.sub(_elided, text)
        values["date"] = date_words(known.day, lang)
    there = {name: value for name, value in values.items() if value}
    return render(text, lang, values=there, keep_missing=True).strip()


def _elided(match: re.Match[str]) -> str:
    return {"i": "l'", "I": "L'"}.get(match[1], f"{match[1]}l'")


def date_words(day: date, lang: str) -> str:
    """Day and month as the phrasebook wants them: "12 March", "12. März", "1er mars"."""
    words = str(format_skeleton("MMMMd", day, locale=_LOCALES.get(lang, lang)))
    return words.replace("1", _FIRST[lang], 1) if day.day == 1 and lang in _FIRST else words


def choose(
    lines: Iterable[Line], *, intent: str | None, level: int, own: str, buyers: str
) -> Sequence[Offer]:
    """The menu: the ticket's intent first, then one after the other the rest of its level.

    A macro that the buyer's language lacks is offered in the agent's, to be translated.
    """
    versions: dict[tuple[int | None, str], dict[str, Line]] = defaultdict(dict)
    for line in lines:
        if line.intent == intent or line.level == level:
            versions[line.vendor_id, line.key][line.lang] = line
    pairs = [
        (used, spoken.get(own, used))
        for spoken in versions.values()
        if (used := spoken.get(buyers) or spoken.get(own))
    ]
    pairs.sort(key=lambda pair: _rank(pair[0], intent, level))
    return [
        Offer(used.id, shown.title, start_of(shown), shown.lang, used.intent == intent)
        for used, shown in pairs[:MOST_OFFERED]
    ]


def _rank(line: Line, intent: str | None, level: int) -> tuple[bool, bool, int, str, str]:
    """The number at a key's end comes before its name, so that a short list has every intent."""
    number = line.key.rpartition("-")[2]
    return line.intent != intent, line.level != level, -line.used, number, line.key


def start_of(line: Line) -> str:
    """The first words after the greeting, on one line."""
    _greeting, _, rest = line.start.partition("\n")
    words = " ".join((rest.strip() or line.start).split())
    return words if len(words) <= START_LENGTH else words[:START_LENGTH].rsplit(" ", 1)[0] + " …"
