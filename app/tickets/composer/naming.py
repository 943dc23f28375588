"""Whether an acknowledgement says what it must, in the buyer's language: who looks after the
ticket, and by which date news comes. Pure but for the interface's catalog.

Looks for the very day in every way that its language writes one: with the month's name or its
number, with ordinals and fillers, in digits of any script. A weekday alone is no date.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from app.tickets.composer.sending import Refused
from app.tickets.conversation import Answer, Word
from app.web.i18n import gettext

_GAP = r"[\W_]{0,3}"
_FILLER = rf"(?:{_GAP}(?:st|nd|rd|th|er|re|e|º|ª|de|of|di|del|d|the|a)\b){{0,2}}{_GAP}"
_MONTH_FIRST = frozenset({"en", "zh", "ja"})


class Lack(StrEnum):
    """What the text does not say."""

    NAME = "name"
    DATE = "date"


@dataclass(frozen=True)
class Said:
    """What must be said, in which language."""

    name: str
    day: date
    lang: str


def lacking(text: str, said: Said) -> list[Lack]:
    """What of it does not stand in `text`."""
    plain = _plain(text)
    found = []
    if not _names(plain, said.name):
        found.append(Lack.NAME)
    if not any(re.search(form, plain) for form in _forms(said.day, said.lang)):
        found.append(Lack.DATE)
    return found


def _plain(text: str) -> str:
    """Without case, accents, invisible signs; digits of any script as ours."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        str(unicodedata.digit(one)) if one.isdigit() else " " if one.isspace() else one
        for one in letters
        if unicodedata.category(one) not in {"Mn", "Cf"}
    )


def _names(plain: str, name: str) -> bool:
    """The whole name, or the one by which people are called."""
    whole = " ".join(_plain(name).split())
    first = whole.split(" ")[0]
    return any(_begins_a_word(plain, one) for one in (whole, first) if one)


def _begins_a_word(plain: str, name: str) -> bool:
    """Chinese and Japanese put no space in front of a name."""
    starts = (match.start() for match in re.finditer(re.escape(name), plain))
    return any(at == 0 or not plain[at - 1].isalnum() or plain[at - 1] > "\u2e80" for at in starts)


def _forms(day: date, lang: str) -> Iterator[str]:
    number, month = rf"(?<!\d)0?{day.day}(?!\d)", rf"(?<!\d)0?{day.month}(?!\d)"
    for name in _months(day, lang):
        yield rf"{number}{_FILLER}{name}"
        yield rf"{name}{_FILLER}{number}"
    yield rf"{number}\s?[./-]\s?{month}"
    yield rf"{month}\s?月\s?{number}\s?日"
    yield rf"{day.year}\s?[./-]\s?{month}\s?[./-]\s?{number}"
    if lang in _MONTH_FIRST:
        yield rf"{month}\s?[./-]\s?{number}"


def _months(day: date, lang: str) -> list[str]:
    """How the language writes the month: in full and short, beside a day and alone."""
    months = _locale(lang).months
    names = {
        _plain(str(months[use][width][day.month])).strip(". ")
        for use in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
    }
    return [rf"(?<!\w){re.escape(name)}" for name in names if not name.isdigit()]


def _locale(lang: str) -> Locale:
    return Locale.parse("en" if lang == "und" else lang)


def insist(answer: Answer, word: Word) -> None:
    """Raise Refused with what the text must still say, so that it can be put in as it stands."""
    day = word.until.astimezone(ZoneInfo(word.agent.timezone)).date()
    found = lacking(answer.text, Said(word.agent.name, day, answer.lang))
    complaints = {
        Lack.NAME: gettext(
            "The text must say who looks after it. It does not name %(name)s.",
            name=word.agent.name,
        ),
        Lack.DATE: gettext(
            "The text must say by when news comes. It does not name the date: %(date)s.",
            date=format_date(day, "long", locale=_locale(answer.lang)),
        ),
    }
    if found:
        raise Refused([complaints[lack] for lack in found])
