"""Where the words that were asked for stand: one passage a ticket, for the list of what was found.

Reads the same texts as the index; a passage is a piece of what the ticket page shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.extensions import db
from app.tickets.search.document import Spoken, spoken
from app.tickets.search.question import Question
from app.tickets.search.words import places

AROUND = 60  # signs to the left and to the right
LOOKED_AT = 6_000  # signs of a text


@dataclass(frozen=True)
class Passage:
    """Some words of a conversation, the word that was asked for in the middle."""

    before: str
    word: str
    after: str
    lang: str


def passages(ticket_ids: Sequence[int], question: Question) -> Mapping[int, Passage]:
    """For each ticket the newest place with one of the words; none for words of its subject."""
    if not (question.phrases or question.beginnings):
        return {}
    said = spoken(db.session(), ticket_ids)
    found = ((number, _first(said[number], question)) for number in ticket_ids)
    return {number: passage for number, passage in found if passage}


def _first(said: Iterable[Spoken], question: Question) -> Passage | None:
    return next(filter(None, (passage_in(one, question) for one in said)), None)


def passage_in(said: Spoken, question: Question) -> Passage | None:
    """The first place in a text with one of the words that were asked for."""
    text = said.text[:LOOKED_AT]
    for place in places(text):
        if question.marks(place.form):
            return Passage(
                _tail(text[: place.start]), text[place.start : place.end],
                _head(text[place.end :]), said.lang,
            )  # fmt: skip
    return None


def _tail(text: str) -> str:
    """The last words before a place."""
    line = " ".join(text[-2 * AROUND :].split()) + (" " if text[-1:].isspace() else "")
    return line if len(line) <= AROUND else "…" + line[-AROUND:].partition(" ")[2]


def _head(text: str) -> str:
    """The first words after a place."""
    line = (" " if text[:1].isspace() else "") + " ".join(text[: 2 * AROUND].split())
    return line if len(line) <= AROUND else line[:AROUND].rpartition(" ")[0] + "…"
