"""An agent's seat at a ticket: what was not sent is kept, and others see who is there."""

import re
from html import unescape

import pytest

from app.accounts.visits import Visit
from app.extensions import db
from app.relay.erasure import erase_buyer
from app.tickets.composer.seats import Seat
from app.tickets.models import Buyer, Ticket
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted, messages, newest, polish_ticket


@pytest.fixture
def ticket(cast: Cast, clock: SteppedClock) -> Ticket:
    return make_ticket(cast.lavande)


def sit(browser: Browser, ticket: Ticket, **fields: object) -> str:
    """What an open page does every few seconds. Returns the version that it is given."""
    data = {"seen": newest(ticket), **fields}
    found = browser.fragment(f"/tickets/{ticket.id}/seat", method="POST", data=data)
    assert found.status_code == 200
    said = re.search(r'data-version="(\d*)"', found.text)
    assert said
    browser.last = found.text  # type: ignore[attr-defined]
    return said[1]


def texts(page: str) -> dict[str, str]:
    found = re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page, re.S)
    return {name: unescape(text) for name, text in found if text}


def test_what_was_not_sent_stands_there_again(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = polish_ticket(cast)
    browser.be(cast.ana)
    sit(browser, ticket, own_text="Bonjour", text="Dzień", note="à voir", changed="yes")
    browser.be(None)  # closed, restarted, the next day
    clock.advance(days=1)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert texts(page) == {"own_text": "Bonjour", "text": "Dzień", "note": "à voir"}
    assert "It was not sent." in page
    assert "Somebody wrote since then" not in page


def test_a_kept_text_is_nobody_else_s(cast: Cast, browser: Browser, ticket: Ticket) -> None:
    sit(browser.be(cast.ana), ticket, text="I think so", changed="yes")
    for person in (cast.bo, cast.lea, cast.odile):
        assert "I think so" not in browser.be(person).get(f"/tickets/{ticket.id}").text


def test_the_text_says_when_somebody_wrote_since_it_was_begun(
    cast: Cast, browser: Browser, ticket: Ticket, clock: SteppedClock
) -> None:
    sit(browser.be(cast.ana), ticket, text="Half a sen", changed="yes")
    clock.advance(minutes=1)
    answer(ticket, cast.bo)
    page = browser.get(f"/tickets/{ticket.id}").text
    assert texts(page) == {"text": "Half a sen"}
    assert "Somebody wrote since then" in page


def test_an_older_tab_never_writes_over_a_newer_text(
    cast: Cast, browser: Browser, ticket: Ticket, clock: SteppedClock
) -> None:
    browser.be(cast.ana)
    first = sit(browser, ticket, text="first tab", changed="yes")
    clock.advance(seconds=30)
    second = sit(browser, ticket, text="second tab", version=first, changed="yes")
    clock.advance(seconds=30)
    assert second != first
    assert sit(browser, ticket, text="first tab, more", version=first, changed="yes") == first
    assert "You wrote something else here in another tab" in browser.last  # type: ignore[attr-defined]
    assert texts(browser.get(f"/tickets/{ticket.id}").text) == {"text": "second tab"}
    sit(browser, ticket, text="first tab, more", version=first, changed="yes", force="yes")
    assert texts(browser.get(f"/tickets/{ticket.id}").text) == {"text": "first tab, more"}


@pytest.mark.parametrize("how", ["sent", "thrown away"])
def test_what_is_sent_or_thrown_away_is_kept_no_longer(
    cast: Cast, browser: Browser, ticket: Ticket, how: str
) -> None:
    browser.be(cast.ana)
    sit(browser, ticket, text="It left today.", note="mine", changed="yes")
    if how == "sent":
        browser.post(
            f"/tickets/{ticket.id}/replies", data={"text": "It left.", "seen": newest(ticket)}
        )
        assert texts(browser.get(f"/tickets/{ticket.id}").text) == {"note": "mine"}
        browser.post(f"/tickets/{ticket.id}/notes", data={"note": "mine"})
    else:
        browser.post(f"/tickets/{ticket.id}/unsent/removal")
    assert texts(browser.get(f"/tickets/{ticket.id}").text) == {}


def test_a_text_that_is_too_long_is_neither_kept_nor_cut(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    browser.be(cast.ana)
    two_megabytes = "ab " * 700_000 + "c"
    sit(browser, ticket, text=two_megabytes, changed="yes")
    assert "too long to be kept" in browser.last  # type: ignore[attr-defined]
    found = browser.post(
        f"/tickets/{ticket.id}/replies", data={"text": two_megabytes, "seen": newest(ticket)}
    )
    assert found.status_code == 422
    assert "This text is too long" in found.text
    assert two_megabytes in found.text
    assert len(messages(ticket)) == 1


# --- who is here ---------------------------------------------------------------------------


def test_others_see_who_is_here_and_who_writes(
    cast: Cast, browser: Browser, ticket: Ticket, clock: SteppedClock
) -> None:
    sit(browser.be(cast.bo), ticket)
    sit(browser.be(cast.ana), ticket)
    assert "Bo is here" in browser.last  # type: ignore[attr-defined]
    assert "Ana" not in browser.last  # type: ignore[attr-defined]
    clock.advance(seconds=15)
    sit(browser.be(cast.bo), ticket, typing="yes")
    assert "Bo writes" in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    clock.advance(seconds=30)
    assert "Bo is here" in browser.get(f"/tickets/{ticket.id}").text
    clock.advance(minutes=1)
    assert "Bo is here" not in browser.get(f"/tickets/{ticket.id}").text


def test_the_operator_who_looks_is_seen_and_is_given_nothing(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    sit(browser.be(cast.odile), ticket)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "Odile is here" in page
    assert f'<option value="{cast.odile.id}"' not in page


def test_a_page_that_says_nothing_new_writes_nothing(
    cast: Cast, browser: Browser, ticket: Ticket, clock: SteppedClock
) -> None:
    browser.be(cast.ana)
    sit(browser, ticket)
    clock.advance(seconds=5)
    with Counted(db.engine) as counted:
        sit(browser, ticket)
    assert [asked for asked in counted.asked if not asked.startswith("SELECT")] == []
    assert len(counted.asked) <= 10, counted.asked


def test_nobody_sits_at_another_vendor_s_ticket(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.nordlicht)
    browser.be(cast.ana)
    for path in ("seat", "unsent", "unsent/removal"):
        assert browser.post(f"/tickets/{ticket.id}/{path}", data={"text": "x"}).status_code == 404
    assert db.session.scalar(db.select(db.func.count()).select_from(Seat)) == 0


# --- a session that ended ------------------------------------------------------------------


@pytest.fixture
def strict(browser: Browser) -> Browser:
    """A browser whose forms are looked at for their token, as outside of tests."""
    browser.application.config["WTF_CSRF_ENABLED"] = True
    return browser


@pytest.fixture(autouse=True)
def _lax_again(browser: Browser):  # type: ignore[no-untyped-def]
    was = browser.application.config.get("WTF_CSRF_ENABLED", True)
    yield
    browser.application.config["WTF_CSRF_ENABLED"] = was


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("ended", ["here", "from afar"])
def test_a_session_that_ends_in_the_middle_of_a_text_loses_nothing(
    cast: Cast, strict: Browser, ticket: Ticket, ended: str
) -> None:
    page = strict.be(cast.ana).get(f"/tickets/{ticket.id}").text
    data = {"text": "All that I wrote.", "seen": newest(ticket), "csrf_token": token(page)}
    if ended == "here":
        strict.be(None)
    else:
        db.session.execute(db.delete(Visit))
        db.session.commit()
    lost = strict.post(f"/tickets/{ticket.id}/replies", data=data, headers=OURS)
    assert lost.status_code == (400 if ended == "here" else 401)
    assert "All that I wrote." in lost.text
    assert len(messages(ticket)) == 1
    with strict.session_transaction() as session:
        kept = session["csrf_token"]
    strict.be(cast.ana)
    with strict.session_transaction() as session:
        session["csrf_token"] = kept
    data["csrf_token"] = token(lost.text)
    back = strict.post(f"/tickets/{ticket.id}/unsent", data=data, headers=OURS)
    assert back.status_code == 303
    assert texts(strict.get(back.location).text) == {"text": "All that I wrote."}


def test_another_site_s_words_are_not_offered(cast: Cast, strict: Browser, ticket: Ticket) -> None:
    strict.be(cast.ana)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Referer": "https://evil.example/"}, {}):
        found = strict.post(
            f"/tickets/{ticket.id}/replies", data={"text": "Pay me."}, headers=headers
        )
        assert found.status_code == 400
        assert "Pay me." not in found.text


def test_an_erased_buyer_leaves_no_text_and_no_note(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    sit(browser.be(cast.ana), ticket, text="Dear Kim", note="Kim called", changed="yes")
    browser.post(f"/tickets/{ticket.id}/buyer-note", data={"note": "Kim, third floor"})
    erase_buyer(db.session.get_one(Buyer, ticket.buyer_id))
    db.session.commit()
    page = browser.get(f"/tickets/{ticket.id}").text
    assert texts(page) == {}
    assert "third floor" not in page
