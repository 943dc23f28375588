"""Reads the stories of many tickets at once: four queries however many there are. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.quality.facts import Reply, Story
from app.tickets.clocks.replay import FROM_ELSEWHERE, Happened
from app.tickets.handing import family_events
from app.tickets.models import DeliveryState, Message, MessageKind, Ticket
from app.translation.models import Draft

GONE = (DeliveryState.UNDONE, DeliveryState.FAILED)


def stories_of(ticket_ids: Sequence[int], *, now: datetime) -> list[Story]:
    """The stories of these tickets, without those that have no history (made in bulk)."""
    events = _by_ticket(family_events(ticket_ids))
    replies = _replies(ticket_ids)
    query = select(Ticket.id, Ticket.vendor_id, Ticket.assignee_id, Ticket.level).where(
        Ticket.id.in_(ticket_ids)
    )
    return [
        Story(
            row.id, row.vendor_id, row.assignee_id, row.level, now,
            events=_family(row.id, events), replies=replies[row.id],
        )
        for row in db.session.execute(query)
        if _is_whole(row.id, events)
    ]  # fmt: skip


Numbered = tuple[int, Happened]


def _by_ticket(events: Iterable[Happened]) -> Mapping[int, list[Numbered]]:
    """Each ticket's events with their places in the whole order."""
    found: dict[int, list[Numbered]] = defaultdict(list)
    for place, event in enumerate(events):
        found[event.ticket_id].append((place, event))
    return found


def _sources(events: Iterable[Numbered]) -> list[int]:
    return [event.data["source"] for _, event in events if event.kind in FROM_ELSEWHERE]


def _is_whole(ticket_id: int, events: Mapping[int, list[Numbered]]) -> bool:
    """Whether the ticket's history, and that of the tickets it came from, begins at its start."""
    if not events.get(ticket_id):
        return False
    first = events[ticket_id][0][1]
    begins = "within" in first.data or first.kind == "split_off"
    return begins and all(_is_whole(one, events) for one in _sources(events[ticket_id]))


def _family(ticket_id: int, events: Mapping[int, list[Numbered]]) -> list[Happened]:
    wanted, taken = [ticket_id], set()
    found: list[Numbered] = []
    while wanted:
        one = wanted.pop()
        if one not in taken:
            taken.add(one)
            found += events[one]
            wanted += _sources(events[one])
    return [event for _, event in sorted(found, key=lambda numbered: numbered[0])]


def _replies(ticket_ids: Sequence[int]) -> Mapping[int, dict[int, Reply]]:
    """The answers of each ticket that were not taken back and did not fail, each measured against
    the buyer's last words before it."""
    query = (
        select(
            Message.ticket_id, Message.id, Message.kind, Message.lang, Message.author_id,
            Message.created_at, Message.delivery, Message.body, Draft.text,
        )
        .outerjoin(Draft, Draft.id == Message.draft_id)
        .where(Message.ticket_id.in_(ticket_ids), Message.kind != MessageKind.NOTE)
        .order_by(Message.ticket_id, Message.id)
    )  # fmt: skip
    found: dict[int, dict[int, Reply]] = defaultdict(dict)
    buyers: dict[int, str] = {}
    for row in db.session.execute(query):
        if row.kind == MessageKind.BUYER:
            buyers[row.ticket_id] = row.lang
        elif row.delivery not in GONE:
            found[row.ticket_id][row.id] = _reply(row, buyers.get(row.ticket_id, "und"))
    return found


def _reply(row: Any, buyers: str) -> Reply:
    return Reply(
        row.author_id, row.created_at,
        in_language=None if buyers == "und" else row.lang == buyers,
        unedited=None if row.text is None else row.text.strip() == row.body.strip(),
        held=row.delivery == DeliveryState.HELD,
    )  # fmt: skip
