"""A new key takes over: everything opens, everybody is found, after the old key is gone."""

import pytest
from flask import Flask

from app.attachments import store
from app.attachments.cleaning import CleanFile
from app.config import SettingsError
from app.extensions import db
from app.privacy.keys import Canary, check_canary
from app.privacy.vault import KeyRing, Vault, new_key_ring_text
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.keeping import raw_of
from app.relay.masks import (
    RowMissing,
    UnknownRecipient,
    address_kind,
    door_address,
    find_recipient,
    mask_address,
)
from app.relay.models import Mask, StoredMail
from app.relay.outbound import deliver_due
from app.relay.rotation import rotate
from app.tickets.files import attach
from app.tickets.models import Attachment, Message, Ticket
from app.tickets.own_details import address_of
from tests.factories import KIM, Cast, answer, mail_in, mask_of, write_mail
from tests.fakes import MemorySmtp

OLD, NEW, NEWER = (new_key_ring_text(key_id) for key_id in ("old", "new", "newer"))


@pytest.fixture
def ring(desk: Flask) -> None:
    """The desk's keys are the test's own."""
    use(desk, OLD)


def use(desk: Flask, *keys: str) -> None:
    """Start the desk again with these keys, the current one first."""
    desk.extensions["vault"] = Vault(KeyRing.from_text(",".join(keys)))
    db.session.expire_all()


def count_stale(batch: int = 2) -> int:
    return sum(rows for _, rows in rotate(batch=batch))


@pytest.fixture
def worked(ring: None, cast: Cast) -> tuple[str, str]:
    """A conversation under the old key, an answer sent; its mask and its way back."""
    check_canary()
    ticket = mail_in(cast.lavande)
    message = db.session.scalars(db.select(Message)).one()
    attach(message, [CleanFile("attachment-1.txt", "text/plain", 2, b"hi")])
    answer(ticket, cast.ana)
    deliver_due()
    return mask_of(ticket), db.session.scalars(db.select(Message.mail_id)).all()[1] or ""


def rotated(desk: Flask) -> None:
    use(desk, NEW, OLD)
    check_canary()
    assert count_stale() == 5  # buyer, mask, way back, mail, file
    use(desk, NEW)
    check_canary()


def test_everything_opens_after_the_old_key_is_gone(
    desk: Flask, worked: tuple[str, str], post: MemorySmtp
) -> None:
    mask, way_back = worked[0], post.sent[0].sender
    rotated(desk)
    ticket = db.session.scalars(db.select(Ticket).options(db.joinedload(Ticket.buyer))).one()
    assert address_of(ticket.buyer) == KIM
    assert mask_address(db.session.scalars(db.select(Mask)).one()) == mask
    assert KIM.encode() in raw_of(db.session.scalars(db.select(StoredMail)).one())
    assert store.get(db.session.scalars(db.select(Attachment.key)).one() or "") == b"hi"
    assert find_recipient(mask).mask_id is not None
    assert find_recipient(way_back).way_back_id is not None


def test_the_buyer_writes_on_and_is_known(desk: Flask, cast: Cast, worked: tuple[str, str]) -> None:
    rotated(desk)
    receive(write_mail(worked[0], "And now?"), Envelope(worked[0], KIM))
    read_waiting()
    assert db.session.scalars(db.select(Ticket)).one().unanswered_since is not None
    again = mail_in(cast.lavande, "Another order.")
    first = db.session.scalars(db.select(Ticket).order_by(Ticket.id)).first()
    assert first is not None
    assert again.buyer_id == first.buyer_id


def test_a_mail_that_comes_again_after_the_rotation_is_the_same_mail(
    desk: Flask, cast: Cast, worked: tuple[str, str]
) -> None:
    rotated(desk)
    door = door_address(cast.lavande)
    first = receive(write_mail(door), Envelope(door, KIM))
    assert first == db.session.scalars(db.select(StoredMail.id).order_by(StoredMail.id)).first()


def test_a_second_rotation_keeps_the_first_masks(desk: Flask, worked: tuple[str, str]) -> None:
    rotated(desk)
    use(desk, NEWER, NEW)
    check_canary()
    assert count_stale(batch=100) == 5
    use(desk, NEWER)
    check_canary()
    assert find_recipient(worked[0]).mask_id is not None


def test_a_run_that_broke_off_goes_on_and_a_done_one_does_nothing(
    desk: Flask, worked: tuple[str, str]
) -> None:
    use(desk, NEW, OLD)
    check_canary()
    run = rotate(batch=1)
    assert next(run) == ("buyer", 1)
    run.close()
    assert count_stale() == 4
    assert count_stale() == 0


def test_the_old_key_is_needed_until_the_end(desk: Flask, worked: tuple[str, str]) -> None:
    use(desk, NEW, OLD)
    check_canary()
    run = rotate(batch=1)
    next(run)
    run.close()
    use(desk, NEW)
    with pytest.raises(SettingsError, match="Put the old key back"):
        check_canary()


def test_a_guess_stays_a_guess_and_a_lost_row_stays_a_lost_row(
    desk: Flask, worked: tuple[str, str]
) -> None:
    rotated(desk)
    mask = worked[0]
    forged = mask[:17] + "000000" + mask[23:]
    with pytest.raises(UnknownRecipient):
        find_recipient(forged)
    db.session.execute(db.delete(StoredMail))
    db.session.execute(db.delete(Mask))
    with pytest.raises(RowMissing):
        find_recipient(mask)
    assert address_kind(forged.partition("@")[0]) != address_kind(mask.partition("@")[0])


def test_the_command_says_how_many(desk: Flask, worked: tuple[str, str]) -> None:
    use(desk, NEW, OLD)
    said = desk.test_cli_runner().invoke(args=["privacy", "rotate"]).output
    assert "stored_mail  1" in said
    assert "may leave ADDRESS_KEYS" in said
    assert db.session.scalar(db.select(db.func.count()).select_from(Canary)) == 2
