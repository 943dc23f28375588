"""Answering: what leaves is what the agent approved."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.tickets.conversation import Words, continue_ticket, write_down
from app.tickets.models import DeliveryState, MessageKind, TicketState
from app.translation.models import Draft
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Said, done_draft, finish, messages, newest, polish_ticket

HELLO = Said("Bonjour.", "Dzień dobry.")
LEFT = Said("C’est noté.", "C’est noté.", translated=False)


def test_the_right_field_is_sent_and_both_texts_are_kept(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = done_draft(ticket, cast.ana, HELLO)
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/replies",
        data={"own_text": "Bonjour.", "text": "Dzień dobry, Kim.", "draft_id": draft.id,
              "seen": newest(ticket)},
    )  # fmt: skip
    sent = messages(ticket)[-1]
    assert found.status_code == 303
    assert found.location == f"/tickets/{ticket.id}#m{sent.id}"
    assert (sent.kind, sent.delivery) == (MessageKind.REPLY, DeliveryState.QUEUED)
    assert (sent.body, sent.lang) == ("Dzień dobry, Kim.", "pl")
    assert (sent.own_text, sent.own_lang, sent.draft_id) == ("Bonjour.", "fr", draft.id)
    assert ticket.state == TicketState.WAITING
    assert ticket.due_at is None
    assert "Queued to be sent in Polish." in browser.get(found.location).text


def test_an_untouched_draft_that_fits_is_sent(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = done_draft(ticket, cast.ana, HELLO)
    data = {"own_text": "Bonjour.", "text": "Dzień dobry.", "draft_id": draft.id}
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/replies", data=data | {"seen": newest(ticket)}
    )
    assert found.status_code == 303


def test_own_words_alone_never_leave(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/replies",
        data={"own_text": "Bonjour, c’est parti.", "text": " ", "seen": newest(ticket)},
    )
    assert found.status_code == 422
    assert "There is no text in Polish yet." in found.text
    assert "Bonjour, c’est parti." in found.text
    assert len(messages(ticket)) == 1


@pytest.mark.parametrize(
    ("said", "own_text", "words"),
    [
        (HELLO, "Bonsoir.", "Your own text changed after the draft was made"),
        (LEFT, "C’est noté.", "Some sentences could not be translated"),
    ],
)
def test_what_is_easily_overlooked_is_asked_about_once(
    cast: Cast, browser: Browser, said: Said, own_text: str, words: str
) -> None:
    ticket = polish_ticket(cast)
    draft = (
        done_draft(ticket, cast.ana, HELLO, said)
        if said is LEFT
        else done_draft(ticket, cast.ana, said)
    )
    data = {"own_text": own_text if said is HELLO else draft.source_text, "text": draft.text,
            "draft_id": draft.id, "seen": newest(ticket)}  # fmt: skip
    first = browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data)
    assert first.status_code == 422
    assert words in first.text
    assert 'name="sure"' in first.text
    assert f'name="draft_id" value="{draft.id}"' in first.text
    assert len(messages(ticket)) == 1
    second = browser.post(f"/tickets/{ticket.id}/replies", data=data | {"sure": "yes"})
    assert second.status_code == 303
    assert messages(ticket)[-1].body == draft.text


def test_a_draft_of_another_ticket_is_not_taken(cast: Cast, browser: Browser) -> None:
    ticket, other = polish_ticket(cast), make_ticket(cast.nordlicht)
    foreign = done_draft(other, cast.omar, HELLO)
    browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/replies",
        data={"text": "Dzień dobry.", "draft_id": foreign.id, "seen": newest(ticket)},
    )
    assert messages(ticket)[-1].draft_id is None


@pytest.mark.parametrize("who", ["buyer", "colleague"])
def test_a_stale_page_sends_nothing_and_keeps_the_text(
    cast: Cast, browser: Browser, clock: SteppedClock, who: str
) -> None:
    ticket = make_ticket(cast.lavande)
    seen = newest(ticket)
    clock.advance(minutes=1)
    if who == "buyer":
        more = Words("", "It has just arrived!", lang="en")
        write_down([continue_ticket(ticket, more, at=clock())])
        db.session.commit()
    else:
        answer(ticket, cast.bo, "It has just arrived!")
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/replies", data={"text": "We are looking for it.", "seen": seen}
    )
    assert found.status_code == 409
    assert "Nothing was sent yet." in found.text
    assert found.text.count("It has just arrived!") >= 2
    assert ">We are looking for it.</textarea>" in found.text
    assert f'name="seen" value="{newest(ticket)}"' in found.text
    assert [m.body for m in messages(ticket)].count("We are looking for it.") == 0


def test_a_second_click_sends_nothing_twice(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    data = {"text": "It arrives tomorrow.", "seen": newest(ticket)}
    browser.be(cast.ana)
    first = browser.post(f"/tickets/{ticket.id}/replies", data=data)
    second = browser.post(f"/tickets/{ticket.id}/replies", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(messages(ticket)) == 2


def test_send_and_close_does_both(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/replies",
        data={"text": "Sent again.", "seen": newest(ticket), "then": "close"},
    )
    assert ticket.state == TicketState.CLOSED


def grave_ticket(cast: Cast):  # type: ignore[no-untyped-def]
    return make_ticket(cast.lavande, "My lawyer will write to you about my order.")


def test_an_acknowledgement_promises_a_date_in_the_agent_s_zone(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    cast.bo.timezone = "Europe/Paris"
    ticket = grave_ticket(cast)
    found = browser.be(cast.bo).post(
        f"/tickets/{ticket.id}/acknowledgement",
        data={
            "text": "Bo looks after it until 4 March.",
            "seen": newest(ticket),
            "until": "2026-03-04T17:00",
        },
    )
    assert found.status_code == 303
    assert ticket.promised_for == clock() + timedelta(hours=7 + 48)
    assert ticket.due_at == ticket.promised_for
    assert ticket.acknowledged_at == clock()


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "Give the date of the next news."),
        ("soon", "Give the date of the next news."),
        ("2026-03-01T10:00", "The date of the next news must still be to come."),
    ],
)
def test_an_acknowledgement_without_a_date_to_come_is_refused(
    cast: Cast, browser: Browser, until: str, words: str
) -> None:
    ticket = grave_ticket(cast)
    found = browser.be(cast.bo).post(
        f"/tickets/{ticket.id}/acknowledgement",
        data={"text": "Bo looks after it.", "seen": newest(ticket), "until": until},
    )
    assert found.status_code == 422
    assert words in found.text
    assert "Bo looks after it." in found.text
    assert len(messages(ticket)) == 1


def test_level_1_is_answered_and_not_acknowledged(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/acknowledgement",
        data={"text": "x", "seen": newest(ticket), "until": "2026-03-04T17:00"},
    )
    assert found.status_code == 422


def test_a_draft_is_asked_for_once_and_shown_without_javascript(
    cast: Cast, browser: Browser
) -> None:
    ticket = polish_ticket(cast)
    browser.be(cast.ana)
    for _ in range(2):
        found = browser.post(f"/tickets/{ticket.id}/drafts", data={"own_text": "Bonjour."})
    draft = db.session.scalars(db.select(Draft).filter_by(source_text="Bonjour.")).one()
    assert (draft.source_lang, draft.target_lang) == ("fr", "pl")
    assert found.location == f"/tickets/{ticket.id}?draft={draft.id}#composer"
    page = browser.get(found.location).text
    assert ">Bonjour.</textarea>" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_a_draft_fills_the_right_side_when_it_is_there(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    browser.be(cast.ana)
    asked = browser.fragment(
        f"/tickets/{ticket.id}/drafts", "POST", data={"own_text": "Bonjour."}
    ).text
    draft = db.session.scalars(db.select(Draft).filter_by(source_text="Bonjour.")).one()
    assert f'hx-get="/tickets/{ticket.id}/drafts/{draft.id}" hx-trigger="every 700ms"' in asked
    finish(draft, HELLO, LEFT)
    filled = browser.fragment(f"/tickets/{ticket.id}/drafts/{draft.id}").text
    assert "every 700ms" not in filled
    assert ">Dzień dobry. C’est noté.</textarea>" in filled
    assert "Not translated, still in French:" in filled


def test_a_draft_of_which_nothing_was_translated_fills_in_nothing(
    cast: Cast, browser: Browser
) -> None:
    ticket = polish_ticket(cast)
    draft = done_draft(ticket, cast.ana, LEFT)
    filled = browser.be(cast.ana).fragment(f"/tickets/{ticket.id}/drafts/{draft.id}").text
    assert "></textarea>" in filled
    assert "Write the text yourself." in filled


def test_a_draft_of_nothing_is_refused(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    found = browser.be(cast.ana).post(f"/tickets/{ticket.id}/drafts", data={"own_text": ""})
    assert found.status_code == 422
    assert "Write your answer on the left first." in found.text
