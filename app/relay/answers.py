"""Did the buyer say yes or no? Pure: the first words of an answer to the desk's own question."""

import re
from enum import StrEnum


class Said(StrEnum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    NEITHER = "neither"


# The first word decides, in every language of the desk, whatever language was asked in.
YES = frozenset({
    "yes", "yep", "yeah", "oui", "ja", "jawohl", "sí", "si", "sì", "sim", "tak", "jo", "ano", "da",
    "evet", "так", "да", "نعم", "はい", "是", "是的", "ok", "okay",
})  # fmt: skip
NO = frozenset({
    "no", "nope", "non", "nein", "nee", "não", "nao", "nie", "nej", "ne", "nu", "hayır", "hayir",
    "ні", "нет", "لا", "いいえ", "不", "不是", "否",
})  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+")


def understand_answer(text: str) -> Said:
    """Yes, no, or neither: a doubtful answer releases nothing."""
    first = _WORDS.search(text[:200].lower())
    word = first[0] if first else ""
    if word in YES:
        return Said.YES
    return Said.NO if word in NO else Said.NEITHER
