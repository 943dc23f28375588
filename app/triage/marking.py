"""The words that weighed, marked where they stand in the buyer's message.

Escapes everything, like `web.marks`, whose pills stay. A mark says in words what it speaks for, so
that nobody needs its colour.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from app.tickets.models import Message, Ticket
from app.triage.wording import reason_words, translated
from app.triage.words import Word, fold, read_words
from app.web.marks import with_pills

SHORTEST = 4  # letters; "the" for "le" would be marked all over
_MARK = Markup(
    '<mark class="weighed weighed-{}" title="{}">{}<span class="unseen"> ({})</span></mark>'
)


def with_weighed(message: Message, ticket: Ticket) -> Markup:
    """The message's text with a `<mark>` for each word or phrase that weighed in its sorting."""
    pieces: list[Markup] = []
    done = 0
    for start, end, reason in _places(message, ticket):
        pieces.append(with_pills(message.body[done:start]))
        pieces.append(_mark(reason, message.body, Word("", start, end)))
        done = end
    pieces.append(with_pills(message.body[done:]))
    return Markup("").join(pieces)


def in_translation(message: Message, ticket: Ticket, target: str) -> Callable[[str], Markup]:
    """What draws a piece of the message's translation: the words that stand for those that weighed
    are marked, as far as the lexicon knows them.
    """
    known = _known(message, ticket, target)

    def draw(text: str) -> Markup:
        pieces: list[Markup] = []
        done = 0
        for word in read_words(text):
            if word.form in known:
                reason = known[word.form]
                pieces += (with_pills(text[done : word.start]), _mark(reason, text, word))
                done = word.end
        return Markup("").join([*pieces, with_pills(text[done:])])

    return draw


def _mark(reason: Mapping[str, Any], text: str, place: Word) -> Markup:
    said = reason_words(reason)
    words = with_pills(text[place.start : place.end])
    return _MARK.format(reason.get("towards", 0), said, words, said)


def _known(message: Message, ticket: Ticket, target: str) -> dict[str, Mapping[str, Any]]:
    """The reasons of this message by the words that translate theirs."""
    known: dict[str, Mapping[str, Any]] = {}
    for start, end, reason in _places(message, ticket):
        for word in read_words(message.body[start:end]):
            found = translated(word.form, source=message.lang, target=target)
            if found and len(found) >= SHORTEST:
                known.setdefault(fold(found), reason)
    return known


def _places(message: Message, ticket: Ticket) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """Where reasons point into this message, in order and apart."""
    pointing = [r for r in ticket.level_reasons if r.get("message") == message.id]
    done = 0
    for reason in sorted(pointing, key=lambda r: (r["start"], -r["end"])):
        start, end = reason["start"], reason["end"]
        if done <= start < end <= len(message.body):
            yield start, end, reason
            done = end
