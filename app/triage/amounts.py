"""The largest amount of money that a text names, roughly in euros. Pure.

Good for "is much at stake?" and nothing else: rates are rounded and stand still.
"""

import re
from decimal import Decimal

# What one of each is worth in euros, so that 500 yen are not a large amount.
WORTH = {
    "€": "1", "eur": "1", "euro": "1", "euros": "1", "£": "1.15", "gbp": "1.15", "$": "0.9",
    "usd": "0.9", "chf": "1.05", "zł": "0.23", "pln": "0.23", "kr": "0.1", "sek": "0.09",
    "dkk": "0.13", "nok": "0.09", "kč": "0.04", "czk": "0.04", "lei": "0.2", "ron": "0.2",
    "₺": "0.03", "tl": "0.03", "try": "0.03", "₴": "0.02", "грн": "0.02", "₽": "0.01",
    "руб": "0.01", "¥": "0.006", "円": "0.006", "元": "0.13",
}  # fmt: skip
_MONEY = "|".join(re.escape(sign) for sign in sorted(WORTH, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d{2})?|\d{1,7}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_MONEY})\s?(?P<first>{_NUMBER})|"
    rf"(?P<second>{_NUMBER})\s?(?P<after>{_MONEY}))(?!\w)",
    re.IGNORECASE,
)
_CENTS = re.compile(r"[.,](\d{1,2})$")


def largest_amount(*texts: str) -> Decimal | None:
    """The largest amount in the texts, in euros; None when no money is named."""
    return max((_worth(match) for text in texts for match in _AMOUNT.finditer(text)), default=None)


def _worth(match: re.Match[str]) -> Decimal:
    written = match["first"] or match["second"]
    cents = _CENTS.search(written)
    whole = written[: cents.start()] if cents else written
    figure = "".join(sign for sign in whole if sign.isdigit())
    amount = Decimal(f"{figure}.{cents[1] if cents else 0}")
    return amount * Decimal(WORTH[(match["before"] or match["after"]).lower()])
