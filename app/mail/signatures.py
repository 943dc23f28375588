"""What stands under a text and says who wrote it, on which phone, through which list.

Looks only at the end. Never takes everything: what would leave nothing is left alone. Works on
lines; decides nothing about quotes.
"""

import re

from app.mail.attributions import CLOSINGS, SENT_FROM, THANKS

_SENT_FROM = re.compile("|".join(f"(?:{one})" for one in SENT_FROM), re.IGNORECASE)
_CLOSING = re.compile(rf"(?:{'|'.join(CLOSINGS)})\s?[,.!;:–-]{{0,3}}", re.IGNORECASE)
_THANKS = re.compile(rf"(?:{'|'.join(THANKS)})\s?[,.!–-]{{0,3}}", re.IGNORECASE)
_DASH_NAME = re.compile(r"(?:[-–—~/]|--)\s?(?:[^\W\d_][\w.'’-]{0,25}\s?){1,3}")
_AFTERTHOUGHT = re.compile(r"(?:p\.?\s?){1,3}s\b|n\.?b\.?\b|ps:", re.IGNORECASE)
_FOOTER_RULE = re.compile(r"[_=-]{20,}")
_FOOTER_WORDS = re.compile(
    r"mailing list|mailman|listinfo|unsubscribe|google groups", re.IGNORECASE
)
_CONTACT = re.compile(r"[^\s@]@[\w-]{1,60}\.\w|https?://|www\.|\+?\d[\d /().-]{7,20}\d")
_REFERENCE = re.compile(
    r"(?:order|bestell|auftrag|rechnung|commande|facture|pedido|factura|ordine|fattura|encomenda"
    r"|zamówien|objedn|rendel|beställ|ordre|tilau|invoice|tracking|sendung|заказ|замовлен|sipariş)"
    r"[^\n]{0,40}\d{3}",
    re.IGNORECASE,
)
# "Sent with DHL" is a person's line; a program names a machine or says "my".
_DEVICE = re.compile(
    r"phone|ipad|android|galaxy|samsung|huawei|xiaomi|pixel|nokia|tablet|outlook|mail|gmail|yahoo|app\b"
    r"|mobil|handy|blackberry|spark|airmail|windows|smartphone|device|telefon|móvil|celular|magnificent",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"\b(?:my|mein\w{0,2}|mon|ma|mi|meu|minha|mio|mijn|min|mój|mojego|mého)\b", re.IGNORECASE
)
_REACH = 15  # lines from the end in which a signature may begin
_MARKED_REACH = 40  # the same after "-- ", the mark that RFC 3676 gives to signatures


def peel(lines: list[str]) -> tuple[list[str], list[str]]:
    """(text, signature): the lines split in two, in their order."""
    cut = len(lines)
    for _ in range(6):
        found = _start(lines[:cut])
        if found is None or not any(line.strip() for line in lines[:found]):
            break
        cut = found
    return lines[:cut], lines[cut:]


def _start(lines: list[str]) -> int | None:
    """Where the lowest piece of a signature begins, or None."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if not end:
        return None
    for find in (_footer, _marked, _sent_from, _closing, _dash_name):
        at = find(lines[:end])
        if at is not None:
            return at
    return None


def _footer(lines: list[str]) -> int | None:
    """The lines a mailing list puts under a rule of underscores."""
    for at in range(len(lines) - 1, max(len(lines) - 8, -1), -1):
        if _FOOTER_RULE.fullmatch(lines[at].strip()):
            below = " ".join(lines[at + 1 :])[:2_000]
            return at if _FOOTER_WORDS.search(below) else None
    return None


def _marked(lines: list[str]) -> int | None:
    for at in range(len(lines) - 1, max(len(lines) - _MARKED_REACH, -1), -1):
        if lines[at] in ("-- ", "--\xa0"):
            return at
        if lines[at].strip() in ("--", "—") and _is_contact(lines[at + 1 :]):
            return at
    return None


def _is_contact(below: list[str]) -> bool:
    """Under hyphens without the space that marks a signature: only names, or a way to reach one."""
    told = [line.strip() for line in below if line.strip()]
    reachable = any(_CONTACT.search(line) for line in told)
    return reachable or all(_names_somebody(line) for line in told)


def _sent_from(lines: list[str]) -> int | None:
    """One line that a program wrote. A person's sentence has commas, or goes on."""
    text = lines[-1].strip().strip("*_<>[]").strip()
    if len(text) > 100 or text.count(",") or len(text.split()) > 12:
        return None
    if not _SENT_FROM.fullmatch(text):
        return None
    told = _DEVICE.search(text) or not text.isascii() or _MINE.search(text)
    return len(lines) - 1 if told else None


def _closing(lines: list[str]) -> int | None:
    named = 0
    for at in range(len(lines) - 1, max(len(lines) - _REACH, -1), -1):
        text = lines[at].strip().strip("*_").strip()[:200]
        if not text:
            continue
        if _CLOSING.fullmatch(text):
            return at
        if _THANKS.fullmatch(text) and 1 <= named <= 2:
            return at
        if not _names_somebody(text):
            return None
        named += 1
    return None


def _names_somebody(text: str) -> bool:
    """A line such as a name, a street, a number to call; no sentence, "PS" or order number."""
    if len(text) > 90 or text.endswith("?") or _AFTERTHOUGHT.match(text):
        return False
    if _REFERENCE.search(text):
        return False
    count = len(text.split())
    return count <= 4 or (count <= 9 and not re.search(r"[.!:;]$", text))


def _dash_name(lines: list[str]) -> int | None:
    """ "-Kim" or "/Kim Berger" at the very end; in a list, or after a colon, it is an item."""
    text = lines[-1].strip()
    before = [line.strip() for line in lines[:-1] if line.strip()]
    if not _DASH_NAME.fullmatch(text) or not before or lines[-2].strip():
        return None
    words = text.lstrip("-–—~/ ").split()
    listed = before[-1].endswith(":") or _item_mark(before[-1]) == _item_mark(text)
    return None if listed or not all(word[:1].isupper() for word in words) else len(lines) - 1


def _item_mark(line: str) -> str | None:
    """ "- " of "- an item", "-" of "-Kim"."""
    match = re.match(r"[-–—~/*•]+\s?", line)
    return match[0] if match else None
