"""Big synthetic desks for benchmarks, written past the doors in bulk: rows, not conversations.

The rows are as the doors would leave them (clock columns included), the words are filler.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.seeds.people import hire_everybody
from app.tickets.clocks.due import Clock, Stage
from app.tickets.clocks.promises import Wait
from app.tickets.models import Buyer, Message, MessageKind, Ticket, TicketState

BATCH = 5_000
LANGS = ("fr", "en", "de", "es", "it", "nl", "pt", "pl")
BUYERS_EACH = 500


def seed_bulk(
    count: int, *, open_share: float, now: datetime, progress: Callable[[int, int], None]
) -> None:
    """`count` tickets, of which `open_share` wait for an answer. Commits a batch at a time."""
    dice = random.Random(count)  # noqa: S311 - filler, not a secret
    vendors = list(db.session.scalars(select(Vendor))) or hire_everybody()
    db.session.flush()
    staff = {vendor.id: _staff(vendor) for vendor in vendors}
    buyers = {vendor.id: _buyers(vendor) for vendor in vendors}
    for start in range(0, count, BATCH):
        end = min(start + BATCH, count)
        rows = [
            _ticket(number, dice, open_share=open_share, now=now, staff=staff, buyers=buyers)
            for number in range(start, end)
        ]
        new_ticket = insert(Ticket).returning(Ticket.id, sort_by_parameter_order=True)
        ids = db.session.scalars(new_ticket, rows).all()
        messages = [_message(row, ticket_id) for row, ticket_id in zip(rows, ids, strict=True)]
        db.session.execute(insert(Message), messages)
        due = [(row["due_at"], number) for row, number in zip(rows, ids, strict=True)]
        if waits := [_wait(due_at, ticket_id) for due_at, ticket_id in due if due_at]:
            db.session.execute(insert(Wait), waits)
        db.session.commit()
        progress(end, count)


def _staff(vendor: Vendor) -> list[int]:
    return list(db.session.scalars(select(Agent.id).filter_by(vendor_id=vendor.id)))


def _buyers(vendor: Vendor) -> list[int]:
    rows = [
        {
            "vendor_id": vendor.id, "pseudonym": f"Buyer {number:04X}", "lang": "en",
            "address_index": f"bulk-{vendor.id}-{number}", "address_sealed": b"",
        }
        for number in range(BUYERS_EACH)
    ]  # fmt: skip
    found = list(db.session.scalars(select(Buyer.id).filter_by(vendor_id=vendor.id)))
    if not found:
        found = list(db.session.scalars(insert(Buyer).returning(Buyer.id), rows))
    return found


def _ticket(
    number: int, dice: random.Random, *, open_share: float, now: datetime,
    staff: dict[int, list[int]], buyers: dict[int, list[int]],
) -> dict[str, Any]:  # fmt: skip
    vendor_id = dice.choice(list(staff))
    waits = dice.random() < open_share
    since = now - timedelta(hours=dice.uniform(0, 23.5 if waits else 2400))
    row: dict[str, Any] = {
        "vendor_id": vendor_id, "buyer_id": dice.choice(buyers[vendor_id]),
        "assignee_id": dice.choice([*staff[vendor_id], None]), "lang": dice.choice(LANGS),
        "subject": f"Order 900-{number:07d}", "snippet": "Where is my order? It was promised.",
        "order_ref": f"900-{number:07d}", "level": 1 + (dice.random() < 0.2),
        "level_confidence": 0.9, "level_reasons": [], "exchanges": dice.randrange(6),
        "undeliverable": False, "within_hours": 24, "opened_at": since, "active_at": since,
    }  # fmt: skip
    return row | (_clock(since) if waits else _quiet(dice))


def _clock(since: datetime) -> dict[str, Any]:
    return {
        "state": TicketState.OPEN, "unanswered_since": since, "clock": Clock.REPLY,
        "clock_started_at": since, "due_at": since + timedelta(hours=24),
    }  # fmt: skip


def _quiet(dice: random.Random) -> dict[str, Any]:
    return {
        "state": dice.choice((TicketState.WAITING, TicketState.CLOSED)), "unanswered_since": None,
        "clock": None, "clock_started_at": None, "due_at": None,
    }  # fmt: skip


def _wait(due_at: datetime, ticket_id: int) -> dict[str, Any]:
    return {"ticket_id": ticket_id, "next_stage": Stage.BREACH, "next_stage_at": due_at}


def _message(ticket: dict[str, Any], ticket_id: int) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id, "kind": MessageKind.BUYER, "lang": ticket["lang"],
        "body": "Where is my order? It was promised for Monday and nobody has answered.",
        "created_at": ticket["opened_at"],
    }  # fmt: skip
