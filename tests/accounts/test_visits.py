"""Sessions as rows."""

import pytest

from app.accounts.throttle import too_many, visitor_address
from app.accounts.visits import Visit, device_name
from app.extensions import db
from tests.browser import Browser
from tests.factories import PASSWORD, Cast
from tests.fakes import SteppedClock

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = {"current": PASSWORD, "new": "four words make sense", "again": "four words make sense"}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_device_has_a_name(agent: str, name: str) -> None:
    assert device_name(agent) == name


def log_in(browser: Browser, email: str = "ana@desk.example") -> Browser:
    data = {"email": email, "password": PASSWORD}
    assert browser.post("/login", data=data, headers={"User-Agent": FIREFOX}).status_code == 303
    return browser


@pytest.fixture
def two(cast: Cast, browser: Browser) -> tuple[Browser, Browser]:
    """Ana at two machines."""
    other = Browser(browser.application, browser.application.response_class, use_cookies=True)
    return log_in(browser), log_in(other)


def test_the_page_lists_where_one_is_logged_in(two: tuple[Browser, Browser]) -> None:
    page = two[0].get("/me").text
    assert page.count("Firefox, Linux") >= 2
    assert page.count("this one") == 1


def test_one_session_can_be_ended_from_another(cast: Cast, two: tuple[Browser, Browser]) -> None:
    here, there = two
    with there.session_transaction() as session:
        visit = session["visit"]
    assert here.post(f"/me/sessions/{visit}/end").status_code == 303
    assert there.get("/tickets").status_code == 303
    assert here.get("/tickets").status_code == 200


def test_nobody_ends_somebody_else_s_session(cast: Cast, two: tuple[Browser, Browser]) -> None:
    with two[1].session_transaction() as session:
        visit = session["visit"]
    stranger = Browser(two[0].application, two[0].application.response_class, use_cookies=True)
    stranger.be(cast.omar).post(f"/me/sessions/{visit}/end")
    assert two[1].get("/tickets").status_code == 200


@pytest.mark.parametrize(
    ("deed", "data"), [("/me/sessions/end", {}), ("/me/password", NEW)]
)  # fmt: skip
def test_every_other_session_ends(
    two: tuple[Browser, Browser], deed: str, data: dict[str, str]
) -> None:
    here, there = two
    assert here.post(deed, data=data).status_code == 303
    assert here.get("/tickets").status_code == 200
    assert there.get("/tickets").status_code == 303


def test_a_stolen_cookie_is_worth_nothing_after_the_log_out(cast: Cast, browser: Browser) -> None:
    log_in(browser)
    with browser.session_transaction() as session:
        stolen = dict(session)
    browser.post("/logout")
    with browser.session_transaction() as session:
        session.update(stolen)
    assert browser.get("/tickets").status_code == 303


def test_a_session_that_nobody_uses_ends(cast: Cast, browser: Browser, clock: SteppedClock) -> None:
    log_in(browser)
    clock.advance(days=29)
    assert browser.get("/tickets").status_code == 200
    clock.advance(days=29)
    assert browser.get("/tickets").status_code == 200  # it was used meanwhile
    clock.advance(days=31)
    assert browser.get("/tickets").status_code == 303


def test_that_a_session_is_used_is_written_every_five_minutes(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    log_in(browser)
    began = clock()
    clock.advance(minutes=4)
    browser.get("/tickets")
    seen = db.select(Visit.seen_at)
    assert db.session.scalars(seen).one() == began
    clock.advance(minutes=2)
    browser.get("/tickets")
    assert db.session.scalars(seen).one() == clock()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"current": "wrong"}, "not your password of now"),
        ({"again": "other words"}, "not the same"),
        ({"new": "short", "again": "short"}, "at least 10 letters"),
        ({"new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "too easy"),
        ({"new": "ana@desk.example", "again": "ana@desk.example"}, "too easy"),
    ],
)
def test_a_poor_password_comes_back_with_a_sentence(
    cast: Cast, browser: Browser, change: dict[str, str], words: str
) -> None:
    found = log_in(browser).post("/me/password", data=NEW | change)
    assert (found.status_code, words in found.text) == (422, True)
    assert NEW["new"] not in found.text


@pytest.mark.parametrize(
    ("counts", "enough"),
    [((0, 0, 0), False), ((7, 29, 59), False), ((8, 8, 8), True), ((0, 30, 0), True),
     ((0, 0, 60), True)],
)  # fmt: skip
def test_how_many_failures_are_enough(counts: tuple[int, int, int], enough: bool) -> None:
    both, account, address = counts
    assert too_many(of_both=both, of_account=account, of_address=address) is enough


@pytest.mark.parametrize(
    ("remote", "passed_on", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # anybody could write that
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_only_a_proxy_of_this_machine_is_believed(
    remote: str, passed_on: str, address: str
) -> None:
    assert visitor_address(remote, passed_on) == address
