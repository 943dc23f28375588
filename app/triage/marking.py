"""The words that weighed, marked where they stand in the buyer's message.

Escapes everything, like `web.marks`, whose pills stay. A mark says in words what it speaks for, so
that nobody needs its colour.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from app.tickets.models import Message, Ticket
from app.triage.wording import reason_words
from app.web.marks import with_pills

_MARK = Markup(
    '<mark class="weighed weighed-{}" title="{}">{}<span class="unseen"> ({})</span></mark>'
)


def with_weighed(message: Message, ticket: Ticket) -> Markup:
    """The message's text with a `<mark>` for each word or phrase that weighed in its sorting."""
    pieces: list[Markup] = []
    done = 0
    for start, end, reason in _places(message, ticket):
        said = reason_words(reason)
        pieces.append(with_pills(message.body[done:start]))
        pieces.append(
            _MARK.format(reason.get("towards", 0), said, with_pills(message.body[start:end]), said)
        )
        done = end
    pieces.append(with_pills(message.body[done:]))
    return Markup("").join(pieces)


def _places(message: Message, ticket: Ticket) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """Where reasons point into this message, in order and apart."""
    pointing = [r for r in ticket.level_reasons if r.get("message") == message.id]
    done = 0
    for reason in sorted(pointing, key=lambda r: (r["start"], -r["end"])):
        start, end = reason["start"], reason["end"]
        if done <= start < end <= len(message.body):
            yield start, end, reason
            done = end
