"""Believable invented values for slots, for training, demo and preview. Same seed, same values.

Never a real person, firm, address or number: order numbers and hosts are of reserved shapes.
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_skeleton
from babel.numbers import format_currency

from app.phrasebook.model import Group, Item
from app.phrasebook.rendering import render

AGENTS = ("Mara", "Jonas", "Lucie", "Davide", "Nora", "Tomas", "Pilar", "Bruno")
BUYERS = ("Kim", "Robin", "Sascha", "Dominique", "Noa", "Lou", "Maxime", "Jo")
CARRIERS = ("Swiftline", "Paketo", "Norvia Express", "Colibrix", "Ponto Post")
# The days on which Italian takes “l'” and French “1er” are left out: {date} follows a fixed word.
_AWKWARD_DAYS = {1, 8, 11}
_LOCALES = {"en": "en_GB", "pt": "pt_PT"}


def _date(lang: str, rng: random.Random) -> str:
    day = date(2026, 1, 2) + timedelta(days=rng.randrange(360))
    while day.day in _AWKWARD_DAYS:
        day += timedelta(days=1)
    return str(format_skeleton("MMMMd", day, locale=_LOCALES.get(lang, lang)))


def _amount(lang: str, rng: random.Random) -> str:
    text = format_currency(rng.randrange(690, 38000) / 100, "EUR", locale=_LOCALES.get(lang, lang))
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def example_values(lang: str, seed: int, *, items: Mapping[str, Item]) -> dict[str, str]:
    """A value for every slot. One seed gives the same facts in each language."""
    rng = random.Random(seed)  # noqa: S311 - examples, not secrets
    return {
        "order": f"{rng.randrange(900, 999)}-{rng.randrange(10**6, 10**7)}",
        "tracking": f"ZX{rng.randrange(10**8, 10**9)}QQ",
        "carrier": rng.choice(CARRIERS),
        "days": str(rng.randrange(5, 11)),
        "url": f"https://shop.example/h/{rng.randrange(100, 999)}",
        "agent": rng.choice(AGENTS),
        "buyer_name": rng.choice(BUYERS),
        "item": rng.choice(sorted(items)) if items else "",
        "date": _date(lang, rng),
        "amount": _amount(lang, rng),
    }


def fill_example(group: Group, lang: str, seed: int, *, items: Mapping[str, Item]) -> str:
    """The group's text in `lang` with invented values. Raises KeyError if it lacks `lang`."""
    values = example_values(lang, seed, items=items)
    return render(group.texts[lang], lang, values=values, items=items)
