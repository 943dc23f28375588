"""Which order a buyer writes about, when the marketplace did not say.

Looks at words in which contact data is hidden already, so a telephone number is never taken for an
order. Pure.
"""

import re

# Marketplaces' order numbers: groups of digits joined by hyphens, or letters and then digits.
ORDER = re.compile(
    r"(?<![\w-])(?:\d{3}-\d{5,8}(?:-\d{5,8})?|[A-Z]{2,4}-?\d{6,12}|\d{4,6}-[A-Z0-9]{4,8})(?![\w-])"
)


def find_orders(*texts: str) -> list[str]:
    """The different order numbers in the texts, in their order."""
    return list(dict.fromkeys(match[0] for text in texts for match in ORDER.finditer(text)))


def find_order(*texts: str) -> str | None:
    """The first order number in the texts; None when there is none."""
    return next(iter(find_orders(*texts)), None)
