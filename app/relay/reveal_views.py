"""A buyer's message as it was written, for the operator's supervisor who says why.

The look is noted in the ticket's history, reason and name included, before anything is shown: the
vendor's people see that it was looked at, and not what was seen.
"""

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_login import current_user

from app.extensions import db
from app.lib.clock import now
from app.relay.originals import original_of
from app.tickets.access import TicketNotFound, get_ticket
from app.tickets.forms import read_text
from app.tickets.models import MessageKind
from app.tickets.queries import message_of
from app.web.errors import error_page
from app.web.guards import operator_only
from app.web.i18n import gettext

blueprint = Blueprint("reveal", __name__)

SHORTEST_REASON = 8


@blueprint.errorhandler(TicketNotFound)
def no_such_ticket(_error: TicketNotFound) -> tuple[str, int]:
    """There is none."""
    return error_page(404)


@blueprint.post("/tickets/<int:ticket_id>/messages/<int:message_id>/reveal")
@operator_only
def reveal(ticket_id: int, message_id: int) -> Response | tuple[str, int]:
    """The original words, once."""
    ticket = get_ticket(current_user, ticket_id)
    message = message_of(ticket, message_id)
    if message is None or message.kind != MessageKind.BUYER:
        abort(404)
    reason = " ".join(read_text(request.form, "reason").split())[:200]
    if len(reason) < SHORTEST_REASON:
        said = gettext("Say why, in a few words: the vendor’s supervisor will read it.")
        return error_page(422, said)
    original = original_of(message)
    if original is None:
        return error_page(404, gettext("The original is not kept any more."))
    ticket.log("revealed", at=now(), agent_id=current_user.id, message=message.id, reason=reason)
    db.session.commit()
    answer = make_response(
        render_template("relay/stored_original.html", ticket=ticket, original=original)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
