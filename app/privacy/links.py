"""Finds links: with a scheme, with www, and bare domains such as `shop-parts.example/x`.

Knows what a domain's ending is, and that file names, abbreviations and a missing space after a
full stop are none. Anchored on dots and colons, so that long words cost nothing.
"""

import re
from collections.abc import Iterator

from app.privacy.cues import spelled
from app.privacy.found import Hidden, lowered, places, said_in, windows
from app.privacy.hosts import COUNTRIES, ENDINGS, FILES, WORDS, is_allowed

URL = "url"

_SCHEME = re.compile(
    r"(?<![A-Za-z])(?:h(?:tt|xx)ps?|s?ftps?|tg|skype|whatsapp|viber|tel|sms|smsto|callto|facetime|"
    r"sips?|mailto|xmpp|matrix|signal|intent|market|geo|line|weixin|alipays?)"
    r"(?:\s?:\s?//|:(?=[+\w]))[^\s<>\"\x00，。、！？）」』】]+|www\d?\.[^\s<>\"\x00，。、！？）」』】]+",
    re.IGNORECASE,
)
_LINK_SCHEMES = ("tel:", "sms:", "geo:", "line:", "market:", "signal:", "skype:", "viber:")
_ENDING = re.compile(r"\.([^\W\d_]{2,24}|xn--[a-z0-9-]{2,40})(?![\w@-])", re.IGNORECASE)
_PATH = re.compile(r"(?::\d{2,5})?(?:[/?#][^\s<>\"\x00，。、！？）」』】]*)?")
_SPELLED = re.compile(
    rf"(?<![\w.-])[\w-]{{2,40}}(?:\s?[(\[]\s?(?:\.|{'|'.join(spelled('dot'))})\s?[)\]]\s?"
    rf"|\s(?:{'|'.join(spelled('dot'))})\s)(?:com|net|org|info|shop|store|example|ком|нет)"
    r"(?:/\S*|(?!\w))",
    re.IGNORECASE,
)
# What must stand in a text for the costly searches to be worth running.
_DOTS = spelled("dot")
_DOT_SIGNS = ("(.", "[.", "( .", "[ .")
_SCHEME_SIGNS = ("://", ": //", "www", "tel:", "sms:", "smsto:", "mailto:", "skype:", "viber:",
                 "tg:", "whatsapp:", "callto:", "facetime:", "sip:", "sips:", "xmpp:", "matrix:",
                 "signal:", "intent:", "market:", "geo:", "line:", "weixin:", "alipay")  # fmt: skip
_SITE_WORDS = re.compile(
    r"(?:site|web\w*|shop|boutique|tienda|sitio|página|sito|loja|sklep|stron\w|butik\w*|e-?shop|"
    r"magazin\w*|сайт\w*|магазин\w*|موقع\w*|サイト|ホームページ|网站|link|visit|see|look|check|"
    r"besuch\w*|seite|homepage|visitez|voir)\W{0,3}(?:\w+\W{1,2})?$",
    re.IGNORECASE,
)
_TRAIL = ".,;:!?'’”»*_"
_MAX_HOST = 255
_LATIN_LIMIT = "\u0590"


def find_links(text: str, *, exempt: frozenset[str] = frozenset()) -> Iterator[Hidden]:
    """Spans of links to sites that may not be named."""
    small = lowered(text)
    if any(sign in small for sign in _SCHEME_SIGNS):
        yield from _schemes(text, exempt)
    yield from _bare_domains(text, exempt)
    for low, high in windows(_dot_hints(text), before=45, after=45, length=len(text)):
        yield from (Hidden(m.start(), m.end(), URL) for m in _SPELLED.finditer(text, low, high))


def _dot_hints(text: str) -> list[int]:
    return places(lowered(text), (*said_in(text, _DOTS), *_DOT_SIGNS))


def _schemes(text: str, exempt: frozenset[str]) -> Iterator[Hidden]:
    for match in _SCHEME.finditer(text):
        found = match.group().rstrip(_TRAIL)
        if found.endswith(")") and "(" not in found:
            found = found.rstrip(")").rstrip(_TRAIL)
        rest = re.sub(r"^[a-z]+\s?:\s?(?://)?", "", found, flags=re.IGNORECASE)
        if "://" not in found and ":" in found[:9] and not _worth(found, rest):
            continue
        host = re.split(r"[/?#:]", rest, maxsplit=1)[0]
        if not is_allowed(host, path=rest[len(host) :], exempt=exempt):
            yield Hidden(match.start(), match.start() + len(found), URL)


def _worth(found: str, rest: str) -> bool:
    """`tel:+49…` is a link; `tel:` before a word or `line:3` is how people write a label."""
    if found.lower().startswith(_LINK_SCHEMES):
        return sum(c.isdigit() for c in rest) >= 5 or "@" in rest
    return len(rest) > 2


def _bare_domains(text: str, exempt: frozenset[str]) -> Iterator[Hidden]:
    done = 0
    for match in _ENDING.finditer(text):
        if match.start() < done:
            continue
        start = _host_start(text, match.start(), floor=done)
        host = text[start : match.end()]
        path_match = _PATH.match(text, match.end())
        path = path_match.group().rstrip(_TRAIL + ")") if path_match else ""
        if not _is_domain(host, path) or is_allowed(host, path=path, exempt=exempt):
            continue
        if _is_missing_space(text, start, match.end(), host=host, path=path):
            continue
        done = match.end() + len(path)
        yield Hidden(start, done, URL)


def _host_start(text: str, end: int, *, floor: int) -> int:
    start, low = end, max(floor, end - _MAX_HOST)
    latin = end > 0 and text[end - 1] < _LATIN_LIMIT
    while start > low and (text[start - 1].isalnum() or text[start - 1] in "-._"):
        if latin and text[start - 1] >= _LATIN_LIMIT:
            break
        start -= 1
    while start < end and text[start] in "-._":
        start += 1
    return start


def _is_domain(host: str, path: str) -> bool:
    labels = host.split(".")
    ending = labels[-1].lower()
    if ending not in ENDINGS and not ending.startswith("xn--"):
        return False
    if len(labels) < 2 or not all(labels) or not any(c.isalpha() for c in host[: -len(ending)]):
        return False
    if ending in FILES and len(path) < 2:
        return False
    return len(labels[-2]) >= 2 or len(path) > 1 or len(labels) > 2


def _is_missing_space(text: str, start: int, end: int, *, host: str, path: str) -> bool:
    """`It broke.Is there …`, `non funziona.la …`: two sentences, not a site."""
    name, _, ending = host.rpartition(".")
    if len(path) > 1 or "-" in name or "." in name or any(c.isdigit() for c in name):
        return False
    if ending[0].isupper() and not name.isupper():
        return True
    if ending not in WORDS and not (ending in COUNTRIES and not name.islower()):
        return False
    if _SITE_WORDS.search(text[max(0, start - 30) : start]):
        return False
    return bool(re.match(r"\s[a-zà-ÿа-я]", text[end : end + 2]))
