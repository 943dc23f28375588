"""The deadlines page: for supervisors, of their own vendor or (the operator's) of all."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.deadlines.board import Group, Tile
from app.deadlines.board import board as read_board
from app.lib.clock import now
from app.lib.heartbeat import last_beat
from app.tickets import present
from app.tickets.queries import next_due_at
from app.web.fragments import is_fragment
from app.web.guards import supervisors_only
from app.web.i18n import gettext, span_words
from app.web.paging import read_cursor

blueprint = Blueprint("deadlines", __name__)


@blueprint.get("/deadlines")
@supervisors_only
def board() -> str:
    """Tiles, then rows in groups, the worst first."""
    at, only = now(), _tile()
    found = read_board(current_user, only, now=at, after=read_cursor(request.args.get("after")))
    due_at = None if found.groups else next_due_at(current_user)
    return render_template(
        "deadlines/_board.html" if is_fragment() else "deadlines/board.html",
        board=found, only=only, tiles=tile_names(), groups=group_names(), at=at, present=present,
        beat_at=last_beat("sweep"), reads=current_user.reads,
        due_in=span_words(due_at - at) if due_at and due_at > at else None,
    )  # fmt: skip


def _tile() -> Tile | None:
    asked = request.args.get("only")
    if not asked:
        return None
    return Tile(asked) if asked in set(Tile) else abort(404)


def tile_names() -> dict[Tile, str]:
    """What stands on the tiles."""
    return {
        Tile.OVERDUE: gettext("Overdue now"),
        Tile.UNACKNOWLEDGED: gettext("Level 2, not acknowledged"),
        Tile.NEAR: gettext("Due in under 2 h"),
        Tile.SHIFT: gettext("Due in under 8 h"),
        Tile.UNASSIGNED: gettext("Unassigned"),
        Tile.UNDELIVERABLE: gettext("Not delivered"),
    }


def group_names() -> dict[Group, str]:
    """What stands over the groups."""
    return {
        Group.OVERDUE: gettext("Overdue"),
        Group.NEAR: gettext("In the next 2 hours"),
        Group.TODAY: gettext("Later today"),
        Group.TOMORROW: gettext("Tomorrow"),
        Group.LATER: gettext("Later"),
        Group.STOPPED: gettext("No clock runs"),
    }
