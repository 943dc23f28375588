"""The buyer's pages in a real browser: a phone, no scripts, no log-in, right to left too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.config import read_settings
from app.extensions import db
from app.factory import create_app
from app.lib.clock import now
from app.lib.ids import random_id
from app.quality.survey_links import token_of
from app.quality.survey_models import Survey
from app.quality.survey_words import words_in
from app.tickets.models import Ticket
from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def ask(desk: Desk) -> Iterator[object]:
    """Makes a question in a language and gives the path of its links."""
    app = create_app(read_settings(desk.environ))

    def ask(lang: str) -> str:
        with app.app_context():
            ticket = db.session.scalars(select(Ticket).limit(1)).one()
            survey = Survey(
                key=random_id(16), ticket_id=ticket.id, vendor_id=ticket.vendor_id,
                buyer_id=ticket.buyer_id, lang=lang, closed_at=now(), asked_at=now(),
            )  # fmt: skip
            db.session.add(survey)
            db.session.commit()
            return f"/survey/{token_of(survey)}"

    yield ask
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("lang", ["pl", "ar"])
def test_a_buyer_answers_on_a_phone_without_scripts(visit: Visit, ask, lang: str) -> None:  # type: ignore[no-untyped-def]
    words = words_in(lang)
    page = visit(ask(lang) + "/4", viewport=PHONE, java_script_enabled=False)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("[value='4']")).to_be_checked()
    wide = page.locator("body").bounding_box()
    assert wide is not None
    assert wide["width"] <= PHONE["width"]
    page.locator("textarea").fill("Dziękuję, wszystko dobrze.")
    page.get_by_role("button", name=words["send"]).click()
    expect(page.locator("h1")).to_have_text(words["thanks"])
    page.get_by_role("link", name=words["more"]).click()
    page.locator("[name=empathy][value='5']").check()
    page.get_by_role("button", name=words["send"]).click()
    expect(page.locator("h1")).to_have_text(words["more_thanks"])


def test_the_number_is_changed_by_keyboard(visit: Visit, ask) -> None:  # type: ignore[no-untyped-def]
    page = visit(ask("en") + "/3", color_scheme="dark")
    page.locator("[value='3']").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[value='4']")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(words_in("en")["thanks"])
