"""The composer's third recipient: the operator, for a vendor's people; the vendor, for the
operator's."""

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.deadlines import across
from app.extensions import db
from app.lib.clock import now
from app.tickets import present
from app.tickets.access import get_ticket
from app.tickets.composer.seat_views import people_only
from app.tickets.composer.sending import Refused, refuse_too_long
from app.tickets.forms import read_reply
from app.tickets.models import NotAllowed
from app.tickets.showing import composer_again
from app.web.fragments import see_other

blueprint = Blueprint("across", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """Nothing was written; the text stands in the composer."""
    return refused(Refused([present.rule_words(error)]))


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Answer:
    """The page again, in the tab from which it came."""
    return composer_again(error, tab="across")


@blueprint.post("/tickets/<int:ticket_id>/notes-across")
def write(ticket_id: int) -> Answer:
    """Write to the other side of the desk."""
    ticket = get_ticket(current_user, ticket_id)
    form = read_reply(request.form)
    refuse_too_long(form)
    message = across.write_across(ticket, current_user, form.note, at=now())
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket.id, anchor=f"m{message.id}")
