"""A buyer is forgotten: nothing opens any more, and mail to the old masks is refused as over."""

import pytest
from flask import Flask

from app.attachments.cleaning import CleanFile
from app.extensions import db
from app.lib.clock import now
from app.relay.erasure import erase_buyer, same_buyers
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import ConversationOver, find_recipient
from app.relay.models import MailState, Mask, NoticeKind, StoredMail, WayBack
from app.relay.notices import tell
from app.relay.outbound import deliver_due
from app.tickets.files import attach
from app.tickets.models import Attachment, Buyer, DeliveryState, Message
from app.triage.intake import is_buyers_address
from tests.factories import KIM, Cast, answer, mail_in, mask_of
from tests.fakes import MemorySmtp
from tests.relay.test_outbound import DSN


@pytest.fixture
def forgotten(cast: Cast) -> tuple[str, Buyer]:
    ticket = mail_in(cast.lavande)
    first = db.session.scalars(db.select(Message)).one()
    attach(first, [CleanFile("attachment-1.txt", "text/plain", 2, b"hi")])
    answer(ticket, cast.ana)
    deliver_due()
    waiting = answer(ticket, cast.ana, "One thing more.")
    mask = mask_of(ticket)
    buyer = db.session.get_one(Buyer, ticket.buyer_id)
    assert erase_buyer(buyer) == [ticket.id]
    db.session.commit()
    assert waiting.delivery == DeliveryState.FAILED
    return mask, buyer


def test_address_mails_masks_and_files_are_gone(forgotten: tuple[str, Buyer]) -> None:
    mask, buyer = forgotten
    assert buyer.address_sealed == b""
    assert not is_buyers_address(buyer, KIM)
    assert {row.raw_sealed for row in db.session.scalars(db.select(StoredMail))} == {b""}
    assert {row.token_sealed for row in db.session.scalars(db.select(Mask))} == {b""}
    assert {row.token_sealed for row in db.session.scalars(db.select(WayBack))} == {b""}
    assert {row.key for row in db.session.scalars(db.select(Attachment))} == {None}
    with pytest.raises(ConversationOver):
        find_recipient(mask)


def test_the_desk_works_on_without_the_buyer(
    forgotten: tuple[str, Buyer], post: MemorySmtp, cast: Cast
) -> None:
    _, buyer = forgotten
    message = db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    message.delivery, message.next_try_at = DeliveryState.QUEUED, message.created_at
    db.session.commit()
    before = len(post.sent)
    deliver_due()
    assert (message.delivery, message.failure) == (DeliveryState.FAILED, "erased")
    assert len(post.sent) == before
    assert read_waiting() == 0
    again = mail_in(cast.lavande, "Hello again.")
    assert again.buyer_id != buyer.id


def test_the_same_person_is_known_with_every_vendor(cast: Cast) -> None:
    one, other = mail_in(cast.lavande), mail_in(cast.nordlicht)
    buyer = db.session.get_one(Buyer, one.buyer_id)
    assert {row.id for row in same_buyers(buyer)} == {one.buyer_id, other.buyer_id}


def test_a_mail_that_was_not_read_yet_is_never_read(cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    stored = db.session.scalars(db.select(StoredMail)).one()
    stored.state = MailState.HELD
    erase_buyer(db.session.get_one(Buyer, ticket.buyer_id))
    db.session.commit()
    assert (stored.state, stored.reason) == (MailState.IGNORED, "erased")


def test_what_came_back_of_the_desks_own_question_is_gone_too(cast: Cast, post: MemorySmtp) -> None:
    ticket = mail_in(cast.lavande)
    tell(ticket, NoticeKind.CONFIRM, at=now())
    db.session.commit()
    deliver_due()
    receive(DSN.format(to=post.sent[0].sender, kim=KIM).encode(), Envelope(post.sent[0].sender))
    read_waiting()
    erase_buyer(db.session.get_one(Buyer, ticket.buyer_id))
    db.session.commit()
    assert {row.raw_sealed for row in db.session.scalars(db.select(StoredMail))} == {b""}
    assert {row.token_sealed for row in db.session.scalars(db.select(WayBack))} == {b""}


def test_the_command_says_what_it_forgot(desk: Flask, cast: Cast) -> None:
    ticket, other = mail_in(cast.lavande), mail_in(cast.nordlicht)
    run = desk.test_cli_runner()
    assert "There is no ticket" in run.invoke(args=["relay", "erase", "999999"]).output
    said = run.invoke(args=["relay", "erase", str(ticket.id), "--everywhere"])
    assert said.output == f"Forgotten in 2 tickets: {ticket.id} {other.id}\n"
    assert {row.address_sealed for row in db.session.scalars(db.select(Buyer))} == {b""}
