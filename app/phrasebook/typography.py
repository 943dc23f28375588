"""How each language sets its marks: quotation marks, spaces, percent, apostrophes, ¿ ¡, full width.

The table “Typing” of `phrasebook/STYLE.md` as rules. Pure: a text without slots in, sentences out
(a slot stands as §). It must never judge wording, nor be asked about hurried texts.
"""

import re
from collections.abc import Iterator, Mapping

_ROUND, _LOW_NINE, _LOW_SIX, _ANGLED = "“”", "„”", "„“", "«»"
QUOTES: Mapping[str, str] = {
    **dict.fromkeys(("en", "nl", "pt", "tr", "zh"), _ROUND),
    **dict.fromkeys(("de", "cs"), _LOW_SIX),
    **dict.fromkeys(("pl", "ro"), _LOW_NINE),
    **dict.fromkeys(("fr", "es", "it", "uk", "ru", "ar"), _ANGLED),
    **dict.fromkeys(("sv", "da"), "””"),
    "ja": "「」",
}
SPACED_PERCENT = frozenset({"fr", "de", "es", "sv", "da", "cs", "uk", "ru"})
FULL_WIDTH = frozenset({"ja", "zh"})

_QUOTE = re.compile("[«»“”„‟‹›‚「」『』]")
_ELISIONS = {
    "fr": r"(?i)\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|aujourd)' ",
    "it": r"(?i)\b(?:[cdlmnstv]|un|gl|[ans]?[aeou]ll|dell|quell|bell|com|dov|cos|quest)' ",
}
_LOOSE = "has a space before a punctuation mark."
_RULES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        (
            r"[^\s?!][?!;]|[^\s\d]:(?!\d)|\d:(?!\d)|«\S|\S»",
            "needs a plain space before ? ! ; : and inside « ».",
        ),
        (r" [,.…](?!\d)", _LOOSE),
    ),
    "es": ((r"[¿¡]\s", "has a space after ¿ or ¡."),),
    "it": ((r"\b[Ee]'(?=\s|$)", "has an apostrophe for an accent; type È or è."),),
    "tr": ((r"\d ?%", "needs % before the figure."),),
    "ar": (
        (r"[,;?](?!\d)", "has a Latin , ; or ? ; type ، ؛ or ؟ ."),
        (r" [؟،؛!:.]", _LOOSE),
    ),
}
_WIDE = (
    (r"[,?!;:](?!\d)|[^\x00-\x7f]\.", "has a narrow punctuation mark; type ， 。 ？ ！ ： ；."),
    (r" [，、。？！：；]|[，、。？！：；] ", "has a space beside a punctuation mark."),
    ("％", "has a wide percent sign; type % ."),
)
_OTHERS = ((r" [?!;:,.](?!\.)", _LOOSE),)
_ALL = ((r"(?<!\.)\.\.(?!\.)|…\.|\. \.", "has dots in a row; use one … ."),)


def _rules(lang: str) -> Iterator[tuple[str, str]]:
    yield from _ALL
    yield from _RULES.get(lang, ())
    if lang in _ELISIONS:
        yield _ELISIONS[lang], "has a space after an apostrophe."
    if lang in FULL_WIDTH:
        yield from _WIDE
    elif lang not in ("fr", "ar"):
        yield from _OTHERS
    if lang in SPACED_PERCENT:
        yield r"[\d§]%", "needs a plain space before %."
    elif lang != "tr":
        yield r"[\d§] %", "has a space before %."


COMPILED = {
    lang: tuple((re.compile(rule), sentence) for rule, sentence in _rules(lang)) for lang in QUOTES
}


def find_slips(text: str, lang: str) -> Iterator[str]:
    """What is set otherwise than `lang` sets it."""
    for rule, sentence in COMPILED[lang]:
        if rule.search(text):
            yield sentence
    yield from _quotation(text, lang)
    yield from _inverted(text, lang)


def _quotation(text: str, lang: str) -> Iterator[str]:
    marks, pair = "".join(_QUOTE.findall(text)), QUOTES[lang]
    opening, closing = pair[0], pair[1]
    spaceless = lang != "fr" and opening != closing
    if set(marks) - set(pair):
        yield f"has foreign quotation marks; use {opening}…{closing}."
    elif marks != pair * (len(marks) // 2):
        yield f"has a quotation mark without its other half; use {opening}…{closing}."
    elif spaceless and re.search(rf"{opening}\s|\s{closing}", text):
        yield "has a space inside quotation marks."


def _inverted(text: str, lang: str) -> Iterator[str]:
    if lang != "es":
        if re.search("[¿¡]", text):
            yield "has ¿ or ¡, which are Spanish."
        return
    for opening, closing in (("¿", "?"), ("¡", "!")):
        marks = re.sub(f"[^{opening}{closing}]", "", text)
        turns = re.sub(r"(.)\1+", r"\1", marks)  # ¡¡both!! may be doubled, alike
        if text.count(opening) != text.count(closing) or turns.replace(opening + closing, ""):
            yield "needs ¿ and ¡ for each ? and !."
            return
