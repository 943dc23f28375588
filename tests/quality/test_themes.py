"""The barometer: what rises, and what does not; what was promised, and what became of it."""

from datetime import date, timedelta

import pytest

from app.extensions import db
from app.lib.clock import now
from app.quality.rollup import catch_up, rebuild
from app.quality.survey_models import Survey
from app.quality.themes import (
    Chosen,
    Theme,
    abouts,
    at_least,
    dissatisfied,
    promise_gap,
    spark,
    themes,
)
from app.tickets.conversation import Word, give_word
from app.tickets.models import Ticket
from app.tickets.purchases import note_purchase
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    ("weeks", "rises"),
    [([2, 3, 2, 1, 2, 3, 2, 2, 9], True), ([2, 3, 2, 1, 2, 3, 2, 2, 4], False),
     ([0] * 8 + [5], True), ([0] * 8 + [4], False), ([100] * 8 + [110], False),
     ([100] * 8 + [130], True), ([1000] * 8 + [1050], False), ([1000] * 8 + [1200], True),
     ([9] * 9, False)],
)  # fmt: skip
def test_a_theme_rises_above_what_chance_makes_of_the_usual(weeks: list[int], rises: bool) -> None:
    assert Theme("x", weeks=weeks).rises is rises


@pytest.mark.parametrize(
    ("number", "usual", "chance"),
    [(0, 3.0, 1.0), (1, 1.0, 0.632), (5, 2.0, 0.0527), (3, 3.0, 0.577)],
)
def test_the_chance_is_poisson_s(number: int, usual: float, chance: float) -> None:
    assert at_least(number, usual=usual) == pytest.approx(chance, abs=0.001)


def test_a_spark_runs_from_edge_to_edge() -> None:
    assert spark([0, 1]) == "0.0,20.0 90.0,2.0"


