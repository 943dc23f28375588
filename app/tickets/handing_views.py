"""Tickets that change hands: merged, split, moved, linked. One page says what can be done, and each
deed is a resource of its own.

The rules are `handing`'s; what they refuse comes back on the page, with 422.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.clock import now
from app.tickets import handing, present
from app.tickets.access import TicketNotFound, get_ticket
from app.tickets.forms import read_number
from app.tickets.models import Message, NotAllowed, Ticket
from app.tickets.queries import earlier_tickets
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext

blueprint = Blueprint("handing", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]
T = "/tickets/<int:ticket_id>"
VENDORS = 300


@blueprint.get(T + "/handing")
def show(ticket_id: int) -> Answer:
    """What can be done with this ticket as a whole."""
    return _page(get_ticket(current_user, ticket_id))


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule said no: nothing was changed."""
    db.session.rollback()
    ticket = get_ticket(current_user, (request.view_args or {})["ticket_id"])
    return _page(ticket, present.rule_words(error)), 422


def _page(ticket: Ticket, complaint: str | None = None) -> str:
    return render_template(
        "tickets/handing.html",
        ticket=ticket, complaint=complaint, present=present, reads=current_user.reads,
        others=earlier_tickets(ticket), waiting=_waiting(ticket), vendors=_vendors(ticket),
    )  # fmt: skip


def _waiting(ticket: Ticket) -> Sequence[Message]:
    """The buyer's messages that can be split off: those that wait."""
    ids = list(handing.state_of(ticket).waiting)
    query = select(Message).where(Message.id.in_(ids), Message.ticket_id == ticket.id)
    return db.session.scalars(query.order_by(Message.id)).all()


def _vendors(ticket: Ticket) -> Sequence[Any]:
    """Where the operator could move it."""
    if not current_user.is_operator:
        return []
    query = select(Vendor.id, Vendor.name).where(Vendor.id != ticket.vendor_id)
    return db.session.execute(query.order_by(Vendor.name).limit(VENDORS)).all()


def _with_other(ticket_id: int) -> tuple[Ticket, Ticket]:
    """The ticket and the one that the form names, locked in the order of their numbers. Another
    vendor's and none at all are refused alike."""
    other_id = _number("other")
    found = {}
    for one in sorted({ticket_id, other_id}):
        try:
            found[one] = get_ticket(current_user, one)
        except TicketNotFound:
            get_ticket(current_user, ticket_id)  # a stranger learns nothing of the other either
            raise NotAllowed("There is no such ticket on your desk.") from None
    return found[ticket_id], found[other_id]


def _number(name: str) -> int:
    """A row's number as it was typed, "#12" too; 0 for what is none."""
    typed = read_number({name: request.form.get(name, "").strip().lstrip("#")}, name) or 0
    return typed if typed < 2**31 else 0


@blueprint.post(T + "/merger")
def merge(ticket_id: int) -> Answer:
    """This ticket goes on in another one of the same buyer."""
    source, target = _with_other(ticket_id)
    handing.merge(source, target, current_user, at=now())
    db.session.commit()
    flash(gettext("Merged. #%(number)s goes on here.", number=source.id))
    return see_other("tickets.show", ticket_id=target.id)


@blueprint.post(T + "/link")
def link(ticket_id: int) -> Answer:
    """Both tickets' histories name the other. Nothing else changes."""
    ticket, other = _with_other(ticket_id)
    handing.link(ticket, other, current_user, at=now())
    db.session.commit()
    flash(gettext("Linked. Each history names the other ticket."))
    return see_other("tickets.show", ticket_id=ticket.id)


@blueprint.post(T + "/split")
def split(ticket_id: int) -> Answer:
    """Messages that wait become a ticket of their own."""
    ticket = get_ticket(current_user, ticket_id)
    wanted = set(request.form.getlist("message"))
    messages = [message for message in _waiting(ticket) if str(message.id) in wanted]
    if len(messages) != len(wanted):
        raise NotAllowed("Only messages that wait for an answer can be split off.")
    new = handing.split(ticket, messages, current_user, at=now())
    db.session.commit()
    flash(gettext("Split off from #%(number)s. Each has its own clock.", number=ticket.id))
    return see_other("tickets.show", ticket_id=new.id)


@blueprint.post(T + "/move")
def move(ticket_id: int) -> Answer:
    """The operator gives the ticket to another vendor."""
    ticket = get_ticket(current_user, ticket_id)
    vendor = db.session.get(Vendor, _number("vendor"))
    if vendor is None:
        raise NotAllowed("Choose the vendor.")
    handing.move(ticket, vendor, current_user, at=now())
    db.session.commit()
    flash(gettext("Moved to %(vendor)s. The clocks did not notice.", vendor=vendor.name))
    return see_other("tickets.show", ticket_id=ticket.id)
