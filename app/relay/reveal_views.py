"""What was hidden in a buyer's message: an agent may doubt it, the operator's supervisor may look
behind it and show a value again.

A look is noted in the ticket's history, reason and name included, before anything is shown: the
vendor's people see that it was looked at, and not what was seen.
"""

from flask import Blueprint, abort, flash, make_response, render_template, request
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from app.extensions import db
from app.lib.clock import now
from app.relay import showing
from app.relay.originals import original_of
from app.tickets.access import get_ticket
from app.tickets.forms import read_text
from app.tickets.models import Message, MessageKind, NotAllowed, Ticket
from app.tickets.queries import message_of
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import operator_only
from app.web.i18n import gettext

blueprint = Blueprint("reveal", __name__)

SHORTEST_REASON = 8

Answer = Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> tuple[str, int]:
    """A rule said no."""
    db.session.rollback()
    return error_page(422, str(error))


def _buyers_message(ticket: Ticket, message_id: int) -> Message:
    message = message_of(ticket, message_id)
    if message is None or message.kind != MessageKind.BUYER:
        abort(404)
    message.ticket = ticket
    return message


def _reason() -> str:
    reason = " ".join(read_text(request.form, "reason").split())[:200]
    if len(reason) < SHORTEST_REASON:
        raise NotAllowed(gettext("Say why, in a few words: the vendor’s supervisor will read it."))
    return reason


@blueprint.post("/tickets/<int:ticket_id>/messages/<int:message_id>/doubt")
@login_required  # type: ignore[untyped-decorator]
def doubt(ticket_id: int, message_id: int) -> Answer:
    """An agent says that something is hidden which is no contact."""
    message = _buyers_message(get_ticket(current_user, ticket_id), message_id)
    showing.doubt(message, current_user, at=now())
    db.session.commit()
    flash(gettext("The operator was asked to look at it."))
    return see_other("tickets.show", ticket_id=ticket_id)


@blueprint.post("/tickets/<int:ticket_id>/messages/<int:message_id>/showing")
@operator_only
def show_again(ticket_id: int, message_id: int) -> Answer:
    """One value is no contact: the ticket shows it from now on."""
    message = _buyers_message(get_ticket(current_user, ticket_id), message_id)
    value = read_text(request.form, "value")
    showing.show_again(message, value, current_user, reason=_reason())
    db.session.commit()
    flash(gettext("Shown again in this ticket."))
    return see_other("tickets.show", ticket_id=ticket_id)


@blueprint.post("/tickets/<int:ticket_id>/messages/<int:message_id>/reveal")
@operator_only
def reveal(ticket_id: int, message_id: int) -> Answer:
    """The original words, once."""
    ticket = get_ticket(current_user, ticket_id)
    message, reason = _buyers_message(ticket, message_id), _reason()
    original = original_of(message)
    if original is None:
        return error_page(404, gettext("The original is not kept any more."))
    ticket.log("revealed", at=now(), agent_id=current_user.id, message=message.id, reason=reason)
    db.session.commit()
    answer = make_response(
        render_template(
            "relay/stored_original.html", ticket=ticket, message=message, original=original
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
