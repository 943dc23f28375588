"""The deadlines page: for supervisors, of their own vendor or (the operator's) of all."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.deadlines import wording
from app.deadlines.board import (
    Selection,
    count_of,
    day_of,
    people_of,
    vendors_for,
)
from app.deadlines.board import board as read_board
from app.deadlines.tiles import Tile
from app.extensions import part
from app.lib.clock import now
from app.lib.heartbeat import last_beat
from app.tickets import present
from app.tickets.forms import read_number, suggested_promise
from app.tickets.page import desk_languages
from app.tickets.queries import next_due_at
from app.web.fragments import is_fragment
from app.web.guards import supervisors_only
from app.web.paging import read_cursor

blueprint = Blueprint("deadlines", __name__)


@blueprint.get("/deadlines")
@supervisors_only
def board() -> str:
    """Tiles, then rows in groups, the worst first."""
    at, chosen = now(), read_selection()
    day = day_of(current_user, at)
    found = read_board(current_user, chosen, day, after=read_cursor(request.args.get("after")))
    due_at = None if found.groups else next_due_at(current_user)
    return render_template(
        "deadlines/_board.html" if is_fragment() else "deadlines/board.html",
        board=found, chosen=chosen, at=at, count_of=count_of, wording=wording, present=present,
        reads=current_user.reads, health=_health(at), choices=_choices(chosen),
        soon=suggested_promise(at, current_user.timezone),
        empty=wording.empty_words(chosen, due_at - at if due_at else None),
    )  # fmt: skip


def read_selection() -> Selection:
    """What the address asks for. A tile that does not exist is an address that does not."""
    asked, lang = request.args.get("only") or None, request.args.get("lang")
    level = read_number(request.args, "level")
    return Selection(
        only=None if asked is None else Tile(asked) if asked in set(Tile) else abort(404),
        vendor=read_number(request.args, "vendor"),
        agent=read_number(request.args, "agent"),
        lang=lang if lang in desk_languages() else None,
        level=level if level in {1, 2} else None,
    )


def _choices(chosen: Selection) -> dict[str, Any]:
    """What the board can be narrowed to."""
    return {
        "vendors": vendors_for(current_user),
        "agents": people_of(chosen.vendor if current_user.is_operator else current_user.vendor_id),
        "languages": desk_languages(),
    }


def _health(at: datetime) -> dict[str, Any]:
    """Whether the desk behind the board moves: how long ago it swept, what waits, what failed."""
    swept_at, oldest = last_beat("sweep"), part("oldest_unread")()
    return {
        "swept": at - swept_at if swept_at else None,
        "unread": max(at - oldest, timedelta(0)) if oldest else timedelta(0),
    }
