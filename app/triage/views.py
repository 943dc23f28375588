"""The level of a ticket, corrected by a person; and the page on which supervisors see how well the
desk sorts.

Gives the ticket page what triage knows: marked words, reasons, the checklist.
"""

from flask import Blueprint, flash, render_template, request
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from app.extensions import db
from app.lib.clock import now
from app.tickets import present
from app.tickets.access import get_ticket
from app.tickets.forms import read_number, read_text
from app.tickets.page import TicketPage
from app.tickets.sorting import NoSuchLevel
from app.triage import figures, wording
from app.triage.checklist import Item, Told, checklist
from app.triage.corrections import correct, latest
from app.triage.marking import in_translation, with_weighed
from app.triage.versions import all_versions
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import supervisors_only
from app.web.i18n import gettext

blueprint = Blueprint("triage", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(NoSuchLevel)
def no_such_level(_error: NoSuchLevel) -> Answer:
    """There are two."""
    return error_page(422, gettext("The level is 1 or 2."))


@blueprint.post("/tickets/<int:ticket_id>/level")
@login_required  # type: ignore[untyped-decorator]
def set_level(ticket_id: int) -> Answer:
    """A person decides level and intent, or confirms them; the desk learns from it."""
    ticket = get_ticket(current_user, ticket_id)
    was = ticket.assignee_id
    correct(
        ticket, current_user,
        level=read_number(request.form, "level") or 0,
        intent=request.form.get("intent"),
        reason=" ".join(read_text(request.form, "reason").split())[:200],
        at=now(),
    )  # fmt: skip
    db.session.commit()
    said = gettext("Level %(level)s. The desk learns from this.", level=ticket.level)
    if ticket.assignee_id != was:
        said += " " + gettext("It went to somebody who handles that level.")
    flash(said)
    return see_other("tickets.show", ticket_id=ticket.id)


@blueprint.app_context_processor
def for_the_ticket_page() -> dict[str, object]:
    """What the ticket page's templates ask triage for."""
    return {
        "with_weighed": with_weighed,
        "in_translation": in_translation,
        "checklist_of": checklist_of,
        "sorting": wording,
    }


def checklist_of(page: TicketPage) -> list[Item]:
    """What is needed to answer a ticket, ticked where the conversation has it."""
    letters = [turn.message for turn in page.turns if turn.side == "buyer"]
    told = Told(
        texts=[page.ticket.subject, *(message.body for message in letters)],
        file_types=[file.type for message in letters for file in message.files],
        order_ref=page.ticket.order_ref,
    )
    return checklist(page.ticket.intent, told)


@blueprint.get("/settings/triage")
@supervisors_only
def board() -> Answer:
    """How well the desk sorts: for the operator all of it, for a vendor its own corrections."""
    operator = current_user.is_operator
    return render_template(
        "triage/board.html",
        corrections=latest(None if operator else current_user.vendor_id or 0),
        live=figures.live(now()) if operator else None,
        versions=all_versions() if operator else [],
        figures=figures, present=present,
    )  # fmt: skip
