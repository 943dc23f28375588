"""The ticket page, read."""

from datetime import timedelta

import pytest

from app.attachments.cleaning import CleanFile
from app.extensions import db
from app.lib.heartbeat import beat
from app.tickets.conversation import Word, give_word
from app.tickets.files import attach
from app.tickets.models import DeliveryState
from app.tickets.purchases import note_purchase
from app.translation.draft import ask
from app.translation.models import DraftState
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import POLISH, Counted, Said, done_draft, finish, messages, polish_ticket


def test_both_texts_stand_there_with_their_languages(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = ask(f"ticket:{ticket.id}", POLISH, source="pl", target="fr")
    finish(draft, Said(POLISH, "Bonjour, où est ma commande ?"))
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert f'lang="pl" dir="auto">{POLISH}' in page
    assert 'lang="fr" dir="auto">Bonjour, où est ma commande ?' in page


def test_what_was_not_translated_is_marked_where_it_stands(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = ask(f"ticket:{ticket.id}", POLISH, source="pl", target="fr")
    finish(
        draft, Said("Dzień dobry.", "Bonjour."), Said("Gdzie?", "Gdzie?", translated=False),
        Said("Pilne.", "Urgent.", sure=False),
    )  # fmt: skip
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert 'Bonjour. <span class="s-left">Gdzie?</span>' in page
    assert '<span class="s-doubt">Urgent.</span>' in page
    assert "1 sentence could not be translated" in page


def test_a_draft_in_the_making_is_asked_for_again(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    ask(f"ticket:{ticket.id}", POLISH, source="pl", target="fr")
    db.session.commit()
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert 'hx-trigger="every 700ms"' in page
    assert "Translating from Polish" in page


@pytest.mark.parametrize("state", [DraftState.DONE, DraftState.FAILED])
def test_no_translation_is_said_and_the_original_shown(
    cast: Cast, browser: Browser, state: DraftState
) -> None:
    ticket = polish_ticket(cast)
    draft = ask(f"ticket:{ticket.id}", POLISH, source="pl", target="fr")
    draft.state, draft.text = state, POLISH if state is DraftState.DONE else ""
    db.session.commit()
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "There is no translation from Polish to French" in page
    assert page.count(POLISH) >= 1


def test_who_reads_the_language_writes_it_without_a_draft(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert 'name="own_text"' not in page
    assert "Translate into" not in page


def test_who_does_not_read_it_gets_two_fields(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.ana).get(f"/tickets/{polish_ticket(cast).id}").text
    assert 'name="own_text" lang="fr"' in page
    assert 'name="text" lang="pl"' in page
    assert "Draft in Polish" in page


def test_what_the_order_is_of_stands_beside_its_number(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    assert "Carrier" not in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    note_purchase(ticket, carrier="Blitz & Post", product=None)
    db.session.commit()
    for person in (cast.ana, cast.odile):
        page = browser.be(person).get(f"/tickets/{ticket.id}").text
        assert '<dt>Carrier</dt><dd dir="auto">Blitz &amp; Post</dd>' in page
        assert "<dt>Product</dt>" not in page


def test_words_of_a_buyer_are_inert(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande, "Hello <script>alert(1)</script> where is my order")
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_hidden_contacts_are_pills_and_the_address_is_nowhere(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(
        cast.lavande, "Hello, write to kim.buyer@mailbox.example please. Where is it?"
    )
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert 'class="pill-hidden">email address hidden<' in page
    assert "kim.buyer" not in page
    assert "mailbox.example" not in page


def test_the_clock_names_the_message_that_started_it(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    cast.ana.timezone = "Europe/Warsaw"
    ticket = make_ticket(cast.lavande)
    clock.advance(hours=21)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "Due in 3 h 00" in page
    assert "Due Tue 3 Mar 2026, 10:00 (Europe/Warsaw)." in page
    assert "message of Mon 2 Mar 2026, 10:00" in page
    assert "The clock started here" in page


def test_an_answered_ticket_says_how_long_it_took(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    clock.advance(hours=2, minutes=5)
    answer(ticket, cast.ana)
    assert "Answered in 2 h 05" in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize(
    ("state", "tries", "words"),
    [
        (DeliveryState.QUEUED, 0, "Queued"),
        (DeliveryState.QUEUED, 2, "Delayed, will be tried again"),
        (DeliveryState.SENDING, 1, "Being sent"),
        (DeliveryState.SENT, 1, "Sent"),
        (DeliveryState.FAILED, 1, "Not delivered"),
        (DeliveryState.HELD, 0, "Held back, a supervisor was told"),
    ],
)
def test_our_message_says_where_it_stands(
    cast: Cast, browser: Browser, state: str, tries: int, words: str
) -> None:
    ticket = make_ticket(cast.lavande)
    message = answer(ticket, cast.ana)
    message.delivery, message.tries = state, tries
    db.session.commit()
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert f"<span>{words}</span>" in page


def test_quoted_lines_are_folded_and_attachments_listed(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    message = messages(ticket)[0]
    message.quoted = "> one\n>\n> two"
    kept = CleanFile("attachment-1.jpg", "image/jpeg", 2_300_000, b"drawn")
    attach(message, [kept, CleanFile("attachment-2", "x", 12, withheld="archive")])
    db.session.commit()
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "3 quoted lines" in page
    assert "attachment-1.jpg" in page
    assert "2.2 MB" in page
    assert "withheld: a packed archive" in page


def test_the_side_shows_orders_earlier_tickets_and_what_a_card_lacks(
    cast: Cast, browser: Browser
) -> None:
    first = make_ticket(cast.nordlicht)
    second = make_ticket(cast.nordlicht)
    second.order_ref = "A-77"
    db.session.commit()
    page = browser.be(cast.omar).get(f"/tickets/{second.id}").text
    assert "A-77" in page
    assert f'href="/tickets/{first.id}"' in page
    assert "the postal address, the telephone number, the e-mail address, the hours" in page


def test_the_history_is_told_in_sentences(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.set_level(2, at=ticket.active_at, agent_id=cast.ana.id, reason="fraud")
    give_word(ticket, Word(cast.ana, ticket.active_at + timedelta(days=1)), at=ticket.active_at)
    ticket.assign(cast.bo, at=ticket.active_at, by=cast.ana.id, why="x")
    ticket.log("something_new", at=ticket.active_at)
    db.session.commit()
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    for words in (
        "The buyer opened the ticket", "Level set to 2: fraud", "Assigned to Bo",
        "News promised by Tue 3 Mar 2026, 09:00", "something new",
    ):  # fmt: skip
        assert words in page


def test_news_are_offered_to_an_open_page(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    seen = messages(ticket)[-1].id
    browser.be(cast.ana)
    address = f"/tickets/{ticket.id}/news?seen={seen}"
    assert "show" not in browser.fragment(address).text
    answer(ticket, cast.bo)
    assert "A colleague answered — show" in browser.fragment(address).text


def test_the_page_asks_few_questions_however_long_the_thread(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    for _ in range(8):
        answer(ticket, cast.bo, "Już jutro.")
    for number in range(3):
        make_ticket(cast.lavande)
        done_draft(ticket, cast.ana, Said(f"Bonjour {number}", "Dzień dobry"))
    browser.be(cast.lea)
    beat("sweep")
    db.session.commit()
    browser.get(f"/tickets/{ticket.id}")
    db.session.expunge_all()
    with Counted(db.engine) as counted:
        assert browser.get(f"/tickets/{ticket.id}").status_code == 200
    assert len(counted.asked) <= 10, counted.asked
