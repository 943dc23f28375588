"""The second factor."""

import base64
import re
from datetime import UTC, datetime

import pyotp
import pytest

from app.accounts import second
from app.accounts.models import Agent, AgentEvent
from app.accounts.second import RecoveryCode, step_of
from app.config import Settings
from app.extensions import db
from app.privacy.vault import Key, KeyRing, Vault
from app.relay.rotation import rotate
from tests.browser import Browser
from tests.factories import PASSWORD, Cast
from tests.fakes import SteppedClock

# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC = [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
    (2000000000, "279037"), (20000000000, "353130"),
]  # fmt: skip


@pytest.mark.parametrize(("seconds", "code"), RFC)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC_SECRET, code, at, after=0) == seconds // 30


@pytest.mark.parametrize(
    ("late", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_clocks_may_differ_by_half_a_minute(late: int, counts: bool) -> None:
    at = datetime.fromtimestamp(1111111111 + late, UTC)
    assert (step_of(RFC_SECRET, "050471", at, after=0) is not None) is counts


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "28708x", "２８７０８２", "287 082"])
def test_only_six_digits_are_a_code(typed: str) -> None:
    found = step_of(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC), after=0)
    assert (found is not None) is (typed == "287 082")


def code_at(secret: str, clock: SteppedClock) -> str:
    return pyotp.TOTP(secret).at(clock())


@pytest.fixture
def secret(cast: Cast, clock: SteppedClock) -> str:
    """Lea has set up her device; the codes below are hers."""
    made = second.new_secret()
    assert second.set_up(cast.lea, made, code_at(made, clock), at=clock())
    db.session.commit()
    clock.advance(seconds=30)
    return made


def log_in(browser: Browser, code: str, email: str = "lea@desk.example"):  # type: ignore[no-untyped-def]
    found = browser.post("/login", data={"email": email, "password": PASSWORD, "next": "/people"})
    assert found.location == "/login/code"
    assert browser.get("/people").status_code == 303  # not in yet
    return browser.post("/login/code", data={"code": code})


def test_the_password_is_half_the_way(
    cast: Cast, secret: str, browser: Browser, clock: SteppedClock
) -> None:
    assert log_in(browser, "000000").status_code == 422
    found = log_in(browser, code_at(secret, clock))
    assert (found.status_code, found.location) == (303, "/people")
    assert browser.get("/people").status_code == 200


def test_a_code_counts_once(cast: Cast, secret: str, browser: Browser, clock: SteppedClock) -> None:
    code = code_at(secret, clock)
    assert log_in(browser, code).status_code == 303
    browser.post("/logout")
    found = log_in(browser, code)
    assert (found.status_code, "used already" in found.text) == (422, True)


def test_the_half_way_ends_after_ten_minutes(
    cast: Cast, secret: str, browser: Browser, clock: SteppedClock
) -> None:
    browser.post("/login", data={"email": "lea@desk.example", "password": PASSWORD})
    clock.advance(minutes=10)
    found = browser.post("/login/code", data={"code": code_at(secret, clock)})
    assert found.location == "/login"
    assert browser.get("/tickets").status_code == 303


def test_guessing_codes_is_slowed_down(cast: Cast, secret: str, browser: Browser) -> None:
    browser.post("/login", data={"email": "lea@desk.example", "password": PASSWORD})
    answers = [browser.post("/login/code", data={"code": "000000"}).status_code for _ in range(9)]
    assert answers == [422] * 8 + [429]


def test_a_recovery_code_lets_in_once(cast: Cast, secret: str, browser: Browser) -> None:
    code = second.new_recovery_codes(cast.lea)[3]
    db.session.commit()
    assert log_in(browser, code.upper()).status_code == 303
    browser.post("/logout")
    assert log_in(browser, code).status_code == 422
    assert second.recovery_codes_left(cast.lea) == 9


def test_nothing_of_it_lies_in_the_clear(cast: Cast, secret: str) -> None:
    codes = second.new_recovery_codes(cast.lea)
    db.session.flush()
    kept = db.session.scalars(db.select(RecoveryCode.code_hash)).all()
    sealed = db.session.scalars(db.select(Agent.second_sealed).filter_by(id=cast.lea.id)).one()
    assert secret.encode() not in (sealed or b"")
    assert not {code.replace("-", "") for code in codes} & set(kept)


def test_setting_up_shows_a_picture_and_asks_for_the_first_code(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    page = browser.be(cast.lea).get("/me/second-factor").text
    found = re.search(r'<code class="secret">(\w+)</code>', page)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found
    assert sealed
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page or "<svg" in page
    wrong = browser.post("/me/second-factor", data={"sealed": sealed[1], "code": "123"})
    assert (wrong.status_code, found[1] in wrong.text) == (422, True)
    code = code_at(found[1], clock)
    done = browser.post("/me/second-factor", data={"sealed": sealed[1], "code": code})
    assert len(re.findall(r"<li><code>(\w{4}-\w{4}-\w{4}-\w{4})</code>", done.text)) == 10
    db.session.refresh(cast.lea)
    assert cast.lea.has_second_factor
    assert db.session.scalars(db.select(AgentEvent.kind)).all() == ["second_on"]


def test_a_secret_of_somebody_else_s_page_is_refused(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.lea).get("/me/second-factor").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    found = browser.be(cast.ana).post("/me/second-factor", data={"sealed": sealed[1], "code": "1"})
    assert found.location == "/me/second-factor"


@pytest.mark.parametrize(("password", "status"), [("wrong", 422), (PASSWORD, 303)])
def test_taking_it_away_asks_for_the_password(
    cast: Cast, secret: str, browser: Browser, password: str, status: int
) -> None:
    found = browser.be(cast.lea).post("/me/second-factor/removal", data={"password": password})
    assert found.status_code == status
    db.session.refresh(cast.lea)
    assert cast.lea.has_second_factor is (status == 422)


def test_a_desk_that_asks_for_it_leads_its_supervisors_there(
    cast: Cast, browser: Browser, desk: object
) -> None:
    settings: Settings = browser.application.extensions["settings"]
    browser.application.extensions["settings"] = Settings(
        **{**settings.__dict__, "second_factor": "supervisors"}
    )
    assert browser.be(cast.lea).get("/people").location == "/me/second-factor"
    assert "Set it up to go on" in browser.get("/me/second-factor").text
    assert browser.be(cast.ana).get("/tickets").status_code == 200
    browser.application.extensions["settings"] = Settings(
        **{**settings.__dict__, "second_factor": "everyone"}
    )
    assert browser.be(cast.ana).get("/tickets").location == "/me/second-factor"


def test_the_secret_is_sealed_anew_with_new_keys(
    cast: Cast, secret: str, clock: SteppedClock, browser: Browser
) -> None:
    old, new = Key("old", b"1" * 32), Key("new", b"2" * 32)
    extensions = browser.application.extensions
    extensions["vault"] = Vault(KeyRing((old,)))
    assert second.set_up(cast.lea, secret, code_at(secret, clock), at=clock())
    db.session.commit()
    extensions["vault"] = Vault(KeyRing((new, old)))
    assert dict(rotate())["agent"] == 1
    extensions["vault"] = Vault(KeyRing((new,)))
    clock.advance(seconds=30)
    assert second.accepts(cast.lea, code_at(secret, clock), at=clock())
