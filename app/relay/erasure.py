"""Forgetting a buyer: the address, the mails, the masks, the files, and what the vendor's memory
has from their conversations alone. The conversations stay.

What is left is what vendors always saw: words with contact data hidden, under a pseudonym. The
rows of masks and mails stay as shells, so that a mail to an erased mask is refused as over and not
put off for ever. Never commits.
"""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from app.extensions import db
from app.lib.clock import now
from app.relay.audit import Deed, record
from app.relay.familiar import forget_familiar
from app.relay.models import MailState, Mask, MaskState, Notice, StoredMail, WayBack
from app.tickets.composer.seats import empty_seats
from app.tickets.files import forget_files
from app.tickets.languages.lessons import forget_lessons
from app.tickets.models import Buyer, DeliveryState, Message, Ticket
from app.triage.corrections import forget_examples

UNSENT = (DeliveryState.QUEUED, DeliveryState.HELD)


def same_buyers(buyer: Buyer) -> Sequence[Buyer]:
    """The rows of the same person with every vendor, this one included."""
    query = select(Buyer).where(Buyer.address_index == buyer.address_index)
    return db.session.scalars(query.order_by(Buyer.id)).all()


def erase_buyer(buyer: Buyer) -> list[int]:
    """Forget one vendor's buyer in all their tickets, whose numbers are returned."""
    tickets = db.session.scalars(select(Ticket).where(Ticket.buyer_id == buyer.id)).all()
    for ticket in tickets:
        _erase_ticket(ticket)
    forget_lessons([ticket.id for ticket in tickets])
    buyer.address_sealed, buyer.note = b"", ""
    # The column must differ by row; nothing hashes to this.
    buyer.address_index = f"erased {buyer.id}"
    return [ticket.id for ticket in tickets]


def _erase_ticket(ticket: Ticket) -> None:
    masks = db.session.scalars(select(Mask).where(Mask.ticket_id == ticket.id)).all()
    for mask in masks:
        mask.state, mask.token_sealed = MaskState.REVOKED, b""
    forget_familiar([ticket.id])
    _erase_mails(ticket)
    forget_files(ticket)
    forget_examples(ticket)
    empty_seats(ticket.id)
    for way_back in db.session.scalars(_ways_back(ticket)):
        way_back.token_sealed = b""
    for notice in db.session.scalars(select(Notice).where(Notice.ticket_id == ticket.id)):
        notice.token_sealed = None
        if notice.delivery in UNSENT:
            notice.delivery, notice.failure = DeliveryState.FAILED, "erased"
    unsent = select(Message).where(Message.ticket_id == ticket.id, Message.delivery.in_(UNSENT))
    for message in db.session.scalars(unsent):
        message.delivery, message.failure = DeliveryState.FAILED, "erased"
        message.next_try_at = None
    ticket.log("erased", at=now())


def _ways_back(ticket: Ticket) -> Select[WayBack]:
    of_ticket = (
        WayBack.message_id.in_(select(Message.id).where(Message.ticket_id == ticket.id)),
        WayBack.notice_id.in_(select(Notice.id).where(Notice.ticket_id == ticket.id)),
    )
    return select(WayBack).where(or_(*of_ticket))


def _erase_mails(ticket: Ticket) -> None:
    """Every mail that came to the ticket's masks, opened it, or reports on its answers."""
    query = select(StoredMail).where(
        or_(
            StoredMail.mask_id.in_(select(Mask.id).where(Mask.ticket_id == ticket.id)),
            StoredMail.message_id.in_(select(Message.id).where(Message.ticket_id == ticket.id)),
            StoredMail.way_back_id.in_(_ways_back(ticket).with_only_columns(WayBack.id)),
            StoredMail.notice_id.in_(select(Notice.id).where(Notice.ticket_id == ticket.id)),
        ),
    )
    for stored in db.session.scalars(query):
        stored.raw_sealed, stored.next_try_at = b"", None
        stored.sender_index = stored.mail_id_index = None
        if stored.state != MailState.DONE:
            stored.state, stored.reason, stored.done_at = MailState.IGNORED, "erased", now()
        record(Deed.ERASED, stored=stored, agent=None, ticket_id=ticket.id)
