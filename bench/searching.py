"""The queue narrowed and the search, server time, at sizes ten times apart."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.search_index import rebuild
from bench.desks import multiply, open_desk
from bench.figures import Figure, median_ms
from bench.visiting import ok, signed_in

SOWN = 10_000
SIZES = (100_000, 1_000_000)
LISTS = {
    "queue, team": "/tickets?view=team",
    "queue, team, three filters": "/tickets?view=team&lang=pl&level=2&agent=0",
    "queue, all, three filters": "/tickets?view=all&lang=pl&level=2&state=closed",
    "queue, all, older than 30 days": "/tickets?view=all&days=30",
}
QUESTIONS = {
    "search, a word of every ticket": "order",
    "search, an order": "order:900-0000042",
    "search, a phrase, narrowed": '"order 900" lang:pl level:2 is:closed',
    "search, nothing to be found": "order zeppelin",
}
PEERS = {
    "queue, team": "FreeScout 41 ms, django-helpdesk 797 ms",
    "search, a word of every ticket": "FreeScout 7,700 ms, django-helpdesk 500 to 1,470 ms",
}


def searching(database: str) -> Iterator[Figure]:
    """What a vendor's agent waits for: pages of the queue, and of what was found."""
    for tickets in SIZES:
        app = open_desk(database, f"tickets_{tickets}", tickets=SOWN)
        client = signed_in(app, _fill(app, tickets))
        for what, url in LISTS.items():
            yield _figure(client, what, url, (database, tickets, 25))
        for what, question in QUESTIONS.items():
            yield _figure(client, what, f"/search?q={question}", (database, tickets, 50))


def _figure(client, what: str, url: str, measured: tuple[str, int, int]) -> Figure:
    database, tickets, target = measured
    figure = median_ms(lambda: ok(client.get(url)))
    return Figure(what, f"{tickets:,}", database, figure, "ms", target, peer=PEERS.get(what, ""))


def _fill(app: Flask, tickets: int) -> int:
    """So many tickets, all of them in the index. The agent who will look."""
    with app.app_context():
        multiply(tickets)
        if (db.session.scalar(text("SELECT count(*) FROM ticket_search")) or 0) < tickets:
            for _done in rebuild():
                pass
        found = db.session.scalars(select(Agent.id).where(Agent.vendor_id.is_not(None))).first()
        db.session.remove()
    return found or 0
