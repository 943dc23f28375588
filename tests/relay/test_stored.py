"""The operator's page of stored mails: found by mask, read with a reason, acted on, all noted."""

import pytest
from flask import Flask

from app.extensions import db
from app.relay.audit import Deed, RelayAudit
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import ConversationOver, door_address, find_recipient
from app.relay.models import MailState, Mask, MaskState, StoredMail
from app.relay.outbound import deliver_due
from app.relay.stored import NotAMask, Search, read_mask, stored_page
from app.relay.stored_words import reason_words, state_sign
from app.tickets.models import Message, Ticket, TicketEvent
from app.web.paging import PAGE_SIZE, read_cursor
from tests.browser import Browser
from tests.factories import KIM, Cast, answer, mail_in, make_ticket, mask_of, write_mail
from tests.fakes import MemorySmtp
from tests.relay.test_outbound import DSN

WHY = "the buyer asked us to look"
STRANGER = "stranger@elsewhere.example"


def held_mail(ticket: Ticket) -> StoredMail:
    """A mail from a second address waits for somebody to vouch for it."""
    mask = mask_of(ticket)
    stored_id = receive(
        write_mail(mask, f"It is me, {KIM}.", sender=STRANGER), Envelope(mask, STRANGER)
    )
    read_waiting()
    stored = db.session.get_one(StoredMail, stored_id)
    assert stored.state == MailState.HELD
    return stored


def deeds() -> list[tuple[str, int | None, str]]:
    return [
        (row.deed, row.agent_id, row.reason)
        for row in db.session.scalars(db.select(RelayAudit).order_by(RelayAudit.id))
    ]


def test_the_list_says_in_sentences_what_became_of_each_mail(cast: Cast, browser: Browser) -> None:
    ticket = mail_in(cast.lavande)
    held_mail(ticket)
    page = browser.be(cast.odile).get("/relay/mails").text
    assert "The buyer’s own words: they are in the ticket." in page
    assert "Came from another address than the buyer’s." in page
    assert f"/tickets/{ticket.id}" in page
    assert "Maison Lavande" in page
    assert {row.ticket_id for row in stored_page(Search()).rows} == {ticket.id}
    assert KIM not in page
    assert STRANGER not in page


def test_the_list_is_narrowed_by_state(cast: Cast, browser: Browser) -> None:
    held_mail(mail_in(cast.lavande))
    assert len(stored_page(Search(MailState.HELD)).rows) == 1
    assert len(stored_page(Search(MailState.FAILED)).rows) == 0
    assert browser.be(cast.odile).get("/relay/mails?state=nonsense").status_code == 404
    assert "No such mail" in browser.get("/relay/mails?state=failed").text


def test_a_mail_is_found_by_its_mask_in_any_letters_and_not_by_another(cast: Cast) -> None:
    ticket, other = mail_in(cast.lavande), mail_in(cast.nordlicht)
    held = held_mail(ticket)
    mask = mask_of(ticket)
    for typed in (mask, mask.upper(), mask.partition("@")[0]):
        assert [row.id for row in stored_page(Search(mask=typed)).rows] == [held.id]
    assert stored_page(Search(mask=mask_of(other))).rows == []


@pytest.mark.parametrize("typed", [KIM, "kim", "c" * 22, "é" * 23, f"{'c' * 23}@mailbox.example"])
def test_a_person_s_address_is_no_search(cast: Cast, browser: Browser, typed: str) -> None:
    mail_in(cast.lavande)
    with pytest.raises(NotAMask):
        read_mask(typed)
    answer = browser.be(cast.odile).get("/relay/mails", query_string={"mask": typed})
    assert answer.status_code == 422
    assert typed not in answer.text


def test_the_list_goes_on_behind_its_last_row(cast: Cast) -> None:
    door = door_address(cast.lavande)
    for number in range(PAGE_SIZE + 3):
        receive(write_mail(door, f"mail {number}"), Envelope(door, KIM))
    first = stored_page(Search())
    second = stored_page(Search(), read_cursor(first.next_cursor))
    assert len(first.rows) == PAGE_SIZE
    assert len(second.rows) == 3
    assert second.next_cursor is None
    assert first.rows[-1].id > second.rows[0].id


