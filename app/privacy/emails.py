"""Finds mail addresses, also those whose signs are spelled out.

Knows the shape of an address and how 18 languages say @ and dot. Works on a plain text
(`plain.plain_of`). Must never look further than a line's piece around each sign, so that a
hostile text costs linear time.
"""

import re
from collections.abc import Iterator
from itertools import chain

from app.privacy.cues import spelled
from app.privacy.found import Hidden, blank, listed, lowered, places, said_in, windows
from app.privacy.hosts import ENDINGS, is_allowed

EMAIL = "email"

_REACH = 100
_LEFT_STOPS = frozenset(' \t\r\n\x00,;:()[]<>"“”„«»‘@/\\?|，。、；：（）「」『』【】《》！？')


def _either(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in words)


_STRONG_AT = tuple(word for word in spelled("at") if word not in {"at", "@"})
_WEAK_AT = tuple(dict.fromkeys((*spelled("weak_at"), "at")))
_STARS = tuple(word for word in _STRONG_AT if not word[0].isalpha())
_AT_WORDS = tuple(word for word in _STRONG_AT if word[0].isalpha())
_DOT_WORDS = _either(spelled("dot"))
_OPEN, _CLOSE = r"[(\[{<*_|~«‹⟨〈《【「-]", r"[)\]}>*_|~»›⟩〉》】」-]"

_AT = re.compile(
    rf"@|\s?{_OPEN}{{1,2}}\s?(?:{_either(_AT_WORDS)}|{_either(_WEAK_AT)}|a|@)\s?{_CLOSE}{{1,2}}\s?"
    rf"|(?<=[\w\s])[{''.join(_STARS)}]"
    rf"|(?<=[\s_])(?P<word>{_either(_AT_WORDS)})(?=[\s_])"
    r"|(?<=[a-zA-Z0-9_.])(?P<glued>アットマーク|アット|あっとまーく|艾特|圈a|小老鼠)"
    r"|(?<=\w)\#(?=[\w-]{2,40}(?:\.|\s?[点點]\s?)(?:com|net|org|cn)\b)",
    re.IGNORECASE,
)

_WEAK = re.compile(rf"(?<=[\s_])(?:{_either(_WEAK_AT)})(?=[\s_])", re.IGNORECASE)

_BRACKET_DOT = rf"\s?[(\[{{<*|‹⟨〈《【「]\s?(?:\.|{_DOT_WORDS})\s?[)\]}}>*|›⟩〉》】」]\s?"
_SPELLED_DOT = rf"[\s_]{{1,2}}(?:{_DOT_WORDS})[\s_]{{1,2}}"
_GLUED_DOT = r"\s?(?:ドット|点|點)\s?(?=[a-z])"
_ENDS = r"(?:com|net|org|info|de|fr|it|es|uk|nl|pt|br|pl|se|dk|cz|ro|tr|ua|ru|jp|cn|example|eu)"
_DOT = (
    rf"(?:\.|。|\s\.\s?(?=\w)|\.\s(?={_ENDS}\b)|,(?={_ENDS}\b)"
    rf"|{_BRACKET_DOT}|{_SPELLED_DOT}|{_GLUED_DOT})"
)
_LATIN = r"[a-zA-Z0-9_\u00c0-\u058f-]"
_OTHER = r"[\w-]"
_PROVIDER_NAMES = listed(
    """
    gmail googlemail yahoo hotmail outlook icloud protonmail proton gmx freenet posteo web.de
    t-online wanadoo laposte libero virgilio ziggo seznam onet interia mail.ru yandex ukr.net
    i.ua naver sina sapo uol яндекс джимейл гмейл gmial gmal hotmial
    """
)
_PROVIDERS = "(?:" + _either(_PROVIDER_NAMES) + "|orange|wp|qq|163|126|bol|terra|live|msn|aol)"


def _domain(label: str) -> re.Pattern[str]:
    tail = (
        rf"(?:{_DOT}{label}{{1,63}}){{0,5}}{_DOT}(?:[^\W\d_]{{2,24}}|xn--[a-z0-9-]{{2,40}})(?!\w)"
    )
    return re.compile(
        rf"[ \t]{{0,2}}\r?\n?(?:{label}{{1,63}}{tail}|{_PROVIDERS}\b(?:{_DOT}\w{{2,10}})?"
        r"|\[\d{1,3}(?:\.\d{1,3}){3}\])",
        re.IGNORECASE,
    )


