"""What the board says in figures: the forecast of the next day, the groups, and a table to take
along.

All are narrowed as the board is. The table has numbers, codes and moments: no buyer's mask, words
or order, and no person but the assignee.
"""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask_login import current_user

from app.deadlines.board import day_of
from app.deadlines.forecast import forecast
from app.deadlines.group_words import by_names, line_words
from app.deadlines.groups import By, group_lines
from app.deadlines.rows import BoardRow, page_of
from app.deadlines.tiles import in_tile
from app.deadlines.views import read_selection
from app.lib.cells import csv_line
from app.lib.clock import now
from app.tickets import present
from app.web.fragments import is_fragment
from app.web.guards import supervisors_only
from app.web.paging import read_cursor

blueprint = Blueprint("figures", __name__)

MOST_PAGES = 400  # 20,000 rows: more is a matter for the database
COLUMNS = (
    "ticket", "vendor", "assignee", "level", "language", "state", "clock", "started_at", "due_at",
    "overdue_minutes", "exchanges", "times_told", "excused", "last_deed_at",
)  # fmt: skip


@blueprint.get("/deadlines/forecast")
@supervisors_only
def show_forecast() -> str:
    """A small chart with its table behind it."""
    chosen, day = read_selection(), day_of(current_user, now())
    hours = forecast(current_user, chosen, day)
    most = max(1.0, *(max(hour.due, hour.answers) for hour in hours))
    return render_template(
        "deadlines/_forecast.html" if is_fragment() else "deadlines/forecast.html",
        hours=hours, most=most, chosen=chosen, zone=day.zone,
    )  # fmt: skip


@blueprint.get("/deadlines/groups")
@supervisors_only
def show_groups() -> str:
    """What waits by vendor, agent, language or level, the worst first."""
    chosen, at = read_selection(), now()
    by = _read_by()
    return render_template(
        "deadlines/_groups.html" if is_fragment() else "deadlines/groups.html",
        lines=group_lines(current_user, chosen, by, day_of(current_user, at)),
        by=by, offered=_offered(), chosen=chosen, at=at, names=by_names(), key_of=by.value,
        line_words=line_words, present=present,
    )  # fmt: skip


def _offered() -> list[By]:
    """A vendor's own supervisor has one vendor."""
    return [one for one in By if current_user.is_operator or one is not By.VENDOR]


def _read_by() -> By:
    asked = request.args.get("by") or _offered()[0]
    return By(asked) if asked in _offered() else abort(404)


@blueprint.get("/deadlines.csv")
@supervisors_only
def table() -> Response:
    """The rows of the board, of all its pages."""
    lines = stream_with_context(_lines())
    name = f"deadlines-{now():%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=headers)


def _lines() -> Iterator[str]:
    yield csv_line(COLUMNS)
    chosen, day = read_selection(), day_of(current_user, now())
    conditions = chosen.conditions() + ([in_tile(chosen.only, day)] if chosen.only else [])
    after = None
    for _page in range(MOST_PAGES):
        page = page_of(
            current_user, conditions, by_due=chosen.by_due, after=after, with_words=False
        )
        yield "".join(csv_line(_values(row, day.now)) for row in page.rows)
        after = read_cursor(page.next_cursor)
        if after is None:
            return


def _values(row: BoardRow, at: Any) -> list[Any]:
    over = round((at - row.due_at).total_seconds() / 60) if row.due_at else None
    return [
        row.id, row.vendor, row.assignee, row.level, row.lang, row.state, row.clock,
        row.clock_started_at, row.due_at, over, row.exchanges, row.told, int(row.excused),
        row.deed_at,
    ]  # fmt: skip
