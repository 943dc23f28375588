"""Drawing the ticket page, for every address that answers with it."""

from flask import render_template, request
from flask_login import current_user

from app.extensions import db
from app.lib.clock import now
from app.tickets import present
from app.tickets.access import get_ticket
from app.tickets.composer.sending import Refused
from app.tickets.forms import read_reply
from app.tickets.models import Ticket
from app.tickets.page import Composer, desk_languages, gather


def ticket_page(ticket: Ticket, composer: Composer) -> str:
    """The whole page with what the composer holds."""
    return render_template(
        "tickets/ticket.html",
        page=gather(current_user, ticket, composer, now=now()),
        languages=desk_languages(), present=present, reads=current_user.reads,
    )  # fmt: skip


def composer_again(error: Refused, *, tab: str | None = None) -> tuple[str, int]:
    """The page again, with what was typed and why it did not go. Nothing of it is kept."""
    db.session.rollback()
    ticket = get_ticket(current_user, (request.view_args or {})["ticket_id"])
    form = read_reply(request.form)
    composer = Composer(
        form=form,
        complaints=error.complaints,
        asks_sure=error.asks_sure,
        overrules=error.overrules,
        news=error.news,
        tab=tab or ("note" if form.note else "reply"),
    )
    return ticket_page(ticket, composer), error.status
