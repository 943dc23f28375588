"""Finds what a translation must carry over to the letter, and hides it from the engine.

Order and tracking numbers, amounts with their currency, dates, times, percentages, measures, links,
addresses, redaction chips, emoji, names after a title and the product names that the caller gives.
Pure. It must never decide whether a translation is good (`check`), and never change a fact: what is
put back is what was taken out, character by character.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

# What stands for the n-th fact. Packages of our own learn the first form as one piece; the second
# is what models from elsewhere copy most reliably, a number.
FORMS = ("XZ{}", "70{:02}")

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁĻŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽȘȚЀ-Я"
_MONEY = (
    r"(?:[€$£¥₺₴₽]|(?:EUR|USD|GBP|CHF|PLN|SEK|DKK|NOK|CZK|RON|TRY|UAH|RUB|JPY|CNY|"
    r"euros?|zł|zl|kr|Kč|lei|leu|TL|грн|руб|元|円)(?![^\W\d_]))"
)
_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?(?!\d)"
_NUMBER = rf"{_GROUPED}|\d+(?:[.,:/]\d+)*"
_UNIT = (
    r"(?:mm|cm|dm|km|m|mg|kg|g|cl|ml|l|kWh|kW|W|mAh|Ah|V|kHz|MHz|GHz|Hz|[KMGT]B|°\s?[CF]|°)"
    r"[²³]?(?!\w)"
)
_TITLES = (
    r"M\.|MM\.|Mme|Mlle|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Herrn?|Frau|Hr\.|Sr\.|Sra\.|Sr|Sra|Sig\.(?:ra)?|"
    r"Dott\.(?:ssa)?|Dhr\.|Mevr\.|Pan|Pani"
)
_EMOJI = (
    "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f\u20e3\u200d\U0001f000-\U0001faff\u2640\u2642]*"
)
_FACT = re.compile(
    rf"""
      (?P<link>(?:https?://|www\.)[^\s<>"«»“”（）、。，]+|(?<![\w@.-])[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,8}}\.
            (?:com|net|org|eu|fr|de|es|it|nl|pt|pl|se|dk|cz|ro|uk|ua|ru|example)\b(?:/[^\s<>"]*)?)
    | (?P<address>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]*[A-Za-z0-9])
    | (?P<chip>\[[^\[\]\n]{{1,60}}\])
    | (?P<amount>[+-]?{_MONEY}[ \u00a0\u202f]?(?:{_NUMBER})(?:,-)?|
            [+-]?(?:{_NUMBER})(?:,-)?[ \u00a0\u202f]?{_MONEY})
    | (?P<share>[+-]?(?:{_NUMBER})[ \u00a0\u202f]?%)
    | (?P<hour>(?<!\w)\d{{1,2}}(?:h\d{{2}}|h|[ ]?[ap]\.?m\.?)(?!\w))
    | (?P<measure>[+-]?(?:{_NUMBER})[ \u00a0\u202f]?{_UNIT})
    | (?P<ordinal>(?<!\w)\d{{1,3}}(?:st|nd|rd|th|er|ère|re|e|ème|º|ª|°)(?!\w))
    | (?P<grouped>(?<![\w.-])[+-]?{_GROUPED})
    | (?P<code>(?<![A-Za-z0-9_])[+#]?(?=[A-Za-z_-]{{0,40}}\d)
            [A-Za-z0-9]+(?:[-_/.:\#][A-Za-z0-9]+)*\+?)
    | (?P<number>[+-]?(?:{_NUMBER}))
    | (?P<face>{_EMOJI}|(?<!\w)[:;][-']?[)(DPp](?!\w)|<3)
    | (?:(?<!\w)(?:{_TITLES})[ \u00a0](?P<name>[{_UPPER}][\w'’-]+(?:[ ][{_UPPER}][\w'’-]+)?))
    """,
    re.VERBOSE,
)
# Without one of these signs the long pattern finds nothing, and most sentences have none.
_SIGN = re.compile(
    rf"[\d@\[]|://|www\.|\.[a-z]{{2}}|{_EMOJI}|[:;][-']?[)(DPp]|<3|(?:{_TITLES})[ \u00a0]"
)
_TAIL = ".,;:!?)]}'’\"»"


@dataclass(frozen=True, slots=True)
class Fact:
    """What stands from `start` to `end` of a sentence and must stand in its translation."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence with marks for its facts; `marks` in the order of `facts`."""

    text: str
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]


def find_facts(sentence: str, keep: Iterable[str] = ()) -> tuple[Fact, ...]:
    """The facts of a sentence from left to right, none within another.

    `keep` is matched as whole words, in any case, before everything else.
    """
    return _found(sentence, tuple(sorted(keep)))


@lru_cache(maxsize=1024)  # each sentence is looked at several times on its way
def _found(sentence: str, keep: tuple[str, ...]) -> tuple[Fact, ...]:
    kept = [_fact(sentence, found.span()) for found in _kept(keep, sentence)]
    taken = list(kept)
    for found in _FACT.finditer(sentence) if _SIGN.search(sentence) else ():
        if found.lastgroup is None or found.lastgroup == "ordinal":
            continue
        start, end = _trimmed(sentence, found.span(found.lastgroup), kind=found.lastgroup)
        if start < end and not any(start < fact.end and fact.start < end for fact in kept):
            taken.append(_fact(sentence, (start, end)))
    return tuple(sorted(taken, key=lambda fact: fact.start))


def mask(sentence: str, facts: Sequence[Fact], *, form: str) -> Masked:
    """`sentence` with the n-th fact replaced by `form` with n, counted from one."""
    marks = tuple(form.format(n) for n in range(1, len(facts) + 1))
    text, at = "", 0
    for fact, sign in zip(facts, marks, strict=True):
        text += sentence[at : fact.start] + sign
        at = fact.end
    return Masked(text + sentence[at:], tuple(facts), marks)


def unmask(masked: Masked, translated: str) -> str | None:
    """`translated` with the facts put back; None when a mark is missing or stands there twice."""
    if not masked.marks:
        return translated
    facts = {sign: fact.text for sign, fact in zip(masked.marks, masked.facts, strict=True)}
    found: list[str] = []

    def restored(match: re.Match[str]) -> str:
        sign = re.sub(r"\s", "", match[0]).upper()
        found.append(sign)
        return facts[sign]

    text = _marks(masked.marks).sub(restored, translated)
    return text if sorted(found) == sorted(masked.marks) else None


def between(sentence: str, facts: Sequence[Fact]) -> list[tuple[str, bool]]:
    """The sentence cut at its facts: pieces in order, each with whether it is a fact."""
    pieces, at = [], 0
    for fact in facts:
        pieces += [(sentence[at : fact.start], False), (fact.text, True)]
        at = fact.end
    return [*pieces, (sentence[at:], False)]


def is_name_line(line: str) -> bool:
    """Whether a line of its own is nothing but a name, as at the end of a letter."""
    words = line.split()
    return 1 <= len(words) <= 3 and all(re.fullmatch(rf"[{_UPPER}][\w'’.-]*", w) for w in words)


def is_capitalised(word: str) -> bool:
    """Whether the word could be a name by its first letter."""
    return bool(re.match(rf"[{_UPPER}]", word))


def _fact(sentence: str, span: tuple[int, int]) -> Fact:
    start, end = span
    return Fact(start, end, sentence[start:end])


def _trimmed(sentence: str, span: tuple[int, int], *, kind: str) -> tuple[int, int]:
    """A link or a code does not own the punctuation after it."""
    start, end = span
    if kind in ("link", "code", "address"):
        while end > start and sentence[end - 1] in _TAIL:
            if sentence[end - 1] == ")" and "(" in sentence[start:end]:
                break
            end -= 1
    return start, end


def _kept(keep: tuple[str, ...], sentence: str) -> Iterable[re.Match[str]]:
    pattern = _keep_pattern(keep)
    return pattern.finditer(sentence) if pattern else ()


@lru_cache(maxsize=64)  # each order brings a list of its own
def _keep_pattern(keep: tuple[str, ...]) -> re.Pattern[str] | None:
    names = sorted({name.strip() for name in keep if name.strip()}, key=len, reverse=True)
    if not names:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


def _marks(marks: Iterable[str]) -> re.Pattern[str]:
    loose = [r"\s?".join(sign) for sign in sorted(marks, key=len, reverse=True)]
    return re.compile(rf"(?<!\d)(?:{'|'.join(loose)})(?!\d)", re.IGNORECASE)
