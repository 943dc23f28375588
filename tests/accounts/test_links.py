"""Links that let people in: invitations and forgotten passwords."""

import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from app.accounts.link_mails import send_links
from app.accounts.links import EntryLink, LinkKind, make_link, token_of
from app.accounts.models import Agent
from app.extensions import db
from app.mail.smtp import Refused, TryAgain
from tests.browser import Browser
from tests.factories import PASSWORD, Cast
from tests.fakes import MemorySmtp, SteppedClock

WORDS = {"new": "four words make sense", "again": "four words make sense"}


def text_of(post: MemorySmtp) -> str:
    (sent,) = post.sent
    mail = message_from_bytes(sent.content, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def token(cast: Cast, clock: SteppedClock) -> str:
    link = make_link(cast.ana, LinkKind.FORGOTTEN, at=clock())
    db.session.commit()
    return token_of(link)


def test_a_link_lets_choose_a_password_once(cast: Cast, browser: Browser, token: str) -> None:
    assert "Welcome, Ana" in browser.get(f"/enter/{token}").text
    assert browser.post(f"/enter/{token}", data=WORDS).location == "/login"
    login = {"email": "ana@desk.example", "password": WORDS["new"]}
    assert browser.post("/login", data=login).status_code == 303
    assert browser.post("/logout").status_code == 303
    assert browser.post("/login", data=login | {"password": PASSWORD}).status_code == 422
    assert browser.post(f"/enter/{token}", data=WORDS).status_code == 404


def test_a_password_by_link_ends_every_session(cast: Cast, browser: Browser, token: str) -> None:
    other = Browser(browser.application, browser.application.response_class, use_cookies=True)
    other.be(cast.ana)
    browser.post(f"/enter/{token}", data=WORDS)
    assert other.get("/tickets").status_code == 303


def test_a_poor_password_does_not_use_the_link_up(cast: Cast, browser: Browser, token: str) -> None:
    found = browser.post(f"/enter/{token}", data={"new": "short", "again": "short"})
    assert (found.status_code, "at least 10 letters" in found.text) == (422, True)
    assert browser.post(f"/enter/{token}", data=WORDS).status_code == 303


@pytest.mark.parametrize("minutes", [59, 60])
def test_a_link_ends_by_itself(
    cast: Cast, browser: Browser, clock: SteppedClock, token: str, minutes: int
) -> None:
    clock.advance(minutes=minutes)
    assert browser.get(f"/enter/{token}").status_code == (200 if minutes < 60 else 404)


def test_a_link_that_was_altered_says_what_to_do(cast: Cast, browser: Browser, token: str) -> None:
    found = browser.get(f"/enter/{token[:-1]}")
    assert found.status_code == 404
    assert "Ask for a new one" in found.text


def test_a_newer_link_ends_the_older_one(
    cast: Cast, browser: Browser, clock: SteppedClock, token: str
) -> None:
    make_link(cast.ana, LinkKind.FORGOTTEN, at=clock())
    db.session.commit()
    assert browser.get(f"/enter/{token}").status_code == 404


def test_a_closed_account_has_no_link(
    cast: Cast, browser: Browser, clock: SteppedClock, token: str
) -> None:
    cast.ana.disabled_at = clock()
    db.session.commit()
    assert browser.get(f"/enter/{token}").status_code == 404


def test_forgetting_brings_a_mail(cast: Cast, browser: Browser, post: MemorySmtp) -> None:
    assert browser.post("/forgotten", data={"email": " Ana@desk.example"}).status_code == 303
    assert send_links() == 1
    found = re.search(r"http://127\.0\.0\.1:8000(/enter/\S+)", text_of(post))
    assert found
    assert post.sent[0].recipient == "ana@desk.example"
    assert browser.get(found[1]).status_code == 200
    kept = db.session.execute(db.select(EntryLink.__table__)).mappings().one()
    assert found[1].rpartition("/")[2] not in str(dict(kept))  # the link lies nowhere


def test_the_mail_speaks_its_reader_s_language(
    cast: Cast, browser: Browser, post: MemorySmtp
) -> None:
    cast.ana.ui_lang, cast.ana.timezone = "de", "Europe/Berlin"
    db.session.commit()
    browser.post("/forgotten", data={"email": "ana@desk.example"})
    send_links()
    assert "Hallo Ana" in text_of(post)
    assert "11:00 (Europe/Berlin)" in text_of(post)


def test_nobody_learns_who_has_an_account(cast: Cast, browser: Browser, post: MemorySmtp) -> None:
    answers = [
        browser.post("/forgotten", data={"email": email})
        for email in ("ana@desk.example", "nobody@desk.example")
    ]
    assert len({(one.status_code, one.location, one.text) for one in answers}) == 1
    assert send_links() == 1


def test_who_forgets_often_is_mailed_three_times_an_hour(
    cast: Cast, browser: Browser, post: MemorySmtp
) -> None:
    for _ in range(6):
        assert browser.post("/forgotten", data={"email": "ana@desk.example"}).status_code == 303
        send_links()
    assert len(post.sent) == 3


@pytest.mark.parametrize("why", ["demo", "closed", "no address"])
def test_no_mail_goes_where_none_may(
    cast: Cast, browser: Browser, post: MemorySmtp, clock: SteppedClock, why: str
) -> None:
    cast.ana.is_demo = why == "demo"
    cast.ana.disabled_at = clock() if why == "closed" else None
    if why == "no address":
        extensions = browser.application.extensions
        extensions["settings"] = replace(extensions["settings"], host="0.0.0.0")
    db.session.commit()
    browser.post("/forgotten", data={"email": "ana@desk.example"})
    assert send_links() == 0


def test_a_mail_that_cannot_leave_is_tried_again(
    cast: Cast, browser: Browser, post: MemorySmtp, clock: SteppedClock
) -> None:
    post.failures = [TryAgain(451, "RCPT TO")]
    browser.post("/forgotten", data={"email": "ana@desk.example"})
    send_links()
    assert post.sent == []
    clock.advance(minutes=1)
    send_links()
    assert len(post.sent) == 1


def test_a_mail_that_is_refused_is_not_tried_again(
    cast: Cast, browser: Browser, post: MemorySmtp, clock: SteppedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    post.failures = [Refused(550, "RCPT TO")]
    browser.post("/forgotten", data={"email": "ana@desk.example"})
    send_links()
    clock.advance(minutes=30)
    assert send_links() == 0
    assert "ana@" not in caplog.text


def test_a_mail_whose_link_was_used_meanwhile_does_not_leave(
    cast: Cast, browser: Browser, post: MemorySmtp, token: str
) -> None:
    browser.post(f"/enter/{token}", data=WORDS)
    send_links()
    assert post.sent == []


def test_an_account_without_a_password_opens_to_no_password(cast: Cast, browser: Browser) -> None:
    db.session.execute(db.update(Agent).values(password_hash=""))
    db.session.commit()
    for password in ("", "nobody"):
        data = {"email": "ana@desk.example", "password": password}
        assert browser.post("/login", data=data).status_code == 422
