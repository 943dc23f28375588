"""Sources as people type them: no accents, small letters, slips, no full stop. Never the target."""

import random
import re
import unicodedata
from itertools import pairwise

MARK = re.compile(r"XZ\d")
_BESIDE = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in pairwise(row)}


def plain(text: str) -> str:
    """Without accents."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def roughened(text: str, dice: random.Random) -> str:
    """`text` with a few of the things that hurried people do to it; most often as it is."""
    if dice.random() < 0.15:
        text = plain(text)
    if dice.random() < 0.25:
        text = re.sub(r" ([?!:;])", r"\1", text)
    if dice.random() < 0.15:
        text = text.rstrip(".!?, ").lstrip("¿¡")
    if dice.random() < 0.18:
        text = " ".join(w if MARK.search(w) else w.lower() for w in text.split(" "))
    if dice.random() < 0.06:
        text = " ".join(slipped(w, dice) if dice.random() < 0.2 else w for w in text.split(" "))
    if dice.random() < 0.02:
        text = " ".join(w if MARK.search(w) else w.upper() for w in text.split(" "))
    return text.replace("'", "’") if dice.random() < 0.1 else text


def slipped(word: str, dice: random.Random) -> str:
    """The word with one slip of the finger, if it is long enough to be read all the same."""
    if len(word) < 5 or MARK.search(word):
        return word
    n = dice.randrange(1, len(word) - 1)
    kind = dice.randrange(4)
    if kind == 0:
        return word[:n] + word[n + 1 :]
    if kind == 1:
        return word[:n] + word[n + 1] + word[n] + word[n + 2 :]
    if kind == 2:
        return word[:n] + word[n] + word[n:]
    return word[:n] + _BESIDE.get(word[n], word[n]) + word[n + 1 :]
