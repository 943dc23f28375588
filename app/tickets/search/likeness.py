"""Closed tickets that are like one ticket, with the answers that closed them: for the side panel.

Of the vendor's newest closed tickets about the same thing, those that share the most telling words
come first. Translations count as words, so that a Polish question finds a Spanish one that was
translated into the same language. Shows nothing that `visible_to` does not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from sqlalchemy import func, select

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.access import visible_to
from app.tickets.conversation import shorten
from app.tickets.models import DeliveryState, Message, MessageKind, Ticket, TicketState
from app.tickets.search.document import fact, spoken
from app.tickets.search.index import Wanted, find
from app.tickets.search.words import is_unspaced, words_of

LOOKED_AT = 200  # closed tickets
NO_NUMBER = 2**31 - 1
LEAST = 0.08  # likeness, of 1


@dataclass(frozen=True)
class Similar:
    """A closed ticket, what its buyer asked and the answer that closed it. `answer` is what was
    sent, in `lang`; `own_text` what its agent had written, if that was another language."""

    id: int
    subject: str
    lang: str
    question: str
    answer: str
    own_text: str
    own_lang: str | None
    answered_at: datetime
    likeness: float


def similar(agent: Agent, ticket: Ticket, *, limit: int = 3) -> list[Similar]:
    """Up to `limit` closed tickets like this one that have an answer, the most alike first.

    Four queries on indexes whatever the number of tickets; for a fragment that the page loads when
    it is there. `agent` is whoever looks.
    """
    numbers = [number for number in _candidates(ticket) if number != ticket.id]
    said = spoken(db.session(), [ticket.id, *numbers])
    words = {
        number: Counter(
            word for one in said[number] if one.by_buyer for word in words_of(one.text)
            if _tells(word)
        )
        for number in (ticket.id, *numbers)
    }  # fmt: skip
    scores = likenesses(words[ticket.id], {number: words[number] for number in numbers})
    best = sorted((n for n in numbers if scores[n] >= LEAST), key=lambda n: -scores[n])
    return _with_answers(agent, best[: limit * 4], scores)[:limit]


def _candidates(ticket: Ticket) -> list[int]:
    facts = [fact("v", ticket.vendor_id), fact("s", TicketState.CLOSED)]
    if ticket.intent:
        facts.append(fact("i", ticket.intent))
    return find(Wanted([[(word,)] for word in facts], below=NO_NUMBER, limit=LOOKED_AT))


def _tells(word: str) -> bool:
    return word.isalpha() and (len(word) > 3 or is_unspaced(word))


def likenesses(
    asked: Mapping[str, int], others: Mapping[int, Mapping[str, int]]
) -> dict[int, float]:
    """How much of each text's weight it shares with `asked`, 0 to 1. A word weighs more the fewer
    of the texts have it."""
    have = Counter(word for words in others.values() for word in words)
    weight = {word: log(1 + len(others) / count) for word, count in have.items()}
    whole = sum(weight.get(word, 0.0) for word in asked)
    return {
        number: _shared(asked, words, weight) / max(whole, _sum(words, weight), 1e-9)
        for number, words in others.items()
    }


def _shared(one: Mapping[str, int], other: Mapping[str, int], weight: Mapping[str, float]) -> float:
    return sum(weight[word] for word in one if word in other)


def _sum(words: Mapping[str, int], weight: Mapping[str, float]) -> float:
    return sum(weight[word] for word in words)


def _with_answers(
    agent: Agent, numbers: Sequence[int], scores: Mapping[int, float]
) -> list[Similar]:
    last = (
        select(Message.ticket_id, func.max(Message.id).label("id"))
        .where(
            Message.ticket_id.in_(numbers), Message.kind == MessageKind.REPLY,
            Message.delivery == DeliveryState.SENT,
        )
        .group_by(Message.ticket_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(Ticket, Message)
        .join(last, last.c.ticket_id == Ticket.id)
        .join(Message, Message.id == last.c.id)
        .where(visible_to(agent))
    )
    found = [_similar(ticket, answer, scores) for ticket, answer in db.session.execute(query)]
    return sorted(found, key=lambda one: -one.likeness)


def _similar(ticket: Ticket, answer: Message, scores: Mapping[int, float]) -> Similar:
    return Similar(
        ticket.id, ticket.subject, ticket.lang, ticket.snippet, shorten(answer.body),
        shorten(answer.own_text), answer.own_lang, answer.created_at, scores[ticket.id],
    )  # fmt: skip
