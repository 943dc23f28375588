"""What else is done with a ticket: tags, putting it aside, spam, blocking its buyer, and what the
vendor notes about that buyer. Each is a form that changes one thing and leads back.
"""

from flask import Blueprint, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.lib.clock import now
from app.tickets import conversation, present, tags
from app.tickets.access import get_ticket
from app.tickets.clocks.promises import SilenceReason
from app.tickets.forms import read_local_moment, read_text
from app.tickets.models import NotAllowed
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext

blueprint = Blueprint("more", __name__, url_prefix="/tickets/<int:ticket_id>")
people_only(blueprint)

Answer = Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule said no."""
    db.session.rollback()
    return error_page(422, present.rule_words(error))


@blueprint.post("/tags")
def put_tag(ticket_id: int) -> Answer:
    """Put a word on the ticket."""
    ticket = get_ticket(current_user, ticket_id)
    name = tags.read_name(read_text(request.form, "name"))
    if not name:
        raise NotAllowed("A tag needs a word.")
    tags.tag([ticket], name, current_user, at=now())
    return _done(ticket_id)


@blueprint.post("/tags/removal")
def take_tag_off(ticket_id: int) -> Answer:
    """Take a word off it."""
    ticket = get_ticket(current_user, ticket_id)
    name = tags.read_name(read_text(request.form, "name"))
    tags.untag([ticket], name, current_user, at=now())
    return _done(ticket_id)


@blueprint.post("/snooze")
def snooze(ticket_id: int) -> Answer:
    """Put the ticket aside, out of one's own list, until a time before its deadline."""
    ticket = get_ticket(current_user, ticket_id)
    until = read_local_moment(request.form.get("until", ""), current_user.timezone)
    ticket.snooze(until, at=now(), agent_id=current_user.id)
    flash(gettext("Put aside. Its clock runs on."))
    return _done(ticket_id)


@blueprint.post("/snooze/removal")
def wake(ticket_id: int) -> Answer:
    """Take it up again."""
    ticket = get_ticket(current_user, ticket_id)
    ticket.wake(at=now(), agent_id=current_user.id)
    return _done(ticket_id)


@blueprint.post("/spam")
def spam(ticket_id: int) -> Answer:
    """Nobody needs an answer to this: the clock stops, and the reason is looked at as always."""
    ticket, at = get_ticket(current_user, ticket_id), now()
    if ticket.unanswered_since is not None:
        conversation.be_silent(ticket, current_user, SilenceReason.UNWANTED, at=at)
    ticket.close(at=at, agent_id=current_user.id)
    ticket.log("spam", at=at, agent_id=current_user.id)
    flash(gettext("Closed as spam. Supervisors look at a sample of these."))
    return _done(ticket_id)


@blueprint.post("/block")
def block(ticket_id: int) -> Answer:
    """Further mails of this buyer to this vendor are noted and have no effect."""
    ticket = get_ticket(current_user, ticket_id)
    ticket.buyer.blocked_at = ticket.buyer.blocked_at or now()
    ticket.log("blocked", at=now(), agent_id=current_user.id)
    flash(gettext("Blocked. Their mails are kept, but nobody sees them."))
    return _done(ticket_id)


@blueprint.post("/block/removal")
def unblock(ticket_id: int) -> Answer:
    """The buyer's mails come in again."""
    ticket = get_ticket(current_user, ticket_id)
    ticket.buyer.blocked_at = None
    ticket.log("unblocked", at=now(), agent_id=current_user.id)
    return _done(ticket_id)


@blueprint.post("/buyer-note")
def note_on_buyer(ticket_id: int) -> Answer:
    """What the vendor's people should know about this buyer, on each of their tickets."""
    ticket = get_ticket(current_user, ticket_id)
    ticket.buyer.note = read_text(request.form, "note")[:2_000]
    flash(gettext("Kept."))
    return _done(ticket_id)


def _done(ticket_id: int) -> Response:
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket_id)
