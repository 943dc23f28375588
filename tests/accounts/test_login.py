"""Logging in and out."""

import pytest

from app.accounts.demo import DEMO_PASSWORD
from app.extensions import db
from app.lib.clock import now
from tests.browser import Browser
from tests.factories import PASSWORD, Cast
from tests.fakes import SteppedClock


def log_in(browser: Browser, email: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return browser.post("/login", data={"email": email, "password": password, **more})


def test_who_knows_the_password_comes_in(cast: Cast, browser: Browser) -> None:
    found = log_in(browser, " Ana@Desk.example ")
    assert (found.status_code, found.location) == (303, "/")
    assert browser.get("/tickets").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@desk.example", "wrong"), ("nobody@desk.example", PASSWORD), ("", "")],
)
def test_a_wrong_word_and_a_wrong_person_look_the_same(
    cast: Cast, browser: Browser, email: str, password: str
) -> None:
    found = log_in(browser, email, password)
    assert found.status_code == 422
    assert "do not fit together" in found.text
    assert PASSWORD not in found.text
    assert browser.get("/tickets").status_code == 303


def test_a_closed_account_stays_outside(cast: Cast, browser: Browser) -> None:
    cast.ana.disabled_at = now()
    db.session.commit()
    assert log_in(browser, "ana@desk.example").status_code == 422


def test_a_running_session_ends_when_the_account_is_closed(cast: Cast, browser: Browser) -> None:
    log_in(browser, "ana@desk.example")
    cast.ana.disabled_at = now()
    db.session.commit()
    assert browser.get("/tickets").status_code == 303


@pytest.mark.parametrize(
    ("target", "location"),
    [("/tickets?view=all", "/tickets?view=all"), ("https://evil.example/", "/"), ("//e.vil", "/")],
)
def test_the_log_in_leads_back_to_this_desk_alone(
    cast: Cast, browser: Browser, target: str, location: str
) -> None:
    assert log_in(browser, "ana@desk.example", next=target).location == location


def test_a_page_leads_to_the_log_in_and_back(cast: Cast, browser: Browser) -> None:
    found = browser.get("/tickets?view=all")
    assert found.location == "/login?next=/tickets?view%3Dall"
    assert 'name="next" value="/tickets?view=all"' in browser.get(found.location).text


def test_a_form_of_an_ended_session_keeps_its_text(cast: Cast, browser: Browser) -> None:
    found = browser.post("/tickets/1/notes", data={"note": "x"})
    assert found.status_code == 401
    assert "your text is still there" in found.text


def test_logging_out_ends_the_session(cast: Cast, browser: Browser) -> None:
    log_in(browser, "ana@desk.example")
    assert browser.post("/logout").status_code == 303
    assert browser.get("/tickets").status_code == 303


@pytest.fixture
def demo(cast: Cast) -> Cast:
    cast.ana.is_demo = True
    cast.ana.set_password(DEMO_PASSWORD)
    db.session.commit()
    return cast


def test_the_demo_is_offered_and_open_on_the_machine_itself(demo: Cast, browser: Browser) -> None:
    page = browser.get("/login").text
    assert "Be somebody" in page
    assert 'value="ana@desk.example"' in page
    assert 'value="bo@desk.example"' not in page
    assert log_in(browser, "ana@desk.example", DEMO_PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "visit",
    [
        {"environ_overrides": {"SERVER_NAME": "desk.example"}},
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"Forwarded": "for=203.0.113.9"}},
    ],
)
def test_the_demo_is_closed_to_everybody_else(
    demo: Cast, browser: Browser, visit: dict[str, dict[str, str]]
) -> None:
    assert "Be somebody" not in browser.get("/login", **visit).text
    data = {"email": "ana@desk.example", "password": DEMO_PASSWORD}
    assert browser.post("/login", data=data, **visit).status_code == 422


def test_guessing_is_slowed_down(cast: Cast, browser: Browser, clock: SteppedClock) -> None:
    answers = [log_in(browser, "ana@desk.example", "wrong").status_code for _ in range(9)]
    assert answers == [422] * 8 + [429]
    assert log_in(browser, "ana@desk.example").status_code == 429
    assert "Too many tries." in log_in(browser, "ana@desk.example").text
    clock.advance(minutes=15)
    assert log_in(browser, "ana@desk.example").status_code == 303


def test_who_is_nobody_is_slowed_down_just_the_same(cast: Cast, browser: Browser) -> None:
    """Else being slowed down would tell that an account exists."""
    nobody = [log_in(browser, "no@desk.example", "wrong").status_code for _ in range(9)]
    assert nobody == [422] * 8 + [429]


def test_guessing_at_one_account_leaves_another_alone(cast: Cast, browser: Browser) -> None:
    for _ in range(9):
        log_in(browser, "ana@desk.example", "wrong")
    assert log_in(browser, "bo@desk.example").status_code == 303


def test_the_right_word_forgets_the_wrong_ones(cast: Cast, browser: Browser) -> None:
    for _ in range(3):
        for _ in range(7):
            log_in(browser, "ana@desk.example", "wrong")
        assert log_in(browser, "ana@desk.example").status_code == 303
        browser.post("/logout")
