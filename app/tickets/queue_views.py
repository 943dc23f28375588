"""The queue's pages: the tabs, and the lists that people work from."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from app.lib.clock import now
from app.tickets import present, queries
from app.tickets.forms import read_number
from app.tickets.page import desk_languages
from app.tickets.queries import Filters, View
from app.web.fragments import is_fragment, see_other
from app.web.i18n import span_words
from app.web.paging import read_cursor

blueprint = Blueprint("queue", __name__)


@blueprint.before_request
@login_required  # type: ignore[untyped-decorator]
def nobody_without_a_session() -> None:
    """Every address of this blueprint is for people of the desk."""


@blueprint.get("/")
def front() -> Response:
    """The desk opens on what waits for the person who opens it."""
    view = View.TEAM if current_user.is_supervisor else View.MINE
    return see_other("queue.show", view=view.value)


@blueprint.get("/tickets")
def show() -> str:
    """One tab of the queue, one page of it."""
    view, filters = _view(), _filters()
    at = now()
    page = queries.queue_page(
        current_user, view, now=at, filters=filters, after=read_cursor(request.args.get("after"))
    )
    due_at = None if page.rows else queries.next_due_at(current_user)
    due_in = span_words(due_at - at) if due_at and due_at > at else None
    template = "tickets/_queue.html" if is_fragment() else "tickets/queue.html"
    return render_template(
        template,
        view=view, views=list(View), filters=filters, page=page, at=at, present=present,
        counts=queries.queue_counts(current_user, now=at),
        empty=present.empty_words(view, due_in),
        languages=desk_languages(), reads=current_user.reads,
    )  # fmt: skip


def _view() -> View:
    asked = request.args.get("view", View.MINE)
    return View(asked) if asked in set(View) else abort(404)


def _filters() -> Filters:
    level, lang = read_number(request.args, "level"), request.args.get("lang")
    return Filters(
        level=level if level in {1, 2} else None,
        lang=lang if lang in desk_languages() else None,
    )
