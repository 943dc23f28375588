"""The queue: one page of one tab, narrowed, and how many stand in each tab.

A page is found in two steps: the numbers of its tickets from an index that holds every column
which a filter asks for, then the rows of these. So a page costs the same whatever is asked and
however many tickets there are. Reads only.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_, select

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.access import may_see
from app.tickets.models import Ticket, TicketEvent, TicketState
from app.tickets.queries import DUE_VIEWS, Filters, QueueRow, View, cut, in_order, rows
from app.tickets.tags import Tag, TicketTag
from app.web.paging import Cursor, Page

COUNT_UP_TO = 1000
COUNTED = (*sorted(DUE_VIEWS), View.WAITING, View.ALL)
FEW = 2000  # tagged tickets that are read one by one
# The facets with an index of their own in the order of the latest words, the rarest first.
_LEADS = ("agent_id", "intent", "lang", "state")


def queue_page(
    agent: Agent, view: View, *, now: datetime, filters: Filters, after: Cursor | None = None
) -> Page[QueueRow]:
    """One page of the queue in the order in which it should be worked."""
    by_due = view in DUE_VIEWS
    query = select(Ticket.id).where(*narrowed(agent, view, filters, now=now))
    numbers = db.session.scalars(in_order(query, by_due=by_due, after=after)).all()
    found: Any = db.session.execute(rows().where(Ticket.id.in_(numbers))) if numbers else ()
    by_number = {row[0]: QueueRow(*row) for row in found}
    return cut([by_number[number] for number in numbers], by_due=by_due)


def narrowed(
    agent: Agent, view: View, filters: Filters, *, now: datetime
) -> list[ColumnElement[bool]]:
    """The conditions on the tickets of a tab that `agent` sees."""
    shade = _Shade(_lead(view, filters))
    conditions = [may_see(agent, shade("vendor_id")), *_in_view(agent, view, shade, now)]
    if filters.vendor_id is not None:
        conditions.append(shade("vendor_id") == filters.vendor_id)
    for name in ("level", "lang", "state", "intent"):
        wanted = getattr(filters, name)
        if wanted is not None:
            conditions.append(shade(name) == wanted)
    if filters.agent_id is not None:
        assignee = shade("agent_id")
        conditions.append(assignee == filters.agent_id if filters.agent_id else assignee.is_(None))
    if filters.days is not None:
        conditions.append(_aged(view) <= now - timedelta(days=filters.days))
    if filters.tag is not None:
        conditions.append(_tagged(agent, filters.tag))
    return conditions


def _lead(view: View, filters: Filters) -> str:
    """The column whose index the page is read from."""
    if filters.tag is not None:
        return "id"
    if view == View.MINE or filters.agent_id:
        return "agent_id"
    if view in DUE_VIEWS:
        return "vendor_id"
    by_state = "state" if view in {View.WAITING, View.CLOSED} else "vendor_id"
    return next((name for name in _LEADS if getattr(filters, name)), by_state)


def _aged(view: View) -> Any:
    """What a ticket's age counts from: where buyers wait from their first words, elsewhere from the
    last words of anybody, which is the order of the list."""
    return Ticket.opened_at if view in DUE_VIEWS else Ticket.active_at


class _Shade:
    """Columns as conditions ask for them. SQLite keeps no statistics and may read from the wrong
    one of several indexes, so there all but the leading column stand in an expression."""

    def __init__(self, lead: str) -> None:
        self._lead = lead
        self._plain = db.session.get_bind().dialect.name != "sqlite"

    def __call__(self, name: str) -> ColumnElement[Any]:
        column: Any = Ticket.assignee_id if name == "agent_id" else getattr(Ticket, name)
        if self._plain or name == self._lead:
            return column  # type: ignore[no-any-return]
        nothing: Any = "" if isinstance(column.type, String) else 0
        return column + nothing  # type: ignore[no-any-return]


def _in_view(agent: Agent, view: View, shade: _Shade, now: datetime) -> list[ColumnElement[bool]]:
    match view:
        case View.MINE:
            awake = or_(Ticket.snoozed_until.is_(None), Ticket.snoozed_until <= now)
            return [Ticket.due_at.is_not(None), shade("agent_id") == agent.id, awake]
        case View.TEAM:
            return [Ticket.due_at.is_not(None)]
        case View.UNASSIGNED:
            return [Ticket.due_at.is_not(None), shade("agent_id").is_(None)]
        case View.OVERDUE:
            return [Ticket.due_at <= now]
        case View.WAITING:
            return [shade("state") == TicketState.WAITING]
        case View.CLOSED:
            return [shade("state") == TicketState.CLOSED]
        case View.ALL:
            return []


def _tagged(agent: Agent, name: str) -> ColumnElement[bool]:
    """Tickets with this tag: by their numbers while they are few, asked one by one when many."""
    mine = select(Tag.id).where(may_see(agent, Tag.vendor_id), Tag.name == name)
    wanted = TicketTag.tag_id.in_(mine)
    numbers = db.session.scalars(select(TicketTag.ticket_id).where(wanted).limit(FEW + 1)).all()
    if len(numbers) <= FEW:
        return Ticket.id.in_(numbers)
    return select(TicketTag.tag_id).where(wanted, TicketTag.ticket_id == Ticket.id).exists()


def last_event() -> int:
    """The newest line of any ticket's history: while it is the same one, nothing changed."""
    return db.session.scalar(select(func.max(TicketEvent.id))) or 0


def queue_counts(agent: Agent, *, now: datetime) -> tuple[dict[str, int], int]:
    """How many tickets stand in each tab, counted up to COUNT_UP_TO; and the last event."""
    counts = [_counted(agent, view, now).label(view.value) for view in COUNTED]
    newest = select(func.max(TicketEvent.id)).scalar_subquery()
    *found, event = db.session.execute(select(*counts, newest)).one()
    return {view.value: count for view, count in zip(COUNTED, found, strict=True)}, event or 0


def _counted(agent: Agent, view: View, now: datetime) -> Any:
    some = select(Ticket.id).where(*narrowed(agent, view, Filters(), now=now)).limit(COUNT_UP_TO)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
