"""The buyer's pages: looking changes nothing, the button counts once, every other way is refused
kindly."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.lib.clock import now
from app.quality.survey_links import token_of
from app.quality.survey_models import Survey
from app.quality.survey_words import words_in
from app.tickets.models import Ticket
from app.translation.models import Draft
from tests.factories import KIM, Cast, make_cast, make_ticket
from tests.fakes import SteppedClock
from tests.quality.conftest import only_survey

EN = words_in("en")


def vote(buyer: FlaskClient, token: str, score: object = 4, words: str = "") -> int:
    data = {"score": str(score), "words": words}
    return buyer.post(f"/survey/{token}", data=data).status_code


@pytest.fixture
def token(asked: Survey) -> str:
    return token_of(asked)


def test_following_every_link_as_a_scanner_does_counts_nothing(
    links: list[str], buyer: FlaskClient
) -> None:
    for _ in range(2):
        for link in links:
            assert buyer.get(link).status_code == 200
            assert buyer.head(link).status_code == 200
    survey = only_survey()
    assert (survey.score, survey.answered_at) == (None, None)


def test_the_link_s_number_is_marked_and_the_button_counts(
    links: list[str], buyer: FlaskClient, clock: SteppedClock, token: str
) -> None:
    page = buyer.get(links[1]).text
    assert 'value="4" required checked' in page
    assert vote(buyer, token, 4) == 303
    assert EN["thanks"] in buyer.get(f"/survey/{token}/thanks").text
    assert (only_survey().score, only_survey().answered_at) == (4, clock())


def test_the_page_shows_the_shop_and_nothing_of_the_conversation(
    links: list[str], buyer: FlaskClient, asked: Survey
) -> None:
    page = buyer.get(links[0])
    assert "Maison Lavande" in page.text
    assert "Set-Cookie" not in page.headers
    for secret in (KIM, "My order", "Ana", f"#{asked.ticket_id}"):
        assert secret not in page.text


def test_the_page_is_in_the_buyer_s_language_whoever_looks(
    asked: Survey, buyer: FlaskClient, token: str
) -> None:
    asked.lang = "ar"
    db.session.commit()
    page = buyer.get(f"/survey/{token}/5").text
    assert '<html lang="ar" dir="rtl">' in page
    assert words_in("ar")["send"] in page


def test_a_second_vote_replaces_the_first_for_an_hour_and_no_longer(
    buyer: FlaskClient, token: str, clock: SteppedClock
) -> None:
    vote(buyer, token, 1)
    clock.advance(minutes=59)
    assert vote(buyer, token, 5) == 303
    clock.advance(minutes=2)
    assert vote(buyer, token, 2) == 410
    late = buyer.get(f"/survey/{token}/3")
    assert (late.status_code, EN["already"] in late.text) == (410, True)
    assert only_survey().score == 5


def test_an_old_question_takes_no_answer(
    buyer: FlaskClient, token: str, clock: SteppedClock
) -> None:
    clock.advance(days=31)
    assert EN["over"] in buyer.get(f"/survey/{token}/3").text
    assert vote(buyer, token, 3) == 410
    assert only_survey().score is None


@pytest.mark.parametrize("change", ["cut", "key", "signature", "empty", "unicode"])
def test_a_forged_address_leads_nowhere_and_says_so_kindly(
    buyer: FlaskClient, token: str, change: str
) -> None:
    key, _, signature = token.partition(".")
    forged = {
        "cut": token[:-1], "key": f"{'0' * 16}.{signature}", "signature": f"{key}.{'A' * 27}",
        "empty": ".", "unicode": f"{key}é.{signature}",
    }[change]  # fmt: skip
    for page in (buyer.get(f"/survey/{forged}/5"), buyer.get(f"/survey/{forged}/more")):
        assert (page.status_code, EN["unknown"] in page.text) == (404, True)
    assert vote(buyer, forged, 5) == 404
    assert only_survey().score is None


def test_a_signed_key_without_a_row_leads_nowhere(buyer: FlaskClient, asked: Survey) -> None:
    token = token_of(Survey(key="0" * 16))
    assert buyer.get(f"/survey/{token}").status_code == 404


def test_the_unknown_page_speaks_the_browser_s_language(buyer: FlaskClient, desk: Flask) -> None:
    page = buyer.get("/survey/x.y", headers={"Accept-Language": "pl"})
    assert words_in("pl")["unknown"] in page.text


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "4.5", "five", "٦"])
def test_a_number_that_is_none_comes_back_with_the_words(
    buyer: FlaskClient, token: str, score: str
) -> None:
    page = buyer.post(f"/survey/{token}", data={"score": score, "words": "Good people"})
    assert (page.status_code, EN["choose"] in page.text) == (422, True)
    assert "Good people" in page.text
    assert only_survey().score is None


def test_an_address_with_a_strange_number_marks_none(buyer: FlaskClient, token: str) -> None:
    page = buyer.get(f"/survey/{token}/99")
    assert (page.status_code, "checked" in page.text) == (200, False)


def test_words_are_redacted_before_they_are_kept_and_translated_for_the_vendor(
    buyer: FlaskClient, token: str
) -> None:
    words = f"Very kind people, they helped me at once. Write to {KIM} or call +44 7700 900123"
    vote(buyer, token, 5, words)
    survey = only_survey()
    assert KIM not in survey.words
    assert "900123" not in survey.words
    assert survey.words_lang == "en"
    draft = db.session.get_one(Draft, survey.draft_id)
    assert (draft.source_text, draft.source_lang, draft.target_lang) == (survey.words, "en", "fr")
    assert (draft.state, draft.scope) == ("waiting", f"survey:{survey.id}")


def test_a_change_of_the_number_keeps_what_was_written(buyer: FlaskClient, token: str) -> None:
    vote(buyer, token, 5, "Very kind people helped me")
    assert "Very kind people helped me" in buyer.get(f"/survey/{token}/4").text


def test_words_that_are_taken_back_are_gone_with_their_draft(
    buyer: FlaskClient, token: str
) -> None:
    vote(buyer, token, 5, "Very kind people helped me")
    vote(buyer, token, 5, "  ")
    assert (only_survey().words, only_survey().draft_id) == ("", None)


def test_long_words_are_cut(buyer: FlaskClient, token: str) -> None:
    vote(buyer, token, 3, "well " * 5_000)
    assert len(only_survey().words) <= 1_000


def test_the_long_form_is_for_those_who_have_answered(
    buyer: FlaskClient, token: str, clock: SteppedClock
) -> None:
    assert buyer.get(f"/survey/{token}/more").status_code == 303
    assert buyer.post(f"/survey/{token}/more", data={"empathy": "5"}).status_code == 422
    vote(buyer, token, 4)
    assert EN["tangibles"] in buyer.get(f"/survey/{token}/more").text
    said = {"tangibles": "5", "empathy": "2", "assurance": "9", "reliability": ""}
    assert EN["more_thanks"] in buyer.post(f"/survey/{token}/more", data=said).text
    survey = only_survey()
    assert (survey.tangibles, survey.empathy, survey.assurance) == (5, 2, None)
    clock.advance(hours=2)
    assert buyer.post(f"/survey/{token}/more", data=said).status_code == 410


def test_thanks_before_an_answer_lead_to_the_question(buyer: FlaskClient, token: str) -> None:
    assert buyer.get(f"/survey/{token}/thanks").headers["Location"] == f"/survey/{token}"


@pytest.mark.usefixtures("limits")
def test_nobody_may_knock_without_end(buyer: FlaskClient, token: str) -> None:
    """Thirty a minute: of 61 one is too many, wherever the minute begins."""
    answers = [buyer.get(f"/survey/{token}").status_code for _ in range(61)]
    assert answers[0] == 200
    assert 429 in answers


def test_an_answer_counts_for_a_ticket_that_was_merged_since(
    buyer: FlaskClient, token: str, asked: Survey, cast: Cast, clock: SteppedClock
) -> None:
    ticket = db.session.get_one(Ticket, asked.ticket_id)
    ticket.continued_in_id = ticket.id  # as far as the page is concerned
    db.session.commit()
    assert vote(buyer, token, 2) == 303


def test_two_browsers_at_once_leave_one_answer(fresh_app: Flask, clock: SteppedClock) -> None:
    with fresh_app.app_context():
        key = make_survey()
        db.session.commit()
    with fresh_app.test_request_context():
        token = token_of(Survey(key=key))
    answers: list[int] = []

    def knock(score: int) -> None:
        answers.append(vote(fresh_app.test_client(), token, score))

    threads = [threading.Thread(target=knock, args=(score,)) for score in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with fresh_app.app_context():
        survey = db.session.scalars(db.select(Survey)).one()
        assert survey.score in {1, 5}
    assert answers == [303, 303]


def make_survey() -> str:
    ticket = make_ticket(make_cast().lavande)
    at = now()
    survey = Survey(
        key="k" * 16, ticket_id=ticket.id, vendor_id=ticket.vendor_id, buyer_id=ticket.buyer_id,
        lang="en", closed_at=at, asked_at=at,
    )  # fmt: skip
    db.session.add(survey)
    return survey.key
