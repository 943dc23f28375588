"""A text as a reader sees it, with a map back to how it was written.

Knows the disguises that mail and HTML put over letters and digits: compatibility forms, zero-width
and direction marks, keycaps, soft breaks, entities, percent escapes, digits of other scripts. It
must never lose track: every span of the plain text maps to the span it was made from.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# What looks like a sign and is none: tags that join two halves of a word, character references
# (also escaped twice), %40 (also escaped twice), quoted-printable leftovers, and last any letter
# outside the scripts listed, whose letters are already plain. Each alternative begins with a sign
# or a set, never with "any letter": the search then skips plain text quickly.
_DISGUISE = re.compile(
    r"</?(?:wbr|span|b|i|u|s|em|strong|font|small|big|mark|tt|code)"
    r"(?:\s(?:style|class|dir|lang|color|size)=[^<>@%&]{0,200})?\s?/?>"
    r"|<!--[^<>@]{0,100}-->"
    r"|&(?:amp;){0,3}(?:\#\d{1,7};?|\#[xX][0-9a-fA-F]{1,6};?|[A-Za-z]{2,24};)"
    r"|%(?:25){0,3}[2-7][0-9A-Fa-f](?![0-9A-Fa-f])"
    r"|%(?:25){0,3}(?:40|2[Ee])"
    r"|=(?:40|2E)(?=[A-Za-z])"
    r"|=\r?\n"
    r"|[^\t\n\r -~\u00a1-\u00a7\u00a9\u00ab\u00ac\u00ae\u00b0\u00b1\u00b6\u00b7\u00bb\u00bf-\u024f"
    r"\u0370-\u0373\u0376-\u0379\u037b-\u03cf\u0400-\u052f\u05d0-\u05ea\u0620-\u064a"
    r"\u0904-\u0939\u093e-\u094d\u0e01-\u0e32\u0e34-\u0e3a\u0e40-\u0e4e"
    r"\u2010\u2012-\u2015\u2018-\u201f\u2020-\u2023\u20ac\u20ba\u20bd\u20b4"
    r"\u3001\u3002\uff0c\uff01\uff1f\uff1b\u300a-\u3011\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3"
    r"\U0001f300-\U0001faff]"
)
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zs"})
_EMPTY_BRAILLE = "\u2800"  # drawn as a blank
_LINES = frozenset({"\u2028", "\u2029", "\u0085", "\x0b", "\x0c"})


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` of the plain text stands for `[source_start:source_end]` of the source."""

    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain text and where it differs from its source."""

    text: str
    edits: tuple[Edit, ...] = ()
    starts: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source's offsets of `text[start:end]`; `end` is after the last character."""
        if not self.edits:
            return start, end
        return self._source(start)[0], self._source(end - 1)[1]

    def _source(self, position: int) -> tuple[int, int]:
        at = bisect_right(self.starts, position) - 1
        if at < 0:
            return position, position + 1
        edit = self.edits[at]
        if position < edit.end:
            return edit.source_start, edit.source_end
        moved = edit.source_end + position - edit.end
        return moved, moved + 1


def plain_of(source: str) -> Plain:
    """The source without its disguises. Never raises; linear in the length."""
    pieces: list[str] = []
    edits: list[Edit] = []
    done = length = 0
    for start, end, instead in _changes(source):
        kept = source[done:start]
        pieces += (kept, instead)
        length += len(kept)
        edits.append(Edit(length, length + len(instead), start, end))
        length += len(instead)
        done = end
    if not edits:
        return Plain(source)
    pieces.append(source[done:])
    return Plain("".join(pieces), tuple(edits), tuple(edit.start for edit in edits))


def _changes(source: str) -> Iterator[tuple[int, int, str]]:
    for match in _DISGUISE.finditer(source):
        found = match.group()
        instead = _undisguise(found)
        if instead != found:
            yield match.start(), match.end(), instead


@lru_cache(maxsize=8192)
def _undisguise(found: str) -> str:
    first = found[0]
    if len(found) == 1:
        return _plain_character(found)
    if first == "<" or found in {"=\n", "=\r\n"}:
        return ""
    if first == "&":
        return _reference(found)
    return chr(int(found[-2:], 16))


def _reference(found: str) -> str:
    named = html.unescape("&" + found.replace("amp;", "").lstrip("&"))
    if named.startswith("&") and len(named) > 1:
        return found
    return "".join(_plain_character(character) for character in named)


def _plain_character(character: str) -> str:
    """Digits of any script as ASCII, compatibility forms resolved, invisible ones nothing."""
    if character in "\t\n\r":
        return character
    if character in _LINES:
        return "\n"
    category = unicodedata.category(character)
    if category in _SPACES or character == _EMPTY_BRAILLE:
        return " "
    if category in _INVISIBLE:
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character == "\u2212":
        return "-"
    return unicodedata.normalize("NFKC", character)
