"""Drawing the ticket page, for every address that answers with it."""

from flask import render_template
from flask_login import current_user

from app.lib.clock import now
from app.tickets import present
from app.tickets.models import Ticket
from app.tickets.page import Composer, desk_languages, gather


def ticket_page(ticket: Ticket, composer: Composer) -> str:
    """The whole page with what the composer holds."""
    return render_template(
        "tickets/ticket.html",
        page=gather(current_user, ticket, composer, now=now()),
        languages=desk_languages(), present=present, reads=current_user.reads,
    )  # fmt: skip
