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
        near = len(lines) - at <= _REACH + 10
        if lines[at] in ("-- ", "--\xa0") or (lines[at].strip() in ("--", "—") and near):
            return at
    return None


def _sent_from(lines: list[str]) -> int | None:
    """One line that a program wrote. A person's sentence has commas, or goes on."""
    text = lines[-1].strip().strip("*_<>[]").strip()
    if len(text) > 100 or text.count(",") or len(text.split()) > 12:
        return None
    return len(lines) - 1 if _SENT_FROM.fullmatch(text) else None


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
    """A line such as a name, a street, a telephone number; not a sentence, not a "PS"."""
    if len(text) > 90 or text.endswith("?") or _AFTERTHOUGHT.match(text):
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
    listed = before[-1].endswith(":") or re.match(r"[-–—~/*•]", before[-1])
    return None if listed or not all(word[:1].isupper() for word in words) else len(lines) - 1
