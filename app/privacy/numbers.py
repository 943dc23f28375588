"""Finds telephone numbers among a shop's many other numbers.

Knows the weights: what a number looks like (`shapes`), what stands around it (`surroundings`) and
which writings are never telephones (dates, amounts, parts between letters). Pure; must never take
time that grows faster than the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from stdnum import ean

from app.privacy import shapes
from app.privacy.cues import CONTACT, REFERENCE, alternation, spelled
from app.privacy.found import Hidden, figures, in_figures
from app.privacy.surroundings import Surroundings, Told

PHONE = "phone"
ENOUGH = 2.0
SHORTEST, LONGEST = 7, 15
_KIN = 2.5  # "article 612 34 56 99 is sold out, what of 612 34 57 00?"
_CUT = 0.5
_MARGIN = 16
_ASIDE = 60  # how far from each other two numbers may be that are compared
_PAIRS = 500  # a text with more than these is a list, and asks nothing

_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
_CURRENCY = (
    r"€|EUR|[£$¥₺₴₽]|USD|GBP|CHF|zł|PLN|kr\b|SEK|DKK|Kč|CZK|lei\b|RON|TL\b|TRY|грн|UAH|руб|₽|RUB|"
    r"円|元|日元|CNY|JPY|reais|R\$|BRL|دولار|ريال|درهم|جنيه|دينار|ليرة|يورو|SAR|AED|EGP"
)
_UNIT = (
    r"(?:mm|cm|m|km|kg|g|mg|l|ml|cl|V|W|kW|A|mA|mAh|Ah|Wh|kWh|Hz|GHz|MHz|GB|TB|MB|K|lm|Nm|bar|psi|"
    r"pcs|pc|Stück|Stk|St|szt|stk|st|uds|ud|pz|pezzi|stuks|ks|buc|adet|шт|قطع|個|台|本|枚|个|件|只|"
    r"%|°|x|×|px|dpi|rpm|PS|hp)(?![\w])"
)
# Blanked before candidates are read. A time zone or an order number of the big marketplaces
# (3-7-7) would else glue to its neighbours.
_NEVER = re.compile(
    rf"(?<![\d.+/-]){_DAY}([./-])\s?{_MONTH}\1\s?(?:{_YEAR}|\d\d)(?![\d]|[./-]\d)"
    rf"|(?<![\d.+/-]){_MONTH}([/-]){_DAY}\2(?:{_YEAR}|\d\d)(?![\d]|[./-]\d)"
    rf"|(?<![\d.+/-]){_YEAR}([./-]){_MONTH}\3{_DAY}(?![\d]|[./-]\d)"
    r"|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"
    r"|(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])"
    rf"|(?:{_CURRENCY})\s?\d[\d.,' ]{{0,14}}\d?(?!\d)"
    rf"|(?<![\d.,+/-])(?<!\d )\d{{1,3}}(?:[ .,'’]\d{{3}}){{0,2}}(?:[.,]\d{{1,2}})?\s?"
    rf"(?:{_CURRENCY})"
    rf"|(?<![\d.,+/-])(?<!\d )\d{{1,6}}[.,]\d{{1,2}}(?![\d.,]|[ -]\d)"
    rf"|(?<![\d.,+/-])(?<!\d )\d{{1,6}}(?:[.,]\d{{1,3}})?\s?{_UNIT}"
    r"|(?<![\d.,])\d{1,3}[.,]\d{4,9}(?!\d)\s?°?\s?[NSEWO]?"
)
# The first sign is a set on purpose: the search then skips text without trying each letter.
_CANDIDATE = re.compile(
    r"[+(\d](?:(?:[ \u2010-\u2015·•_*~+(]|\s?[./\-()\u2010-\u2015]\s?|\)\s?[/-]\s?|"
    r"\s\(0\)\s?|\(0\)){0,2}\d)*"
)
# "O7700 9OO 123": the letter stands for the digit, in a run that is long and has both.
_LETTER_O = re.compile(
    r"[Oo0](?<![A-Za-z0-9][Oo0])(?=[0-9Oo -]{0,19}[1-9])[Oo0]?[0-9Oo]{1,5}"
    r"(?:[ -]?[0-9Oo]{2,5}){1,4}(?![A-Za-z0-9])"
)
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|durchwahl|poste|int\.?|anexo|wew\.?|доб\.?)"
                        r"\s?\.?\s?\d{1,5}(?!\d)", re.IGNORECASE)  # fmt: skip
_SPLIT = re.compile(r"\s[/|-]\s| (?=[+0(])|[^\S ]")
_DECIMAL_BEFORE = re.compile(r"\d[,:.]\Z|[#@]\Z")
_NO_DIGIT, _DIGITS = re.compile(r"\D"), re.compile(r"\d+")
_GLUED_BEFORE = re.compile(r"(?P<word>[A-Za-z0-9\u00c0-\u058f]*[A-Za-z\u00c0-\u058f])\Z|"
                           r"(?P<part>[A-Za-z0-9\u00c0-\u058f]+)[-/_]\Z")  # fmt: skip
_GLUED_AFTER = re.compile(r"[-/_.]?[A-Za-z\u00c0-\u024f](?![a-z])(?<!\.[A-Z])|[-/_]?\d|[,:]\d")
_CODE_BEFORE = re.compile(r"(?:[A-Z0-9]*[A-Z][A-Z0-9]*|[A-Za-z]+\d\w*)[ ]\Z")
_CODE_AFTER = re.compile(r"[ ](?:(?!I\b|A\b)[A-Z]{1,2}|[A-Z]+\d\w*|\d+[A-Z]+\w*)(?![\w.])")
_INVITES = re.compile(
    r"(?:\b(?:unter|under|on|au|al|sul|allo|pod|na|no|på|op|по|til|op het|a[ol]|la|nr\.? tel)|"
    r"[:\u2013-])\s*$",
    re.IGNORECASE,
)
# "Does 501 112 244 fit instead of 501 112 233?"
_INSTEAD = alternation(word.rstrip("*") for word in spelled("instead"))
_ASKED = re.compile(r"[^.!。！\n\x00]{0,80}[?？؟]")


@dataclass(frozen=True)
class Candidate:
    """Digits that may be a telephone: where they are and how they are written."""

    start: int
    end: int
    written: str

    @cached_property
    def _dialled(self) -> str:
        """ "(0)2 99 12 34 56" is dialled with its 0, "+33 (0)2 …" is not."""
        begins = self.written.startswith("(0)")
        return "0" + self.written[3:] if begins else self.written

    @cached_property
    def digits(self) -> str:
        return _NO_DIGIT.sub("", self._dialled.replace("(0)", ""))

    @cached_property
    def groups(self) -> str:
        return "-".join(str(len(run)) for run in _DIGITS.findall(self._dialled))

    @property
    def kin(self) -> str:
        """How it is written, with its first two digits: siblings in a catalogue share it."""
        return f"{self.digits[:2]} {self.groups}"

    @cached_property
    def stem(self) -> str:
        """How it is written, with all but its last two digits: twins in a catalogue share it."""
        return f"{self.digits[:-2]} {self.groups}"

    def without_an_end(self) -> Iterator["Candidate"]:
        """Without its last and without its first group, where a space sets that apart."""
        head, space, _ = self.written.rpartition(" ")
        if space and head[-1:].isdigit():
            yield Candidate(self.start, self.start + len(head), head)
        _, space, tail = self.written.partition(" ")
        if space and tail[:1].isdigit():
            yield Candidate(self.end - len(tail), self.end, tail)

    @property
    def international(self) -> bool:
        return "+" in self.written[:3]


def find_phones(text: str, lang: str | None, *, around: Surroundings) -> Iterator[Hidden]:
    """Spans of telephone numbers in a plain text whose other findings are blanked."""
    if not figures(text):
        return
    text = _LETTER_O.sub(lambda run: run.group().upper().replace("O", "0"), text)
    candidates = list(_candidates(text))
    kin = _compared(text, candidates)  # how the references of this text are written
    for candidate in candidates:
        found = _phone_in(candidate, lang, text=text, around=around, kin=kin)
        if found:
            extension = _EXTENSION.match(text, found.end)
            yield Hidden(found.start, extension.end() if extension else found.end, PHONE)


def _compared(text: str, candidates: list[Candidate]) -> set[str]:
    """The stems of neighbours that differ only at their end and are weighed against each other:
    an office has two lines alike too, but asks nobody which of them fits."""
    compared: set[str] = set()
    for one, other in islice(pairwise(candidates), _PAIRS):
        if one.stem != other.stem or one.digits == other.digits:
            continue
        if other.start - one.end > _ASIDE:
            continue
        around = text[max(0, one.start - _ASIDE) : one.start], text[one.end : other.start]
        asked = _ASKED.match(text, one.end) or _ASKED.match(text, other.end)
        if asked or any(_INSTEAD.search(said.casefold()) for said in around):
            compared.add(one.stem)
    return compared


def _candidates(text: str) -> Iterator[Candidate]:
    """Runs of enough digits, after the dates and amounts in and beside them were taken out."""
    for run in in_figures(_CANDIDATE, text):
        if _few_digits(run.group()):
            continue
        low = max(0, run.start() - _MARGIN)
        window = text[low : run.end() + _MARGIN]
        if _NEVER.search(window):
            window = _NEVER.sub(lambda match: "\x01" * len(match.group()), window)
        for match in _CANDIDATE.finditer(window, run.start() - low, run.end() - low):
            if not _few_digits(match.group()):
                yield from _readings(low + match.start(), match.group())


def _few_digits(written: str) -> bool:
    return sum(map(str.isdigit, written)) < SHORTEST - 1


def _phone_in(
    candidate: Candidate, lang: str | None, *, text: str, around: Surroundings, kin: set[str]
) -> Candidate | None:
    """The candidate, or it without a first or last group that belongs to the sentence."""
    told = around.told(candidate.start, candidate.end)
    weight = weigh(candidate, told, lang=lang, text=text)
    if told.attached == REFERENCE:
        kin.add(candidate.kin)
    elif kin and told.attached != CONTACT and (candidate.kin in kin or candidate.stem in kin):
        weight -= _KIN
    if weight >= ENOUGH:
        return candidate
    kin.add(candidate.stem)
    if " " not in candidate.written or _looks(candidate, lang) >= shapes.SURE:
        return None  # all of its groups belong to it
    for part in candidate.without_an_end():
        sure = shapes.national(part.digits, part.groups, lang) >= shapes.SURE
        if not sure and not (part.international and shapes.is_international(part.digits)):
            continue
        told = around.told(part.start, part.end)
        if weigh(part, told, lang=lang, text=text) - _CUT >= ENOUGH:
            return part
    return None


def _readings(start: int, written: str) -> list[Candidate]:
    """The digits as one candidate, or as several where two numbers stand side by side."""
    whole = _trimmed(start, written)
    if len(whole.digits) <= LONGEST or " " not in written:
        return [whole]
    parts: list[Candidate] = []
    at = 0
    for cut in _SPLIT.finditer(written):
        parts.append(_trimmed(start + at, written[at : cut.start()]))
        at = cut.end()
    parts.append(_trimmed(start + at, written[at:]))
    return [part for part in parts if not _few_digits(part.written)]


def _trimmed(start: int, written: str) -> Candidate:
    kept = written.rstrip(" .-/(*_~")
    if "(" in kept and ")" not in kept:
        kept = kept.replace("(", " ")
    lead = len(kept) - len(kept.lstrip(" "))
    return Candidate(start + lead, start + len(kept), kept[lead:])


def weigh(candidate: Candidate, told: Told, *, lang: str | None, text: str) -> float:
    """How much this is a telephone number; ENOUGH hides it."""
    digits = candidate.digits
    if not SHORTEST - 1 <= len(digits) <= LONGEST:
        return 0.0
    if _is_part_of_a_word(candidate, text, told):
        return 0.0
    if candidate.international and len(digits) >= 8:
        return 9.0 if told.attached != REFERENCE or shapes.is_international(digits) else 1.0
    looks = _looks(candidate, lang)
    said = _said(told, looks, looks_spaced="-" in candidate.groups)
    return looks + said + _setting(candidate, told, text=text)


def _looks(candidate: Candidate, lang: str | None) -> float:
    digits, groups = candidate.digits, candidate.groups
    if digits.startswith("00"):
        return _looks_after_zeros(digits[2:], groups)
    looks = shapes.national(digits, groups, lang)
    if (
        looks < shapes.LIKELY
        and len(digits) >= 11
        and digits[0] != "0"
        and shapes.is_dialled(digits)
    ):
        looks = max(looks, shapes.MAYBE if "-" in groups else shapes.ODD)
    if re.match(r"\(\d{2,5}\)|0\d{1,4}\s?/\s?\d", candidate.written):
        looks += 0.5
    if "-" not in groups and looks < shapes.LIKELY and ean.is_valid(digits):
        looks -= 2.0
    return looks


def _looks_after_zeros(digits: str, groups: str) -> float:
    if len(digits) < 8 or digits[0] == "0" or not shapes.is_international(digits):
        return shapes.NONE
    return shapes.SURE if "-" in groups or shapes.is_dialled(digits) else shapes.MAYBE


def _said(told: Told, looks: float, *, looks_spaced: bool) -> float:
    if told.attached == CONTACT:
        return 5.0
    weight = 0.0
    if told.attached == REFERENCE:
        weight -= 6.0
    elif told.near:
        weight -= 1.0 if told.crossed else 2.5
    elif told.loose:
        weight -= 0.5
    if told.contact:
        weight += 1.5 if told.crossed else 3.0
    if told.after == CONTACT:
        weight += 3.0 if told.after_attached else 2.5
    elif told.after == REFERENCE and (told.after_attached or told.numbered):
        weight -= 1.5 if told.numbered else 1.0
    if told.contact and looks <= shapes.NONE:
        weight -= 0.5 if looks_spaced else 1.5
    return weight


def _setting(candidate: Candidate, told: Told, *, text: str) -> float:
    """What the writing itself says, beside the words: a code's letters, a run too short."""
    before = text[max(0, candidate.start - 14) : candidate.start]
    after = text[candidate.end : candidate.end + 8]
    weight = 0.0
    if told.attached != CONTACT and (_CODE_BEFORE.search(before) or _CODE_AFTER.match(after)):
        weight -= 3.0
    if told.stranger and not (told.contact or told.after == CONTACT):
        weight -= 0.5
    if told.labelled and not told.contact:
        weight -= 1.5
    if "-" not in candidate.groups and told.attached != CONTACT:
        weight -= 1.5 if len(candidate.digits) > 11 and candidate.digits[0] != "0" else 0.0
    if told.attached is None and _INVITES.search(before):
        weight += 0.5
    if len(candidate.digits) < 8 and told.attached != CONTACT:
        weight -= 1.5
    return weight


def _is_part_of_a_word(candidate: Candidate, text: str, told: Told) -> bool:
    """`0412345678-A`, `RE-2026/0310`, `4711x`: letters that belong to the number."""
    before = text[max(0, candidate.start - 20) : candidate.start]
    after = text[candidate.end : candidate.end + 3]
    if _GLUED_AFTER.match(after):
        return True
    if not before or before[-1].isspace():
        return False
    if _DECIMAL_BEFORE.search(before):
        return told.attached != CONTACT or before[-1] == "@"
    glued = _GLUED_BEFORE.search(before)
    if glued is None:
        return False
    return told.attached != CONTACT or len(glued["word"] or glued["part"]) < 2
