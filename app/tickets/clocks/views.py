"""What people do to a clock besides answering: say that no reply is needed, take an answer back."""

from datetime import datetime

from flask import Blueprint, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.aim import aim_of, aimed_at
from app.extensions import db
from app.lib.clock import now
from app.tickets import conversation, present, queries
from app.tickets.access import get_ticket
from app.tickets.clocks.promises import SilenceReason
from app.tickets.clocks.words import silence_names
from app.tickets.forms import read_text
from app.tickets.models import Message, NotAllowed, Ticket
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext

blueprint = Blueprint("clocks", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule said no."""
    db.session.rollback()
    return error_page(422, present.rule_words(error))


@blueprint.post("/tickets/<int:ticket_id>/silence")
def be_silent(ticket_id: int) -> Answer:
    """No reply is needed: the clock stops, with a reason."""
    ticket = get_ticket(current_user, ticket_id)
    reason = request.form.get("reason", "")
    if reason not in set(SilenceReason):
        return error_page(422, gettext("Say why no reply is needed."))
    note = " ".join(read_text(request.form, "note").split())
    conversation.be_silent(ticket, current_user, SilenceReason(reason), at=now(), note=note)
    db.session.commit()
    flash(gettext("No reply needed. The clock has stopped, and the reason is kept."))
    return see_other("tickets.show", ticket_id=ticket.id)


@blueprint.post("/tickets/<int:ticket_id>/messages/<int:message_id>/withdrawal")
def undo(ticket_id: int, message_id: int) -> Answer:
    """Take an answer back before it leaves; its text stands in the composer again."""
    ticket = get_ticket(current_user, ticket_id)
    message = queries.message_of(ticket, message_id) or abort(404)
    conversation.undo(ticket, message, current_user, at=now())
    db.session.commit()
    flash(gettext("Taken back. Nothing was sent, and the clock runs on as before."))
    return see_other("tickets.show", anchor="composer", ticket_id=ticket.id, again=message.id)


def can_be_undone(message: Message) -> bool:
    """Whether the page offers to take this answer back."""
    still_here = message.next_try_at is not None and message.next_try_at > now()
    return still_here and not message.tries and message.author_id == current_user.id


def own_aim_of(ticket: Ticket) -> datetime | None:
    """When the vendor itself wants to have answered what waits. Beside the clock, never instead."""
    aim = aim_of(ticket.vendor.own_aim)
    since = ticket.unanswered_since
    return aimed_at(aim, since) if aim and since else None


@blueprint.app_context_processor
def for_the_ticket_page() -> dict[str, object]:
    """What the ticket page's templates ask of clocks."""
    return {
        "silence_names": silence_names, "can_be_undone": can_be_undone, "own_aim_of": own_aim_of,
    }  # fmt: skip
