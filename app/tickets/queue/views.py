"""The queue's pages: the tabs, the lists that people work from, and the views that they save."""

from datetime import datetime
from hashlib import blake2s

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.lib.clock import now
from app.tickets import present, queries
from app.tickets.forms import read_text
from app.tickets.models import NotAllowed, TicketState
from app.tickets.page import desk_languages
from app.tickets.queries import DUE_VIEWS, QueueRow, View
from app.tickets.queue import saved_views
from app.tickets.queue.address import DAYS, query_of, read_filters, values_of
from app.tickets.queue.lists import last_event, queue_counts, queue_page
from app.tickets.queue.people import choices
from app.web.errors import error_page
from app.web.fragments import is_fragment, see_other
from app.web.guards import people_only
from app.web.i18n import span_words
from app.web.paging import Page, read_cursor

blueprint = Blueprint("queue", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
def front() -> Response:
    """The desk opens on what waits for the person who opens it."""
    view = View.TEAM if current_user.is_supervisor else View.MINE
    return see_other("queue.show", view=view.value)


@blueprint.get("/tickets")
def show() -> Answer:
    """One tab of the queue, one page of it. A page that asks again says what it has `seen`, and
    is answered with nothing while that is all there is."""
    view, at = _view(), now()
    filters = read_filters(request.args, view, desk_languages())
    beat, _, drawn = request.args.get("seen", "").partition("~")
    if is_fragment() and beat == _beat(last_event(), at):
        return "", 204
    page = queue_page(
        current_user, view, now=at, filters=filters, after=read_cursor(request.args.get("after"))
    )
    counts, event = queue_counts(current_user, now=at)
    shown = _print_of(page, counts, at)
    if is_fragment() and drawn == shown:
        return "", 204
    given = {
        "view": view, "filters": filters, "page": page, "at": at, "present": present,
        "counts": counts, "empty": _empty_words(view, page, at), "reads": current_user.reads,
        "values": values_of(view, filters), "seen": f"{_beat(event, at)}~{shown}",
        "choices": choices(current_user),
    }  # fmt: skip
    if is_fragment():
        return render_template("tickets/_queue.html", **given)
    return render_template(
        "tickets/queue.html",
        **given, views=list(View), languages=desk_languages(), days=DAYS,
        states=list(TicketState), saved=saved_views.seen_by(current_user),
        query=query_of(view, filters),
    )  # fmt: skip


def _empty_words(view: View, page: Page[QueueRow], at: datetime) -> str:
    due_at = queries.next_due_at(current_user) if view in DUE_VIEWS and not page.rows else None
    return present.empty_words(view, span_words(due_at - at) if due_at and due_at > at else None)


def _view() -> View:
    asked = request.args.get("view", View.MINE)
    return View(asked) if asked in set(View) else abort(404)


def _beat(event: int, at: datetime) -> str:
    """Anything that happened to any ticket makes it another one, and so does the next minute: the
    clocks on the page are wrong then."""
    return f"{event}.{at:%H%M}"


def _print_of(page: Page[QueueRow], counts: dict[str, int], at: datetime) -> str:
    """What a page shows, in few letters: an equal one need not be drawn again."""
    said = repr((page.rows, counts, f"{at:%H%M}"))
    return blake2s(said.encode(), digest_size=8).hexdigest()


# --- saved views ---------------------------------------------------------------------------


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule said no."""
    db.session.rollback()
    return error_page(422, present.rule_words(error))


@blueprint.post("/tickets/views")
def save_view() -> Answer:
    """Keep the tab with its filters under a name."""
    view = _view_of_form()
    filters = read_filters(request.form, view, desk_languages())
    shared = request.form.get("shared") == "yes"
    name = read_text(request.form, "name")
    saved_views.keep(current_user, name, query_of(view, filters), shared=shared)
    db.session.commit()
    return see_other("queue.show", **values_of(view, filters))


def _view_of_form() -> View:
    asked = request.form.get("view", "")
    return View(asked) if asked in set(View) else abort(404)


@blueprint.post("/tickets/views/<int:view_id>/removal")
def forget_view(view_id: int) -> Answer:
    """Take a view of one's own away."""
    if not saved_views.forget(current_user, view_id):
        abort(404)
    db.session.commit()
    return see_other("queue.front")
