"""What is still missing before a ticket can be answered: a list by intent, ticked where known.

Pure once loaded. The lists stand in `checklists.yaml`. It looks at words that privacy has passed
and must never guess: what it does not find is left to be asked.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from babel import Locale

from app.phrasebook import LANGUAGES
from app.triage.amounts import largest_amount
from app.triage.orders import find_order

FILE = Path(__file__).with_name("checklists.yaml")
_CODE = r"\s*(?:is|:|=|#|ist|est|es|è|：|-|–)?\s*[:：]?\s*(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9/-]{4,24}"
_TRACKING = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}\d{9}[A-Z]{2}|1Z[A-Z0-9]{16}|\d{12,22}|[A-Z]{2}\d{10,16})(?![\w-])"
)
_DAY = r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}月\d{1,2}日"
_TAX = re.compile(
    r"(?<![\w-])(?:AT|BE|CZ|DE|DK|ES|FR|GB|IT|NL|PL|PT|RO|SE|CHE)[ -]?[A-Z]?\d{8,12}[A-Z]?\d{0,2}\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a conversation holds: the buyer's words and the types of the files that came."""

    texts: Sequence[str]
    file_types: Sequence[str] = ()
    order_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is needed, and whether the conversation has it."""

    name: str
    found: bool


def checklist(intent: str | None, told: Told) -> list[Item]:
    """What is needed for `intent`, in the file's order. Empty for an intent that needs nothing."""
    return [Item(name, _found(name, told)) for name in _lists().get(intent or "", ())]


def _found(name: str, told: Told) -> bool:
    match name:
        case "order":
            return bool(told.order_ref or find_order(*told.texts))
        case "photo":
            return _came(told, "image/")
        case "document":
            return _came(told, "application/pdf", "image/")
        case "amount":
            return largest_amount(*told.texts) is not None
        case "serial":
            return _stands(_serial(), told)
        case _:
            return _stands({"tracking": _TRACKING, "date": _date(), "tax": _TAX}[name], told)


def _came(told: Told, *kinds: str) -> bool:
    return any(kind.startswith(kinds) for kind in told.file_types)


def _stands(pattern: re.Pattern[str], told: Told) -> bool:
    return any(pattern.search(text) for text in told.texts)


@cache
def _table() -> Mapping[str, Sequence[str]]:
    table: Mapping[str, Sequence[str]] = yaml.safe_load(FILE.read_text("utf-8"))
    return table


def _lists() -> Mapping[str, Sequence[str]]:
    return {name: items for name, items in _table().items() if name != "serial_words"}


@cache
def _serial() -> re.Pattern[str]:
    words: Iterable[str] = sorted(_table()["serial_words"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))}){_CODE}", re.IGNORECASE)


@cache
def _date() -> re.Pattern[str]:
    """A date in figures, or a day beside the name of a month in one of the desk's languages."""
    names = {
        name.strip(".")
        for lang in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in Locale(lang).months["format"][width].values()
        if len(name.strip(".")) > 2 and not name[0].isdigit()
    }
    month = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    named = rf"\d{{1,2}}(?:st|nd|rd|th|\.|º)?\s(?:de\s|of\s)?(?:{month})|(?:{month})\s\d{{1,2}}"
    return re.compile(rf"(?<!\d)(?:{_DAY}|{named})(?!\d)", re.IGNORECASE)
