"""Which runs of digits look like a telephone number, by country.

Knows how each country writes its own numbers (`phones.yaml`) and, from libphonenumber's data, how
long international ones are. Must never look at the words around: that is `surroundings`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import phonenumbers
import yaml

SURE, LIKELY, MAYBE, ELSEWHERE, ODD, NONE = 3.0, 2.5, 1.0, 2.0, 0.5, 0.0

_SOURCE = yaml.safe_load((Path(__file__).parent / "phones.yaml").read_text(encoding="utf-8"))
_PLAIN = {"sure": LIKELY, "maybe": MAYBE, "no": NONE}


@dataclass(frozen=True, slots=True)
class Format:
    """One country's numbers."""

    number: re.Pattern[str]
    groups: frozenset[str]
    plain: float


FORMATS = {
    region: Format(
        re.compile(entry["number"]),
        frozenset(str(group) for group in entry["groups"]),
        _PLAIN[entry["plain"]],
    )
    for region, entry in _SOURCE["formats"].items()
}
_REGIONS: dict[str, list[str]] = _SOURCE["regions"]
# Countries whose spacing is too free, or too far from the others', to be taken as a sign abroad.
_HOME_ONLY = frozenset({"JP", "CN", "TW", "HK", "IN", "SE", "FI", "AT", "IE"})
_TRAVELLERS = tuple(entry for region, entry in FORMATS.items() if region not in _HOME_ONLY)
_ANYWHERE = [region for region in FORMATS if region not in _HOME_ONLY]
# A mobile's first digits, where the whole run alone is worth more than `plain` says.
_MOBILE = re.compile(
    r"(?:07\d{9}|08[2-9]\d{7}|06\d{8}|3[2-9]\d{8}|[67]\d{8}|9[1236]\d{7}|1[3-9]\d{9}|[78]9\d{9}|05\d{9}|"
    r"(?:4[5]|5[0137]|6[069]|7[2389]|88)\d{7})"
)


@lru_cache(maxsize=4096)
def national(digits: str, groups: str, lang: str | None) -> float:
    """How much these digits in these groups ("3-3-4") look like a number of the countries where
    `lang` is written: SURE, LIKELY (one run), ELSEWHERE (another country's), MAYBE, ODD, NONE."""
    home = _REGIONS.get(lang or "", _ANYWHERE)
    best = max(_fit(FORMATS[region], digits, groups) for region in home)
    if best >= LIKELY or digits[0] != "0":
        return best
    away = max(_fit(entry, digits, groups) for entry in _TRAVELLERS)
    return max(best, {SURE: ELSEWHERE, LIKELY: MAYBE + ODD}.get(away, NONE))


def _fit(entry: Format, digits: str, groups: str) -> float:
    if not entry.number.fullmatch(digits):
        return NONE
    if groups in entry.groups or set(groups) <= {"1", "-"}:
        return SURE
    if "-" in groups:
        return ODD
    return LIKELY if entry.plain == MAYBE and _MOBILE.fullmatch(digits) else entry.plain


@lru_cache(maxsize=4096)
def is_international(digits: str) -> bool:
    """Could `+digits` be dialled: a country code and a length that the country uses?"""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4096)
def is_dialled(digits: str) -> bool:
    """Is `+digits` in a range that its country has given out?"""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False
