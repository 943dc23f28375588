"""The search's pages: what was found, and the closed tickets beside an open one."""

from flask import Blueprint, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.lib.clock import now
from app.tickets import present
from app.tickets.access import get_ticket
from app.tickets.forms import read_number
from app.tickets.search.finding import Found, NoSuchValue, search
from app.tickets.search.likeness import similar
from app.tickets.search.passages import passages
from app.tickets.search.question import Question, ticket_number
from app.web.fragments import is_fragment, see_other
from app.web.guards import people_only
from app.web.i18n import gettext

blueprint = Blueprint("search", __name__)
people_only(blueprint)

LONGEST = 300

Answer = str | Response | tuple[str, int]


@blueprint.get("/search")
def show() -> Answer:
    """What fits the question; the ticket itself for its number."""
    asked = " ".join(request.args.get("q", "").split())[:LONGEST]
    number = ticket_number(asked)
    if number is not None:
        return see_other("tickets.show", ticket_id=get_ticket(current_user, number).id)
    try:
        found = search(current_user, asked, now=now(), below=read_number(request.args, "below"))
    except NoSuchValue as error:
        return _page(asked, Found(Question(), [], None), complaint=value_words(error)), 422
    return _page(asked, found)


def _page(asked: str, found: Found, complaint: str = "") -> str:
    return render_template(
        "tickets/search.html",
        asked=asked, found=found, complaint=complaint, at=now(), present=present,
        passages=passages([row.id for row in found.rows], found.question),
        reads=current_user.reads,
    )  # fmt: skip


@blueprint.get("/tickets/<int:ticket_id>/similar")
def show_similar(ticket_id: int) -> Answer:
    """The side panel's piece, asked for when the page is there."""
    ticket = get_ticket(current_user, ticket_id)
    if not is_fragment():
        return see_other("tickets.show", ticket_id=ticket.id)
    return render_template("tickets/_similar.html", similar=similar(current_user, ticket))


def value_words(error: NoSuchValue) -> str:
    """Why an operator's value finds nothing, and what would."""
    return {
        "lang": gettext("“lang:” wants a language’s code, such as lang:fr."),
        "level": gettext("“level:” is 1 or 2."),
        "intent": gettext("No intent is called “%(value)s”.", value=error.value),
        "agent": gettext(
            "Nobody here is called “%(value)s”. “agent:me” and “agent:none” work too.",
            value=error.value,
        ),
        "is": gettext(
            "“is:” knows open, waiting, closed, overdue, unassigned, mine and undeliverable."
        ),
        "tag": gettext("No tag is called “%(value)s”.", value=error.value),
        "vendor": gettext("No vendor is called “%(value)s”.", value=error.value),
    }.get(error.operator, gettext("Say what to look for after “%(name)s:”.", name=error.operator))