def test_tickets_count_by_theme_and_by_week(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    clock.advance(days=8)
    for _ in range(2):
        make_ticket(cast.lavande)
    make_ticket(cast.nordlicht)
    rebuild(now())
    (found,) = themes(Chosen(cast.lavande.id), now().date())
    assert (found.name, found.weeks[-2:], found.usual) == ("order_status", [1, 2], 1 / 8)
    (every,) = themes(Chosen(), now().date())
    assert every.weeks[-2:] == [1, 3]
    assert themes(Chosen(lang="ja"), now().date()) == []
    assert themes(Chosen(), now().date() + timedelta(weeks=20)) == []


def test_a_ticket_without_an_intent_is_counted(cast: Cast) -> None:
    make_ticket(cast.lavande).intent = None
    db.session.commit()
    rebuild(now())
    assert [one.name for one in themes(Chosen(), now().date())] == ["unknown"]


def test_the_gap_says_how_late_the_news_was(cast: Cast, clock: SteppedClock) -> None:
    kept, late, none = (make_ticket(cast.lavande) for _ in range(3))
    for ticket in (kept, late, none):
        answer(ticket, cast.ana)
        give_word(ticket, Word(cast.ana, now() + timedelta(hours=24)), at=now())
    db.session.commit()
    clock.advance(hours=20)
    answer(kept, cast.ana)
    clock.advance(hours=6)
    answer(late, cast.ana)
    rebuild(now())
    gap = promise_gap(Chosen(), now().date())
    assert (gap.kept, gap.late, gap.median, gap.none) == (1, 1, 120, 1)
    assert promise_gap(Chosen(cast.nordlicht.id), now().date()).late == 0


def test_the_page_leads_to_what_buyers_said(cast: Cast, browser: Browser) -> None:
    make_ticket(cast.lavande, "Where is my order? Write to me at kim@mailbox.example.")
    rebuild(now())
    page = browser.be(cast.odile).get("/quality/themes?vendor=lavande").text
    assert "Where is the order" in page
    said = browser.get("/quality/themes/order_status?vendor=lavande").text
    assert "Where is my order?" in said
    assert "kim@mailbox" not in said


def test_a_vendor_s_supervisor_sees_the_own_vendor_alone(cast: Cast, browser: Browser) -> None:
    make_ticket(cast.nordlicht, "Where is my order from Nordlicht?")
    rebuild(now())
    browser.be(cast.lea)
    for path in ("/quality/themes?vendor=nordlicht", "/quality/themes/order_status"):
        assert "Nordlicht" not in browser.get(path).text


@pytest.mark.parametrize("path", ["?vendor=nobody", "?lang=xx", "/nothing"])
def test_what_there_is_not_is_not_found(cast: Cast, browser: Browser, path: str) -> None:
    assert browser.be(cast.odile).get(f"/quality/themes{path}").status_code == 404


def test_today_is_in_the_last_week(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    rebuild(now())
    (found,) = themes(Chosen(), date(2026, 3, 2))
    assert found.now == 1


def bought(cast: Cast, carrier: str | None, product: str | None, text: str) -> Ticket:
    """A ticket of whose order the marketplace said this."""
    ticket = make_ticket(cast.lavande, text)
    note_purchase(ticket, carrier=carrier, product=product)
    db.session.commit()
    return ticket


@pytest.fixture
def parcels(cast: Cast, clock: SteppedClock) -> Cast:
    """A lamp last week; this week six lamps that a new carrier brought, and a rug; one unknown."""
    rebuild(now())
    bought(cast, "Blitzpost", "Lamp Aurora", "Where is my order?")
    clock.advance(days=8)
    for _ in range(6):
        bought(cast, "Schneckenpost", "Lamp Aurora", "The lamp arrived broken.")
    bought(cast, "Blitzpost", "Rug Nila", "Where is my order?")
    bought(cast, None, None, "Where is my order?")
    catch_up(now())
    return cast


def test_carriers_and_products_are_themes_too(parcels: Cast) -> None:
    found = abouts("carrier", Chosen(), now().date())
    said = [(one.name, one.weeks[-2:], one.rises) for one in found]
    assert said == [("Schneckenpost", [0, 6], True), ("Blitzpost", [1, 1], False)]
    found = abouts("product", Chosen(parcels.lavande.id), now().date(), most=1)
    assert [(one.name, one.now) for one in found] == [("Lamp Aurora", 6)]
    assert abouts("product", Chosen(parcels.nordlicht.id), now().date()) == []


def test_intents_are_narrowed_to_a_carrier_or_a_product(parcels: Cast) -> None:
    today = now().date()
    everything = sum(one.now for one in themes(Chosen(), today))
    lamps = themes(Chosen(about=("product", "Lamp Aurora")), today)
    assert (everything, sum(one.now for one in lamps)) == (8, 6)
    assert themes(Chosen(about=("carrier", "Nobody")), today) == []


def test_the_sums_by_carrier_are_the_same_after_a_rebuild(parcels: Cast) -> None:
    before = abouts("carrier", Chosen(), now().date())
    rebuild(now())
    assert abouts("carrier", Chosen(), now().date()) == before


def test_dissatisfied_buyers_are_counted_by_carrier(parcels: Cast) -> None:
    ticket = bought(parcels, "Blitzpost", None, "Where is my order?")
    survey = Survey(
        key="k", ticket_id=ticket.id, vendor_id=ticket.vendor_id, buyer_id=ticket.buyer_id,
        lang="en", closed_at=now(), asked_at=now(),
    )  # fmt: skip
    db.session.add(survey)
    db.session.flush()
    survey.take(1, at=now())
    today = now().date()
    assert dissatisfied(Chosen(), today, by="carrier") == {"Blitzpost": (1, 1)}
    assert dissatisfied(Chosen(about=("carrier", "Schneckenpost")), today) == {}


def test_the_page_leads_from_a_carrier_to_its_buyers_words(parcels: Cast, browser: Browser) -> None:
    page = browser.be(parcels.odile).get("/quality/themes").text
    assert "/quality/themes?carrier=Schneckenpost" in page
    narrowed = browser.get("/quality/themes?carrier=Blitzpost&vendor=lavande").text
    assert "Rug Nila" not in narrowed
    assert "/quality/themes/order_status?vendor=lavande&amp;carrier=Blitzpost" in narrowed
    every, some = (
        browser.get(f"/quality/themes/order_status{query}").text.count('href="/tickets/')
        for query in ("", "?carrier=Blitzpost")
    )
    assert (every, some) == (5, 1)


def test_where_nothing_is_known_of_orders_nothing_is_shown(cast: Cast, browser: Browser) -> None:
    make_ticket(cast.lavande)
    rebuild(now())
    assert "Carriers" not in browser.be(cast.odile).get("/quality/themes").text
