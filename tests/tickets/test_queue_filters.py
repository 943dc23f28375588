"""What the queue is narrowed to, page by page, on both databases."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.extensions import db
from app.lib.clock import now
from app.phrasebook import INTENTS
from app.tickets.models import Ticket
from app.tickets.queries import Filters, View
from app.tickets.queue.address import DAYS, query_of, read_filters, values_of
from app.tickets.queue.lists import queue_page
from app.tickets.tags import tag
from app.web.paging import read_cursor
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted
from tests.tickets.test_queue_views import rows

LANGS = ("en", "fr", "de", "und")

filters = st.builds(
    Filters,
    level=st.none() | st.sampled_from([1, 2]),
    lang=st.none() | st.sampled_from(LANGS),
    state=st.none() | st.sampled_from(["open", "waiting", "closed"]),
    intent=st.none() | st.sampled_from(INTENTS),
    agent_id=st.none() | st.integers(0, 10**9),
    tag=st.none() | st.text("abcä &=?", min_size=1, max_size=12).map(str.strip).filter(bool),
    days=st.none() | st.sampled_from(DAYS),
)


@given(filters, st.sampled_from(list(View)))
def test_an_address_says_its_filters_and_nothing_else(asked: Filters, view: View) -> None:
    values = MultiDict({name: str(value) for name, value in values_of(view, asked).items()})
    read = read_filters(values, view, LANGS)
    if asked.tag is None or "  " not in asked.tag:
        assert read == (asked if view == View.ALL else replace(asked, state=None))
    assert query_of(view, asked).startswith(f"view={view.value}")


@pytest.mark.parametrize(
    "address", ["level=3", "lang=xx", "state=lost", "intent=x", "agent=-1", "days=2", "tag=%20"]
)
def test_what_an_address_says_wrongly_is_left_out(
    cast: Cast, browser: Browser, address: str
) -> None:
    made = make_ticket(cast.lavande)
    assert rows(browser.be(cast.lea).get(f"/tickets?view=all&{address}").text) == [made.id]


@pytest.fixture
def many(cast: Cast, clock: SteppedClock) -> list[Ticket]:
    """Tickets of every mixture, older and newer."""
    made = []
    for lang, level, agent in product(("en", "de"), (1, 2), (cast.ana, cast.bo, None)):
        ticket = make_ticket(cast.lavande, sender=f"{len(made)}@mailbox.example")
        ticket.lang, ticket.level, ticket.assignee = lang, level, agent
        ticket.intent = "refund_status" if lang == "de" else "thanks"
        made.append(ticket)
        clock.advance(hours=1)
    db.session.commit()
    return made


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("who", ["ana", "lea", "odile", "omar"])
def test_every_filter_of_every_tab_shows_what_fits_and_no_more(
    cast: Cast, many: list[Ticket], view: View, who: str
) -> None:
    agent = getattr(cast, who)
    tag(many[:5], "fragile", cast.ana, at=now())
    db.session.commit()
    at = now()
    whole = [row.id for row in queue_page(agent, view, now=at, filters=Filters()).rows]
    tests = {
        Filters(lang="de"): lambda t: t.lang == "de",
        Filters(level=2): lambda t: t.level == 2,
        Filters(intent="thanks"): lambda t: t.intent == "thanks",
        Filters(agent_id=cast.bo.id): lambda t: t.assignee_id == cast.bo.id,
        Filters(agent_id=0): lambda t: t.assignee_id is None,
        Filters(state="open"): lambda t: t.state == "open",
        Filters(state="closed"): lambda t: t.state == "closed",
        Filters(tag="fragile"): lambda t: t in many[:5],
        Filters(tag="none"): lambda t: False,
        Filters(days=1): lambda t: t.active_at <= at - timedelta(days=1),
        Filters(lang="de", level=1, agent_id=cast.ana.id): lambda t: (
            (t.lang, t.level, t.assignee_id) == ("de", 1, cast.ana.id)
        ),
    }
    by_id = {ticket.id: ticket for ticket in many}
    for asked, fits in tests.items():
        found = [row.id for row in queue_page(agent, view, now=at, filters=asked).rows]
        assert found == [number for number in whole if fits(by_id[number])], asked
    assert who != "omar" or whole == []


@pytest.mark.parametrize("view", [View.TEAM, View.ALL])
def test_pages_of_a_narrowed_list_lose_no_row(
    cast: Cast, many: list[Ticket], view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.tickets.queries.PAGE_SIZE", 2)
    seen: list[int] = []
    after = None
    while True:
        page = queue_page(cast.lea, view, now=now(), filters=Filters(lang="de"), after=after)
        seen += [row.id for row in page.rows]
        if page.next_cursor is None:
            break
        after = read_cursor(page.next_cursor)
    whole = queue_page(cast.lea, view, now=now(), filters=Filters(lang="de"))
    assert len(seen) == len(set(seen)) == 6
    assert seen[:2] == [row.id for row in whole.rows]


def test_filters_stand_in_every_link_of_the_page(
    cast: Cast, browser: Browser, many: list[Ticket]
) -> None:
    page = browser.be(cast.lea).get("/tickets?view=team&lang=de&level=2").text
    assert "/tickets?view=waiting&amp;level=2&amp;lang=de" in page
    assert '<option value="de" selected>' in page


def test_a_narrowed_page_asks_few_questions(
    cast: Cast, browser: Browser, many: list[Ticket]
) -> None:
    tag(many, "fragile", cast.ana, at=now())
    db.session.commit()
    browser.be(cast.lea)
    with Counted(db.engine) as counted:
        assert rows(browser.get("/tickets?view=all&lang=de&tag=fragile&agent=0&days=1").text) == []
    assert len(counted.asked) <= 10, counted.asked
