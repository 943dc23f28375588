"""What one text of the phrasebook must not contain. Pure: a text in, sentences out.

Rules of `phrasebook/STYLE.md` that a machine can see. It must never judge wording.
"""

import re
import unicodedata
from collections.abc import Iterator

from app.phrasebook.language import SCRIPTS, wrong_language
from app.phrasebook.rendering import SLOT
from app.phrasebook.typography import find_slips

ENOUGH_TO_JUDGE = 40  # characters; below, a sentence has too few small words
ENOUGH_OF_A_SCRIPT = 10
_LONG_NUMBER = r"\d{5,}|\d{2,}(?:[ ./-]\d{2,}){2,}|\+\d{2}"
_RULES = (
    (re.compile(r'["\\]'), "has a straight double quote or a backslash; use “ ” « » „ “."),
    (re.compile(r"[’‘`´ʼ′]"), "has a curly apostrophe; type ' ."),
    (re.compile(r"[\u00a0\u202f\u2009\u200b\ufeff\u00ad]"), "has a special space."),
    (re.compile(r"[^ ] {2,}[^ ]"), "has two spaces in a row."),
    (re.compile(r"\.\.\."), "has three dots; use … ."),
    (re.compile(r"\S@\S"), "has something like an e-mail address; leave it out."),
    (re.compile(r"https?:|www\.", re.IGNORECASE), "has a web address; use {url}."),
    (re.compile(_LONG_NUMBER), "has a long number; use a slot."),
)  # fmt: skip


def find_faults(text: str, lang: str, *, hurried: bool = False) -> Iterator[str]:
    """What is wrong with `text`. `hurried` texts (tone typed, `_typed` forms) may break the
    rules of punctuation, of three dots and of language.
    """
    if text != text.strip():
        yield "begins or ends with a space."
    if not unicodedata.is_normalized("NFC", text):
        yield "is not in Unicode form NFC."
    for rule, sentence in _RULES:
        if rule.search(text) and not (hurried and "dots" in sentence):
            yield sentence
    if not hurried:
        yield from find_slips(SLOT.sub("§", text), lang)
        yield from _language(SLOT.sub(" ", text), lang)


def _language(text: str, lang: str) -> Iterator[str]:
    enough = ENOUGH_OF_A_SCRIPT if lang in SCRIPTS else ENOUGH_TO_JUDGE
    guess = wrong_language(text, lang) if len(text) >= enough else None
    if guess is not None:
        yield f"does not look like “{lang}” (rather {guess})."
