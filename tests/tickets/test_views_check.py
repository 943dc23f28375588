"""Checking a draft in a language that one does not read, and taking an earlier answer."""

import pytest

from app.extensions import db
from app.tickets.languages.translating import scope_of_check
from app.tickets.models import Ticket
from app.translation.draft import ask
from app.translation.models import Draft
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.tickets.staging import Counted, Said, done_draft, finish, newest, polish_ticket

TEXT = "Paczka wyrusza jutro. Dziękujemy."
OFFER = {"source": "Le colis part jeudi.", "text": "Paczka wyrusza w czwartek.", "likeness": 91}


def form(ticket: Ticket, **fields: str) -> dict[str, str]:
    return {"text": TEXT, "own_text": "Le colis part demain.", "seen": str(newest(ticket))} | fields


def check_of(ticket: Ticket) -> Draft:
    return db.session.scalars(db.select(Draft).filter_by(scope=scope_of_check(ticket))).one()


def test_a_check_is_asked_for_and_looked_for_again(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    page = browser.be(cast.ana).fragment(
        f"/tickets/{ticket.id}/checks", method="POST", data=form(ticket)
    )
    check = check_of(ticket)
    assert (check.source_text, check.source_lang, check.target_lang) == (TEXT, "pl", "fr")
    assert f'hx-get="/tickets/{ticket.id}/checks/{check.id}" hx-trigger="every 700ms"' in page.text
    assert "Translating it back into French" in page.text


def test_both_texts_stand_side_by_side_with_the_doubts_underlined(
    cast: Cast, browser: Browser
) -> None:
    ticket = polish_ticket(cast)
    check = ask(scope_of_check(ticket), TEXT, source="pl", target="fr")
    finish(
        check, Said("Paczka wyrusza jutro.", "Le colis part demain."),
        Said("Dziękujemy.", "Nous louons.", sure=False),
        Said("Ojej.", "Ojej.", translated=False),
    )  # fmt: skip
    page = browser.be(cast.ana).fragment(f"/tickets/{ticket.id}/checks/{check.id}").text
    assert "every 700ms" not in page
    assert '<td lang="pl" dir="auto"><span class="">Paczka wyrusza jutro.</span></td>' in page
    assert '<span class="s-doubt" title=' in page
    assert '<span class="s-doubt">Dziękujemy.</span>' in page
    assert "could not be translated back" in page
    assert "What is underlined is doubtful" in page


def test_without_javascript_nothing_that_was_typed_is_lost(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    browser.be(cast.ana)
    first = browser.post(f"/tickets/{ticket.id}/checks", data=form(ticket))
    finish(check_of(ticket), Said(TEXT, "Le paquet part demain. Merci."))
    again = browser.post(f"/tickets/{ticket.id}/checks", data=form(ticket))
    for found in (first, again):
        assert found.status_code == 200
        assert f">{TEXT}</textarea>" in found.text
        assert ">Le colis part demain.</textarea>" in found.text
    assert "Look again" in first.text
    assert "Le paquet part demain. Merci." in again.text


@pytest.mark.parametrize("fields", [{"text": ""}, {"text": "   "}])
def test_no_text_is_no_check(cast: Cast, browser: Browser, fields: dict[str, str]) -> None:
    ticket = polish_ticket(cast)
    browser.be(cast.ana)
    url, data = f"/tickets/{ticket.id}/checks", form(ticket, **fields)
    found = browser.fragment(url, method="POST", data=data)
    assert (found.status_code, "There is no text to check yet." in found.text) == (422, True)
    assert browser.post(url, data=data).status_code == 422


def test_who_reads_the_language_has_nothing_to_check(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "Check my draft" not in page
    assert browser.post(f"/tickets/{ticket.id}/checks", data=form(ticket)).status_code == 422


def test_what_no_package_translates_back_is_said(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    check = ask(scope_of_check(ticket), TEXT, source="pl", target="fr")
    finish(check, Said(TEXT, TEXT, translated=False))
    page = browser.be(cast.ana).fragment(f"/tickets/{ticket.id}/checks/{check.id}").text
    assert "Nothing of this could be translated back from Polish to French." in page


def test_a_draft_is_no_check(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = done_draft(ticket, cast.ana, Said("Bonjour.", "Dzień dobry."))
    browser.be(cast.ana)
    assert browser.fragment(f"/tickets/{ticket.id}/checks/{draft.id}").status_code == 404


def offering(ticket: Ticket, cast: Cast) -> Draft:
    draft = done_draft(
        ticket, cast.ana, Said("Bonjour.", "Dzień dobry."),
        Said("Le colis part lundi.", "Pakiet startuje poniedziałek."),
    )  # fmt: skip
    first, second = draft.sentences
    draft.sentences = [first | {"origin": "memory"}, second | {"offer": OFFER}]
    db.session.commit()
    return draft


def test_a_draft_says_what_is_from_memory_and_what_is_like_it(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    draft = offering(ticket, cast)
    page = browser.be(cast.ana).fragment(f"/tickets/{ticket.id}/drafts/{draft.id}").text
    assert "1 sentence from memory" in page
    assert 'Like an earlier answer, 91 %: <q lang="fr">Le colis part jeudi.</q>' in page
    assert "Paczka wyrusza w czwartek." in page


@pytest.mark.parametrize("fragment", [True, False])
def test_an_earlier_answer_takes_its_place(cast: Cast, browser: Browser, fragment: bool) -> None:
    ticket = polish_ticket(cast)
    draft = offering(ticket, cast)
    headers = {"HX-Request": "true"} if fragment else {}
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/drafts/{draft.id}/offers", headers=headers,
        data=form(ticket, text=draft.text, offer="1"),
    )  # fmt: skip
    assert found.status_code == 200
    assert ">Dzień dobry. Paczka wyrusza w czwartek.</textarea>" in found.text
    assert "Like an earlier answer" not in found.text


def test_an_earlier_answer_to_a_sentence_that_was_rewritten_goes_to_the_end(
    cast: Cast, browser: Browser
) -> None:
    ticket = polish_ticket(cast)
    draft = offering(ticket, cast)
    found = browser.be(cast.ana).fragment(
        f"/tickets/{ticket.id}/drafts/{draft.id}/offers", method="POST",
        data=form(ticket, text="Moje słowa.", offer="1"),
    )  # fmt: skip
    assert ">Moje słowa.\nPaczka wyrusza w czwartek.</textarea>" in found.text


@pytest.mark.parametrize("number", ["0", "7", "", "x", "-1"])
def test_what_is_not_offered_cannot_be_taken(cast: Cast, browser: Browser, number: str) -> None:
    ticket = polish_ticket(cast)
    draft = offering(ticket, cast)
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/drafts/{draft.id}/offers", data=form(ticket, offer=number)
    )
    assert found.status_code == 404


def test_a_check_costs_few_queries(cast: Cast, browser: Browser) -> None:
    ticket = polish_ticket(cast)
    browser.be(cast.ana)
    with Counted(db.engine) as counted:
        browser.fragment(f"/tickets/{ticket.id}/checks", method="POST", data=form(ticket))
    assert len(counted.asked) <= 7
