"""The pages that agents live in, behind gunicorn, at sizes ten times apart: queue, ticket, search.

Each is asked for sixty times; the median must keep its limit, and nineteen in twenty twice that.
"""

from collections.abc import Iterator
from statistics import median, quantiles

from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import Agent
from app.extensions import db
from app.lib.database import learn_sizes
from app.tickets.models import Ticket
from app.tickets.search.index import rebuild
from bench.desks import multiply, open_desk
from bench.figures import Figure, seconds_of
from bench.serving import Visitor, served

SOWN = 10_000
TIMES = 60
SIZES = (100_000, 1_000_000)
LISTS = {
    "queue, team": "/tickets?view=team",
    "queue, team, three filters": "/tickets?view=team&lang=pl&level=2&agent=0",
    "queue, all": "/tickets?view=all",
    "queue, all, three filters": "/tickets?view=all&lang=pl&level=2&state=closed",
    "queue, all, older than 30 days": "/tickets?view=all&days=30",
}
QUESTIONS = {
    "search, a word of every ticket": "order",
    "search, an order": "order:900-0000042",
    "search, a phrase, narrowed": "%22order+900%22+lang:pl+level:2+is:closed",
    "search, nothing to be found": "order+zeppelin",
}
PEERS = {
    "queue, team": "FreeScout 41 ms, django-helpdesk 797 ms",
    "ticket": "FreeScout 34 ms, django-helpdesk 68 ms",
    "search, a word of every ticket": "FreeScout 7,700 ms, django-helpdesk 500 to 1,470 ms",
}


def pages(database: str) -> Iterator[Figure]:
    """What a vendor's agent waits for."""
    for tickets in SIZES:
        app = open_desk(database, f"tickets_{tickets}", tickets=SOWN)
        agent_id, ticket_id = _fill(app, tickets)
        limits = {name: (url, 25) for name, url in LISTS.items()}
        limits["ticket"] = (f"/tickets/{ticket_id}", 30)
        limits |= {name: (f"/search?q={asked}", 50) for name, asked in QUESTIONS.items()}
        with served(app, agent_id) as visitor:
            for name, (url, limit) in limits.items():
                for what, figure, target in _figures(visitor, url, limit):
                    yield Figure(f"{name}{what}", f"{tickets:,}", database, figure, "ms", target,
                                 peer="" if what else PEERS.get(name, ""))  # fmt: skip


def _figures(visitor: Visitor, url: str, limit: int) -> Iterator[tuple[str, float, int]]:
    for _ in range(5):
        visitor.get(url)
    times = [seconds_of(lambda: visitor.get(url)) * 1000 for _ in range(TIMES)]
    yield "", median(times), limit
    yield ", p95", quantiles(times, n=20)[-1], 2 * limit


def _fill(app: Flask, tickets: int) -> tuple[int, int]:
    """So many tickets, all of them in the index. The agent who will look, and at which ticket."""
    with app.app_context():
        multiply(tickets)
        if (db.session.scalar(text("SELECT count(*) FROM ticket_search")) or 0) < tickets:
            for _done in rebuild():
                pass
        learn_sizes()
        agent = db.session.scalars(select(Agent).where(Agent.vendor_id.is_not(None))).first()
        whose = agent.vendor_id if agent else 0
        ticket = db.session.scalars(select(Ticket.id).where(Ticket.vendor_id == whose)).first()
        db.session.remove()
    return agent.id if agent else 0, ticket or 0