def test_a_mail_s_page_hides_contact_data_until_a_reason_is_typed(
    cast: Cast, browser: Browser
) -> None:
    held = held_mail(mail_in(cast.lavande))
    browser.be(cast.odile)
    assert KIM not in browser.get(f"/relay/mails/{held.id}").text
    refused = browser.post(f"/relay/mails/{held.id}/source", data={"reason": "because"})
    assert refused.status_code == 422
    assert KIM not in refused.text
    assert deeds() == []
    shown = browser.post(f"/relay/mails/{held.id}/source", data={"reason": WHY})
    assert KIM in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert deeds() == [(Deed.READ_SOURCE, cast.odile.id, WHY)]
    again = browser.get(f"/relay/mails/{held.id}").text
    assert KIM not in again
    assert f"Read the source: {WHY}" in again
    assert "Odile" in again


def test_a_held_mail_is_released_into_its_ticket_once(cast: Cast, browser: Browser) -> None:
    ticket = mail_in(cast.lavande)
    held = held_mail(ticket)
    browser.be(cast.odile).post(f"/relay/mails/{held.id}/release")
    again = browser.post(f"/relay/mails/{held.id}/release")
    bodies = db.session.scalars(db.select(Message.body).filter_by(ticket_id=ticket.id)).all()
    assert len(bodies) == 2
    assert KIM not in bodies[1]
    assert again.status_code == 422
    assert "Only a mail that is held" in again.text
    assert [deed for deed, *_ in deeds()] == [Deed.RELEASED]


def test_a_failed_mail_is_read_again_and_one_that_is_done_is_not(
    cast: Cast, browser: Browser
) -> None:
    ticket = mail_in(cast.lavande)
    stored = db.session.scalars(db.select(StoredMail)).one()
    assert browser.be(cast.odile).post(f"/relay/mails/{stored.id}/replay").status_code == 422
    stored.state, stored.reason, stored.message_id = MailState.FAILED, "ZeroDivisionError", None
    db.session.commit()
    assert browser.post(f"/relay/mails/{stored.id}/replay").status_code == 303
    assert read_waiting() == 1
    db.session.expire_all()
    stored = db.session.scalars(db.select(StoredMail)).one()
    assert (stored.state, stored.tries) == (MailState.DONE, 1)
    newest = db.session.get_one(Message, stored.message_id)
    assert newest.ticket_id != ticket.id
    assert newest.created_at == stored.received_at


def test_an_erased_mail_is_a_row_without_content(cast: Cast, browser: Browser) -> None:
    held = held_mail(mail_in(cast.lavande))
    browser.be(cast.odile).post(f"/relay/mails/{held.id}/erasure", data={"reason": WHY})
    held = db.session.get_one(StoredMail, held.id)
    assert (held.raw_sealed, held.state, held.reason) == (b"", MailState.IGNORED, "erased")
    page = browser.get(f"/relay/mails/{held.id}")
    assert "The mail itself was erased." in page.text
    for deed in ("source", "replay", "release"):
        answer = browser.post(f"/relay/mails/{held.id}/{deed}", data={"reason": WHY})
        assert answer.status_code == 422
    assert read_waiting() == 0


def test_a_revoked_mask_refuses_and_takes_mail_again_when_it_is_opened(
    cast: Cast, browser: Browser
) -> None:
    ticket = mail_in(cast.lavande)
    held, mask = held_mail(ticket), mask_of(ticket)
    browser.be(cast.odile).post(f"/relay/mails/{held.id}/revocation", data={"reason": WHY})
    with pytest.raises(ConversationOver):
        find_recipient(mask)
    browser.post(f"/relay/mails/{held.id}/reopening")
    found = db.session.get_one(Mask, find_recipient(mask).mask_id)
    assert found.state == MaskState.OPEN
    kinds = db.session.scalars(db.select(TicketEvent.kind).filter_by(ticket_id=ticket.id)).all()
    assert {"mask_revoked", "mask_reopened"} <= set(kinds)
    assert [deed for deed, *_ in deeds()] == [Deed.REVOKED, Deed.REOPENED]


def test_every_state_and_reason_has_words(desk: Flask) -> None:
    with desk.test_request_context():
        assert len({state_sign(state).words for state in MailState}) == len(MailState)
        assert reason_words("automatic:x-autoreply").endswith("(x-autoreply)")
        assert reason_words("ZeroDivisionError") == "Reason: ZeroDivisionError"
        assert reason_words("") == ""


# --- revealing a message --------------------------------------------------------------------


def reveal(browser: Browser, ticket: Ticket, message: Message, reason: str = WHY):  # type: ignore[no-untyped-def]
    return browser.post(
        f"/tickets/{ticket.id}/messages/{message.id}/reveal", data={"reason": reason}
    )


def written(cast: Cast) -> tuple[Ticket, Message]:
    ticket = mail_in(cast.lavande, f"Call +33 6 39 98 44 10 or write to {KIM}.")
    return ticket, db.session.scalars(db.select(Message)).one()


