"""What somebody typed into the search field, read.

Pure. Words, "a phrase", a begin* and operators (`lang:pl`, `is:overdue`). The last word counts as
begun: people press Enter before they have finished it. Decides nothing about who may see what.
"""

import re
from dataclasses import dataclass

from app.tickets.search.words import is_unspaced, words_asked

OPERATORS = ("from", "order", "lang", "level", "agent", "intent", "is", "tag", "vendor")
MOST = 24  # pieces of a question that count
SHORTEST_BEGINNING = 3

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "：": ":"})
_PIECE = re.compile(
    rf'(?:(?P<operator>{"|".join(OPERATORS)}):(?:"(?P<quoted>[^"]*)"?|(?P<value>\S+)))'
    r'|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)',
    re.IGNORECASE,
)
_NUMBER = re.compile(r"#(\d{1,12})")


@dataclass(frozen=True)
class Question:
    """`phrases`: words that stand in this order, a single word being the shortest phrase;
    `beginnings`: of which a word begins so; `facets`: operators with their values."""

    phrases: tuple[tuple[str, ...], ...] = ()
    beginnings: tuple[str, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not (self.phrases or self.beginnings or self.facets)

    def marks(self, word: str) -> bool:
        """Whether a folded word is one of those that were asked for."""
        return any(word in phrase for phrase in self.phrases) or word.startswith(self.beginnings)


def read_question(text: str) -> Question:
    """The question in `text`."""
    phrases: list[tuple[str, ...]] = []
    beginnings: list[str] = []
    facets: list[tuple[str, str]] = []
    pieces = list(_PIECE.finditer(text.translate(_QUOTES)))[:MOST]
    for piece in pieces:
        if operator := piece["operator"]:
            facets.append((operator.lower(), piece["quoted"] or piece["value"] or ""))
            continue
        words = tuple(words_asked(piece["phrase"] or piece["word"] or ""))
        is_last = piece is pieces[-1] and piece["word"] is not None
        if _is_beginning(words, piece["word"] or "", is_last=is_last):
            beginnings.append(words[0])
        elif words:
            phrases.append(words)
    return Question(tuple(phrases), tuple(beginnings), tuple(facets))


def ticket_number(text: str) -> int | None:
    """The ticket that a question like "#1042" names."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None


def _is_beginning(words: tuple[str, ...], typed: str, *, is_last: bool) -> bool:
    if len(words) != 1 or any(sign.isdigit() for sign in words[0]):
        return False
    if is_unspaced(words[0]):
        return len(words[0]) == 1
    return (is_last or typed.endswith("*")) and len(words[0]) >= SHORTEST_BEGINNING