_LATIN_DOMAIN, _OTHER_DOMAIN = _domain(_LATIN), _domain(_OTHER)
_SPACED_DOMAIN = re.compile(r"[ ]?(?:[\w-] ){1,40}?\.(?: [\w-]){2,12}(?: \.(?: \w){2,6})?(?!\w)")
_SPACED_LOCAL = re.compile(r"(?:(?<!\S)[\w.+-] ){2,40}$")
_SPELLED_LOCAL = re.compile(
    rf"(?:[\w.+-]{{1,40}}[\s_]?(?:{_BRACKET_DOT}|(?<=[\s_])(?:{_DOT_WORDS}|"
    r"underscore|undersc|unterstrich|tiret|tiret bas|dash|hyphen|bindestrich|guion|guion bajo|"
    r"trattino|underline|dywizja|podkreślenie|minus|plus|тире|дефис|подчеркивание)(?=[\s_]))"
    r"[\s_]?){1,3}$|(?:[\w+-]{1,40}\s\.\s){1,3}$",
    re.IGNORECASE,
)
_QUOTED_LOCAL = re.compile(r'"[^"\n]{1,64}"$')
# Where an address may be: only around these are the costly searches run.
_BRACKETED = re.compile(
    rf"{_OPEN}\s?(?:{_either(tuple(w.lower() for w in _AT_WORDS))}|{_either(_WEAK_AT)}|a|@)"
    rf"\s?{_CLOSE}"
)
_BARE_AT = tuple(word.lower() for word in _AT_WORDS if word.isascii() or word[0] < "\u3000")
_SIGNS = (*_STARS, "@", "#", *(w.lower() for w in _AT_WORDS if w[0] >= "\u3000"), "圈a")
_DOTS_AND_PROVIDERS = (*spelled("dot"), *_PROVIDER_NAMES)
_ENDING = re.compile(r"\.[^\W\d_]{2}")
_LATIN_LIMIT = "\u0590"


def find_emails(text: str) -> Iterator[Hidden]:
    """Spans of mail addresses, from the local part's start to the domain's end."""
    sure = list(_around(text, _AT, hints=_at_hints(text), before=8, after=24))
    yield from sure
    # "at" and its like are ordinary words: they are asked last, where nothing else was found
    if hints := _dot_hints(text):
        yield from _around(blank(text, sure), _WEAK, hints=hints, before=_REACH, after=3)


def _at_hints(text: str) -> list[int]:
    small = lowered(text)
    bracketed = [match.start() for match in _BRACKETED.finditer(small)]
    return sorted(bracketed + places(small, said_in(text, _BARE_AT)) + places(small, _SIGNS))


def _dot_hints(text: str) -> list[int]:
    small = lowered(text)
    written = [match.start() for match in _ENDING.finditer(text)]
    return sorted(written + places(small, said_in(text, _DOTS_AND_PROVIDERS)))


def _around(
    text: str, signs: re.Pattern[str], *, hints: list[int], before: int, after: int
) -> Iterator[Hidden]:
    """Addresses around the signs that stand near a hint."""
    reach = windows(hints, before=before, after=after, length=len(text))
    done = 0
    for at in chain.from_iterable(signs.finditer(text, *span) for span in reach):
        if at.start() < done:
            continue
        end = _domain_end(text, at.end())
        start = _local_start(text, at, floor=done) if end else None
        if end is None or start is None:
            continue
        if signs is _WEAK and not _weak_holds(text, at, start=start, end=end):
            continue
        done = end
        yield Hidden(start, end, EMAIL)


def _domain_end(text: str, at: int) -> int | None:
    first = text[at : at + 2].strip()[:1]
    latin = first < _LATIN_LIMIT
    found = (_LATIN_DOMAIN if latin else _OTHER_DOMAIN).match(text, at)
    if found is None:
        found = _SPACED_DOMAIN.match(text, at)
    return found.end() if found else None


def _local_start(text: str, at: re.Match[str], *, floor: int) -> int | None:
    """Where the part before the sign begins; None when there is none."""
    # A sign that stands on a line by itself joins the line before it to the one after it.
    blanks = " \t\r\n" if text[at.end() : at.end() + 1] in {"\r", "\n"} else " \t"
    end = at.start()
    while end > floor and at.start() - end < 2 and text[end - 1] in blanks:
        end -= 1
    if end <= floor:
        return None
    piece = text[max(floor, end - _REACH) : end]
    if quoted := _QUOTED_LOCAL.search(piece):
        return end - len(quoted.group())
    start = _walk_left(text, end, floor=floor)
    if start == end:
        return None
    return _widened(text, start, floor=floor, single=end - start == 1)


def _walk_left(text: str, end: int, *, floor: int) -> int:
    # A Chinese word may stand right before a Latin address: only letters of its own kind belong.
    latin = text[end - 1] < _LATIN_LIMIT
    start = end
    while start > floor and text[start - 1] not in _LEFT_STOPS:
        if latin and text[start - 1] >= _LATIN_LIMIT:
            break
        start -= 1
    while start < end and text[start] in "'’":
        start += 1
    return start


def _widened(text: str, start: int, *, floor: int, single: bool) -> int:
    """The start with `jane dot` or `j a n` before it taken along."""
    low = max(floor, start - _REACH)
    piece = text[low:start]
    if single and (spaced := _SPACED_LOCAL.search(piece)):
        return start - len(spaced.group())
    spelled_out = _SPELLED_LOCAL.search(piece)
    return start - len(spelled_out.group()) if spelled_out else start


def _weak_holds(text: str, at: re.Match[str], *, start: int, end: int) -> bool:
    """Is "… at shop.example" an address, and not a place where something was bought?"""
    if text[end : end + 1] == "/":
        return False  # "the list is at bit.example/x1" names a page
    local = text[start : at.start()].strip()
    host = text[at.end() : end].strip()
    ending = re.split(r"[^\w-]+", host)[-1].lower()
    known = ending in ENDINGS or re.fullmatch(_PROVIDERS, host, re.IGNORECASE) is not None
    return known and any(letter.isalpha() for letter in local) and not is_allowed(host)
