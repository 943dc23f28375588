"""An acknowledgement names the agent and the date, in whatever way its language writes one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date

from app.accounts.models import Agent
from app.config import DESK_LANGUAGES
from app.deadlines.acknowledging import acknowledgement_text
from app.tickets.composer.naming import Lack, Said, lacking
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.tickets.staging import newest

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Ana looks after it. News by 4 March 2026."),
        ("en", "Ana here, you hear from me on March 4th."),
        ("en", "ANA: by the 4th of March"),
        ("en", "Ana, 3/4/2026"),
        ("fr", "Ana s’en occupe, des nouvelles d’ici le 4 mars."),
        ("de", "Ana kümmert sich, Nachricht bis zum 4. März 2026"),
        ("de", "Ana, bis 04.03."),
        ("es", "Ana, antes del 4 de marzo de 2026"),
        ("it", "Ana, entro il 4 marzo"),
        ("nl", "Ana, uiterlijk 4 mrt"),
        ("pl", "Ana, do 4 marca 2026"),
        ("cs", "Ana, do 4. března"),
        ("tr", "Ana, 4 Mart’a kadar"),
        ("uk", "Ana, до 4 березня"),
        ("ru", "Ana, до 4 марта"),
        ("ar", "Ana ، بحلول ٤ مارس ٢٠٢٦"),
        ("ja", "Ana が 3月4日 までに"),
        ("zh", "Ana 将于 2026年3月4日 前"),
        ("sv", "Ana, senast 2026-03-04"),
    ],
)
def test_a_date_is_known_in_every_dress(lang: str, text: str) -> None:
    assert lacking(text, Said("Ana", DAY, lang)) == []


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("We look after it.", [Lack.NAME, Lack.DATE]),
        ("Ana looks after it.", [Lack.DATE]),
        ("News by 4 March.", [Lack.NAME]),
        ("Ana: news by 14 March.", [Lack.DATE]),
        ("Ana: news by 4 May.", [Lack.DATE]),
        ("Ana: news by Wednesday.", [Lack.DATE]),
        ("Ana: order 104/03 arrives.", [Lack.DATE]),
        ("Banana Ltd, 4 March", [Lack.NAME]),
    ],
)
def test_another_day_or_name_is_none(text: str, lacks: list[Lack]) -> None:
    assert lacking(text, Said("Ana", DAY, "en")) == lacks


def test_a_long_name_is_known_by_its_first_and_without_its_accents() -> None:
    said = Said("Élodie Martin-Dupré", DAY, "fr")
    assert lacking("Elodie, le 4 mars", said) == []
    assert lacking("Madame Martin, le 4 mars", said) == [Lack.NAME]


@pytest.mark.parametrize("lang", DESK_LANGUAGES)
def test_the_desk_s_own_words_say_it_in_every_language(cast: Cast, lang: str) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.lang = lang
    for days in range(0, 365, 13):
        until = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=days)
        text = acknowledgement_text(ticket, cast.bo, until)
        assert lacking(text, Said("Bo", until.date(), lang)) == [], text
        for width in ("medium", "long", "full"):
            words = f"Bo {format_date(until.date(), width, locale=lang)}"
            assert lacking(words, Said("Bo", until.date(), lang)) == [], words


@pytest.mark.parametrize(
    "path", ["/tickets/{}/acknowledgement", "/deadlines/tickets/{}/acknowledgement"]
)
def test_without_them_nothing_is_sent_and_the_form_says_what_is_missing(
    cast: Cast, browser: Browser, path: str
) -> None:
    ticket = make_ticket(cast.lavande, "My lawyer will write to you.")
    ticket.assignee_id = cast.bo.id
    who: Agent = cast.lea if "deadlines" in path else cast.bo
    form = {"seen": str(newest(ticket)), "until": "2026-03-04T17:00", "text": "We look into it."}
    browser.be(who)
    page = browser.post(path.format(ticket.id), data=form)
    assert page.status_code == 422
    assert "It does not name Bo." in page.text
    assert "It does not name the date: March 4, 2026." in page.text
    assert "We look into it." in page.text
    good = form | {"text": "Bo looks into it; you hear from us by 4 March."}
    assert browser.post(path.format(ticket.id), data=good).status_code == 303
