"""The scorecards at a million tickets, server time, through the whole application."""

from collections.abc import Iterator

from sqlalchemy import insert, select, text, true

from app.accounts.models import Vendor
from app.extensions import db
from app.quality.measures import Measure
from app.quality.rollup import sum_up
from app.quality.score_models import ScoreLine
from app.tickets.models import Ticket
from bench.board import _supervisor
from bench.desks import NOON, multiply, open_desk
from bench.figures import Figure, median_ms
from bench.visiting import ok, signed_in

SOWN, DAYS = 10_000, 365
BATCH = 100_000


def scorecard(database: str) -> Iterator[Figure]:
    """A vendor's card and the operator's table over a quarter, figures of a year behind them."""
    app = open_desk(database, "scores", tickets=SOWN)
    with app.app_context():
        multiply(1_000_000)
        _score()
        operator, slug = _supervisor(of_vendor=False), db.session.scalar(select(Vendor.slug))
        vendors = len(db.session.scalars(select(Vendor.id)).all())
    client = signed_in(app, operator)
    size = f"1,000,000 tickets, 5,000,000 lines, {vendors} vendors"
    pages = {
        "a vendor's card": f"/quality/vendors/{slug}?days=90",
        "all vendors": "/quality?days=90",
        "tickets behind a figure": f"/quality/vendors/{slug}/answer?days=90&hit=0",
    }
    for name, url in pages.items():
        figure = median_ms(lambda url=url: ok(client.get(url)))
        yield Figure(f"scorecard, {name}, 90 days", size, database, figure, "ms", 150)


def _score() -> None:
    """A line of five measures for every ticket, spread over a year; the rows of the sums."""
    if db.session.scalar(select(ScoreLine.id).limit(1)):
        return
    day = f"DATE '{NOON:%Y-%m-%d}' - id % {DAYS}"
    if db.engine.dialect.name == "sqlite":
        day = f"date('{NOON:%Y-%m-%d}', '-' || (id % {DAYS}) || ' days')"
    for measure in list(Measure)[:5]:
        most = 9 if measure == Measure.EXCHANGES else 1_500  # exchanges, or minutes
        for start in range(0, 1_000_000, BATCH):
            lines = select(
                Ticket.id, Ticket.vendor_id, Ticket.assignee_id, Ticket.level,
                text(f"'{measure}'"), text(day), Ticket.id % 7 > 0, Ticket.id % most,
                Ticket.id < 0,
            ).where(Ticket.id > start, Ticket.id <= start + BATCH)  # fmt: skip
            names = ["ticket_id", "vendor_id", "agent_id", "level", "measure", "day", "hit",
                     "value", "excused"]  # fmt: skip
            db.session.execute(insert(ScoreLine).from_select(names, lines))
            db.session.commit()
    sum_up(true())
    db.session.execute(text("ANALYZE"))
    db.session.commit()
