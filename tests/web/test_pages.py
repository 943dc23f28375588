"""What holds on every page: headers, errors, the banner, languages."""

import gzip
import re

import pytest
from flask import Flask

from app.extensions import db
from app.lib.heartbeat import beat
from app.web.static import FOLDER, static_path
from tests.browser import Browser
from tests.factories import KIM, Cast, make_ticket
from tests.fakes import SteppedClock

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|href|action)=\"(?!/|#|\?)[^\"]*\"")


@pytest.fixture
def pages(cast: Cast, browser: Browser) -> list[str]:
    """Every page, as the operator's supervisor sees it."""
    ticket = make_ticket(cast.lavande)
    addresses = ["/tickets?view=all", f"/tickets/{ticket.id}", "/deadlines", "/nothing"]
    texts = [browser.be(cast.odile).get(address).text for address in addresses]
    return [*texts, browser.be(None).get("/login").text]


def test_no_page_holds_anything_inline_or_from_elsewhere(pages: list[str]) -> None:
    for page in pages:
        assert INLINE.search(page) is None
        assert FOREIGN.search(page) is None


def test_every_answer_carries_the_policy(cast: Cast, browser: Browser) -> None:
    for address in ("/login", "/nothing", f"{static_path()}/img/icons.svg"):
        answer = browser.get(address, buffered=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_file_says_that_it_is_what_it_is_and_for_this_desk_alone(browser: Browser) -> None:
    answer = browser.get(f"{static_path()}/css/desk.css", buffered=True)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_style_sheet_is_one_answer(browser: Browser) -> None:
    sheet = browser.get(f"{static_path()}/css/desk.css", buffered=True).text
    assert "@import" not in sheet
    assert sheet.startswith("@layer base, components, layout, narrow;")
    for path in (FOLDER / "css").glob("*.css"):
        assert path.name == "desk.css" or path.read_text() in sheet, path.name


def test_pages_are_kept_by_no_proxy(cast: Cast, browser: Browser) -> None:
    assert browser.get("/login").headers["Cache-Control"] == "private, no-cache"


def test_a_static_file_is_small_and_kept_for_a_year(cast: Cast, browser: Browser) -> None:
    url = f"{static_path()}/css/layout.css"
    plain = browser.get(url, buffered=True)
    small = browser.get(url, buffered=True, headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers.getlist("Vary") == ["Accept-Encoding"]
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 3
    assert "immutable" in small.headers["Cache-Control"]
    tag = {"If-None-Match": small.headers["ETag"]}
    assert browser.get(url, buffered=True, headers=tag).status_code == 304
    assert browser.get("/static/css/layout.css").status_code == 404


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip", "gzip"), ("gzip;q=0", None), ("identity", None)]
)
def test_a_page_is_compressed_where_the_browser_takes_it(
    cast: Cast, browser: Browser, accepts: str, encoding: str | None
) -> None:
    answer = browser.get("/login", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == encoding
    body = gzip.decompress(answer.data) if encoding else answer.data
    assert b"Dragoman" in body


def test_the_banner_stands_while_nobody_sweeps(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    browser.be(cast.ana)
    assert 'class="banner"' in browser.get("/tickets").text
    beat("sweep")
    db.session.commit()
    assert 'class="banner"' not in browser.get("/tickets").text
    clock.advance(minutes=2, seconds=1)
    assert 'class="banner"' in browser.get("/tickets").text


def test_an_agent_is_spoken_to_in_their_language(cast: Cast, browser: Browser) -> None:
    cast.ana.ui_lang = "de"
    db.session.commit()
    page = browser.be(cast.ana).get("/tickets").text
    assert '<html lang="de">' in page
    assert "Abmelden" in page


def test_before_the_log_in_the_browser_says_which_language(cast: Cast, browser: Browser) -> None:
    page = browser.get("/login", headers={"Accept-Language": "pt, it;q=0.8"}).text
    assert '<html lang="it">' in page


def test_an_unknown_address_says_so_in_a_sentence(cast: Cast, browser: Browser) -> None:
    answer = browser.be(cast.ana).get("/nothing")
    assert answer.status_code == 404
    assert "There is nothing here." in answer.text


def test_a_page_that_does_not_exist_is_a_sentence(cast: Cast, browser: Browser) -> None:
    answer = browser.be(cast.ana).get("/tickets?after=rubbish")
    assert answer.status_code == 400
    assert "start again from the first one" in answer.text


def test_a_form_without_its_token_changes_nothing_and_loses_nothing(
    desk: Flask, cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)
    desk.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = browser.be(cast.ana).post(f"/tickets/{ticket.id}/notes", data={"note": "secret"})
    finally:
        desk.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "your text is still there" in answer.text
    assert "secret" not in answer.text


def test_too_long_a_form_is_a_sentence(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    answer = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/notes", data={"note": "x" * 5_000_000}
    )
    assert answer.status_code == 413
    assert "too much text" in answer.text


def test_a_fault_tells_and_logs_no_word_of_what_was_typed(
    desk: Flask, cast: Cast, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = make_ticket(cast.lavande)
    view = desk.view_functions["tickets.add_note"]
    desk.view_functions["tickets.add_note"] = lambda ticket_id: {}[KIM]
    desk.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = browser.be(cast.ana).post(f"/tickets/{ticket.id}/notes", data={"note": "hush"})
    finally:
        desk.view_functions["tickets.add_note"] = view
        desk.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    for said in (answer.text, caplog.text):
        assert KIM not in said
        assert "hush" not in said
