"""The supervisors' board at a million tickets, server time, through the whole application."""

from collections.abc import Iterator

from sqlalchemy import func, insert, literal, select, text

from app.accounts.models import Agent, Role
from app.extensions import Model, db
from app.tickets.models import Message, Ticket
from bench.desks import open_desk
from bench.figures import Figure, median_ms
from bench.visiting import ok, signed_in

SEEDED, COPIES = 50_000, 20
PAGES = {
    "all": "/deadlines",
    "level 2 not acknowledged": "/deadlines?only=unacknowledged",
    "one language": "/deadlines?lang=pl",
}


def board(database: str) -> Iterator[Figure]:
    """The first page of the board for the operator, who sees every vendor, and for a vendor's."""
    app = open_desk(database, "million", tickets=SEEDED, open_share=0.1)
    with app.app_context():
        _multiply()
        people = {"operator": _supervisor(of_vendor=False), "vendor": _supervisor(of_vendor=True)}
    for who, agent_id in people.items():
        client = signed_in(app, agent_id)
        for name, url in PAGES.items():
            figure = median_ms(lambda client=client, url=url: ok(client.get(url)))
            yield Figure(f"board of the {who}, {name}", "1,000,000 tickets, 100,000 open", database,
                         figure, "ms", 50)  # fmt: skip


def _multiply() -> None:
    """The seeded tickets so often that there are a million, each with its message."""
    if (db.session.scalar(select(func.max(Ticket.id))) or 0) < SEEDED * COPIES:
        for copy in range(1, COPIES):
            _copy(Ticket, "id", copy * SEEDED)
            _copy(Message, "ticket_id", copy * SEEDED)
            db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _copy(model: type[Model], key: str, offset: int) -> None:
    """The first rows of `model` once more, their `key` further on by `offset`."""
    table = model.__table__
    names = [column.name for column in table.columns if column.name != "id" or key == "id"]
    values = [table.c[name] + literal(offset) if name == key else table.c[name] for name in names]
    rows = select(*values).where(table.c[key] <= SEEDED)
    db.session.execute(insert(table).from_select(names, rows))


def _supervisor(*, of_vendor: bool) -> int:
    whose = Agent.vendor_id.is_not(None) if of_vendor else Agent.vendor_id.is_(None)
    query = select(Agent.id).where(Agent.role == Role.SUPERVISOR, Agent.team_id.is_(None), whose)
    return db.session.scalars(query.order_by(Agent.id)).first() or 0