def test_the_original_is_shown_once_and_the_look_stands_in_the_history(
    cast: Cast, browser: Browser
) -> None:
    ticket, message = written(cast)
    shown = reveal(browser.be(cast.odile), ticket, message)
    assert f"Call +33 6 39 98 44 10 or write to {KIM}." in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    page = browser.be(cast.lea).get(f"/tickets/{ticket.id}").text
    assert f"Looked at the original because: {WHY}" in page
    assert "Odile" in page
    assert KIM not in page


def test_without_a_reason_nothing_is_shown_and_nothing_noted(cast: Cast, browser: Browser) -> None:
    ticket, message = written(cast)
    refused = reveal(browser.be(cast.odile), ticket, message, reason="  hm ")
    assert refused.status_code == 422
    assert KIM not in refused.text
    assert "revealed" not in set(db.session.scalars(db.select(TicketEvent.kind)))


def test_a_vendor_s_people_are_refused_and_see_no_such_form(cast: Cast, browser: Browser) -> None:
    ticket, message = written(cast)
    for person in (cast.ana, cast.lea, cast.omar):
        assert reveal(browser.be(person), ticket, message).status_code == 403
    assert "/reveal" not in browser.be(cast.lea).get(f"/tickets/{ticket.id}").text
    assert "/reveal" in browser.be(cast.odile).get(f"/tickets/{ticket.id}").text


def test_what_was_never_kept_cannot_be_revealed(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    message = db.session.scalars(db.select(Message)).one()
    assert reveal(browser.be(cast.odile), ticket, message).status_code == 404
    other = make_ticket(cast.nordlicht)
    assert reveal(browser, other, message).status_code == 404


# --- a conversation to which nothing is sent ---------------------------------------------------


@pytest.fixture
def paused(cast: Cast, post: MemorySmtp) -> StoredMail:
    """Two answers of a ticket came back; the report on the second."""
    ticket = mail_in(cast.lavande)
    for number in range(2):
        answer(ticket, cast.ana, f"Answer {number}")
        deliver_due()
        way_back = post.sent[number].sender
        receive(DSN.format(to=way_back, kim=KIM).encode(), Envelope(way_back, ""))
        read_waiting()
    stored = db.session.scalars(db.select(StoredMail).order_by(StoredMail.id.desc())).first()
    assert stored is not None
    return stored


def history() -> list[str]:
    query = db.select(TicketEvent.kind).where(TicketEvent.kind.in_(("paused", "unpaused")))
    return list(db.session.scalars(query.order_by(TicketEvent.id)))


def test_an_operator_has_answers_leave_again(
    cast: Cast, browser: Browser, paused: StoredMail, post: MemorySmtp
) -> None:
    page = browser.be(cast.odile).get(f"/relay/mails/{paused.id}").text
    assert "paused: two answers came back" in page
    assert 'href="/tickets/' in page
    browser.post(f"/relay/mails/{paused.id}/sending")
    assert history() == ["paused", "unpaused"]
    assert deeds()[-1][:2] == (Deed.UNPAUSED, cast.odile.id)
    answer(db.session.scalars(db.select(Ticket)).one(), cast.ana, "Once more.")
    deliver_due()
    assert len(post.sent) == 3
    again = browser.post(f"/relay/mails/{paused.id}/sending")
    assert again.status_code == 422
    assert "Nothing is paused in this conversation." in again.text


def test_the_buyer_s_own_words_end_the_pause_and_the_history_says_so(
    cast: Cast, paused: StoredMail
) -> None:
    mask = mask_of(db.session.scalars(db.select(Ticket)).one())
    receive(write_mail(mask, "Here I am."), Envelope(mask, KIM))
    read_waiting()
    assert history() == ["paused", "unpaused"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Only a mail that is held can be released."),
        ("fr", "Seul un message retenu peut être libéré."),
        ("de", "Nur eine zurückgehaltene Mail kann freigegeben werden."),
        ("es", "Solo se puede liberar un correo retenido."),
        ("it", "Si può rilasciare solo un messaggio trattenuto."),
    ],
)
def test_a_refusal_speaks_the_operator_s_language(
    cast: Cast, browser: Browser, lang: str, said: str
) -> None:
    mail_in(cast.lavande)
    cast.odile.ui_lang = lang
    db.session.commit()
    (row,) = stored_page(Search()).rows
    refused = browser.be(cast.odile).post(f"/relay/mails/{row.id}/release")
    assert (refused.status_code, said in refused.text) == (422, True)
