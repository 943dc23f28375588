"""What supervisors do from the board without leaving it: each deed is a resource.

The first three take several tickets. The board comes back narrowed as it was, and says what was
done of how many.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.entering import me
from app.accounts.models import Agent
from app.deadlines import deeds, panel
from app.deadlines.deed_words import done_words, rule_words
from app.deadlines.deeds import AT_ONCE, chosen_tickets
from app.deadlines.views import read_selection
from app.extensions import db
from app.lib.clock import now
from app.tickets import present
from app.tickets.access import get_ticket
from app.tickets.composer.naming import insist
from app.tickets.composer.sending import Refused, approved, was_sent_already
from app.tickets.conversation import Word, acknowledge_for, give_word
from app.tickets.forms import read_local_moment, read_number, read_reply, read_text
from app.tickets.models import NotAllowed, Ticket
from app.web.errors import error_page
from app.web.fragments import is_fragment, see_other
from app.web.guards import supervisors_only
from app.web.i18n import gettext

blueprint = Blueprint("deeds", __name__)

Answer = str | Response | tuple[str, int]
T = "/deadlines/tickets/<int:ticket_id>"


class BadDeed(Exception):
    """A form that cannot be taken. Its text is for the person who sent it."""


@blueprint.errorhandler(BadDeed)
def bad_deed(error: BadDeed) -> Answer:
    """Nothing was done to any ticket."""
    db.session.rollback()
    return error_page(422, str(error))


# --- on several tickets --------------------------------------------------------------------


def _on_chosen(what: str, deed: Callable[..., None], **how: Any) -> Answer:
    ids = [int(one) for one in request.form.getlist("ticket") if one.isascii() and one.isdecimal()]
    if not ids:
        raise BadDeed(gettext("Choose at least one ticket."))
    if len(ids) > AT_ONCE:
        raise BadDeed(gettext("At most %(count)d tickets at once.", count=AT_ONCE))
    tickets, done = chosen_tickets(current_user, ids)
    deed(current_user, tickets, done, at=now(), **how)
    db.session.commit()
    return _back(done_words(what, done))


def _back(said: str) -> Response:
    flash(said)
    return see_other("deadlines.board", **read_selection().address())


@blueprint.post("/deadlines/nudges")
@supervisors_only
def nudge() -> Answer:
    """Ask whoever answers for the tickets to look at them."""
    return _on_chosen("nudge", deeds.nudge)


@blueprint.post("/deadlines/assignments")
@supervisors_only
def give() -> Answer:
    """Give the tickets to one person; without one, take them over."""
    wanted = read_number(request.form, "agent_id")
    to = db.session.get(Agent, wanted) if wanted else me()
    if to is None or to.disabled_at is not None:
        raise BadDeed(gettext("Choose somebody who works here."))
    return _on_chosen("give" if wanted else "take", deeds.give, to=to)


@blueprint.post("/deadlines/acknowledgements")
@supervisors_only
def acknowledge_all() -> Answer:
    """Acknowledge level-2 tickets in the desk's own words, each in its assignee's name."""
    return _on_chosen("acknowledge", deeds.acknowledge_all, until=_until())


def _until() -> Any:
    until = read_local_moment(request.form.get("until", "")[:20], current_user.timezone)
    if until is None or until <= now():
        raise BadDeed(gettext("The date of the next news must still be to come."))
    return until


# --- on one --------------------------------------------------------------------------------


@blueprint.get(T)
@supervisors_only
def show(ticket_id: int) -> Answer:
    """The last words of one ticket, and everything that can be done to it from the board."""
    return _panel(get_ticket(current_user, ticket_id))


def _panel(ticket: Ticket, complaints: tuple[str, ...] = ()) -> str:
    template = "deadlines/_panel.html" if is_fragment() else "deadlines/panel.html"
    view = panel.look_at(current_user, ticket, now())
    text = request.form.get("text") if complaints else None
    return render_template(
        template, view=view, ticket=ticket, complaints=complaints, text=text or view.words,
        chosen=read_selection(), present=present, reads=current_user.reads,
    )  # fmt: skip


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule of the ticket said no."""
    return refused(Refused([rule_words(error)]))


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Answer:
    """The panel again with the text; where there were several tickets, the sentence alone."""
    db.session.rollback()
    ticket_id = (request.view_args or {}).get("ticket_id")
    if ticket_id is None:
        return error_page(422, " ".join(error.complaints))
    return _panel(get_ticket(current_user, ticket_id), tuple(error.complaints)), error.status


@blueprint.post(T + "/acknowledgement")
@supervisors_only
def acknowledge(ticket_id: int) -> Answer:
    """Acknowledge on somebody's behalf, with the text that the supervisor saw."""
    ticket = get_ticket(current_user, ticket_id)
    form = read_reply(request.form)
    if was_sent_already(ticket, current_user, form):
        return _back(gettext("This was sent already."))
    if ticket.level != 2:
        raise NotAllowed("Only a level-2 ticket is acknowledged; answer this one.")
    named = ticket.assignee or me()
    answer, word = approved(ticket, current_user, form, has_date=True), Word(named, _date())
    acknowledge_for(ticket, current_user, answer, word=word, at=now())
    insist(answer, word)
    db.session.commit()
    return _back(gettext("Acknowledged. The promised date is the next deadline."))


def _date() -> Any:
    until = read_local_moment(request.form.get("until", "")[:20], current_user.timezone)
    if until is None:
        raise NotAllowed("The date of the next news must still be to come.")
    return until


@blueprint.post(T + "/promises")
@supervisors_only
def promise(ticket_id: int) -> Answer:
    """Note a date that the buyer was given in a way that the desk did not see."""
    ticket = get_ticket(current_user, ticket_id)
    named = ticket.assignee or me()
    give_word(ticket, Word(named, _date()), at=now())
    db.session.commit()
    return _back(gettext("Promised. The date is a deadline of its own."))


@blueprint.post(T + "/excuse")
@supervisors_only
def excuse(ticket_id: int) -> Answer:
    """Say why a deadline could not be kept; it stays counted, as excused."""
    ticket = get_ticket(current_user, ticket_id)
    deeds.excuse(ticket, current_user, read_text(request.form, "reason"), at=now())
    db.session.commit()
    return _back(gettext("Excused. It stays in the figures, as excused."))
