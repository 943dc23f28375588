"""A vendor's way to going live: the list by tables, the charter, and who may do what."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import VendorEvent
from app.extensions import db
from app.quality.charter_models import VERSION, Acceptance, Onboarding, Training
from app.quality.charter_rules import Facts, Need, checklist, is_ready, uncovered
from app.web.i18n import UI_LANGUAGES
from tests.browser import Browser
from tests.factories import Cast, answer, mail_in, make_ticket
from tests.fakes import SteppedClock

READY = Facts(
    charter_accepted=True, agents=1, supervisors=1, waited=timedelta(hours=24),
    within=timedelta(hours=24),
)  # fmt: skip


def missing(**changed: object) -> set[str]:
    facts = Facts(**(READY.__dict__ | changed))  # type: ignore[arg-type]
    return {item.need.value for item in checklist(facts) if not item.done}


@pytest.mark.parametrize(
    ("changed", "open_needs"),
    [
        ({}, set()),
        ({"missing_contacts": ("phone",)}, {"card"}),
        ({"charter_accepted": False}, {"charter"}),
        ({"supervisors": 0}, {"people"}),
        ({"agents": 0}, set()),
        ({"agents": 0, "supervisors": 0}, {"people", "trained"}),
        ({"untrained": ("Ana",)}, {"trained"}),
        ({"uncovered": ("ja",)}, {"languages"}),
        ({"waited": None}, {"test"}),
        ({"waited": timedelta(hours=24, seconds=1)}, {"test"}),
    ],
)
def test_what_is_open(changed: dict[str, object], open_needs: set[str]) -> None:
    assert missing(**changed) == open_needs


def test_ready_is_when_nothing_is_open() -> None:
    assert is_ready(checklist(READY))
    assert not is_ready(checklist(Facts()))
    assert [item.need for item in checklist(Facts())] == list(Need)


@pytest.mark.parametrize(
    ("reads", "pairs", "open_langs"),
    [
        ({"fr"}, set(), ("en", "pl")),
        ({"fr", "en", "pl"}, set(), ()),
        ({"fr"}, {("pl", "fr")}, ("en", "pl")),
        ({"fr"}, {("pl", "fr"), ("fr", "pl")}, ("en",)),
        (set(), {("pl", "fr"), ("fr", "pl")}, ("en", "fr", "pl")),
    ],
)
def test_a_language_is_covered_by_a_reader_or_both_ways(
    reads: set[str], pairs: set[tuple[str, str]], open_langs: tuple[str, ...]
) -> None:
    assert uncovered(("en", "fr", "pl"), reads, pairs) == open_langs


@pytest.mark.parametrize("lang", UI_LANGUAGES)
def test_the_charter_is_there_in_every_language_of_the_interface(app: Flask, lang: str) -> None:
    words = {
        one: app.jinja_env.get_template(f"quality/charter_{VERSION}.{one}.html").render()
        for one in UI_LANGUAGES
    }
    assert len(set(words.values())) == len(UI_LANGUAGES)
    assert words[lang].count("<h2>") == words["en"].count("<h2>") == 7


# --- the pages -------------------------------------------------------------------------------

LIST = "/quality/onboarding/lavande"
AGREED = {"version": VERSION, "agreed": "yes"}


def kinds() -> list[str]:
    return list(db.session.scalars(db.select(VendorEvent.kind).order_by(VendorEvent.id)))


def test_a_supervisor_accepts_the_charter_once(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    browser.be(cast.lea)
    again = browser.open("/quality/charter/acceptance", method="POST", data={"version": VERSION})
    assert (again.status_code, 'role="alert"' in again.text) == (422, True)
    for _ in range(2):
        page = browser.open("/quality/charter/acceptance", method="POST", data=AGREED)
        assert page.status_code == 303
    found = db.session.scalars(db.select(Acceptance)).one()
    assert (found.agent_id, found.vendor_id, found.at) == (cast.lea.id, cast.lavande.id, clock())
    assert kinds() == ["charter_accepted"]


def test_an_old_version_is_not_accepted_and_the_operator_accepts_for_nobody(
    cast: Cast, browser: Browser
) -> None:
    path, old = "/quality/charter/acceptance", {"version": "2020-1", "agreed": "yes"}
    assert browser.be(cast.lea).open(path, method="POST", data=old).status_code == 422
    assert browser.be(cast.odile).open(path, method="POST", data=AGREED).status_code == 403
    assert browser.open("/quality/charter?version=../x").status_code == 404


def test_the_whole_way_to_going_live(
    cast: Cast, browser: Browser, clock: SteppedClock, desk: Flask
) -> None:
    cast.lea.read_languages(())
    db.session.flush()
    cast.lea.read_languages(tuple(desk.extensions["settings"].desk_languages))
    ticket = mail_in(cast.lavande)
    db.session.commit()
    early = browser.be(cast.odile).open(f"{LIST}/going-live", method="POST")
    assert early.status_code == 422
    browser.be(cast.lea).open("/quality/charter/acceptance", method="POST", data=AGREED)
    for person in (cast.ana, cast.bo, cast.lea):
        data = {"agent": str(person.id), "trained": "yes"}
        assert browser.open(f"{LIST}/training", method="POST", data=data).status_code == 303
    assert browser.open(f"{LIST}/going-live", method="POST").status_code == 403
    clock.advance(hours=3)
    answer(ticket, cast.ana).delivery = "sent"
    browser.be(cast.odile)
    data = {"ticket": f"#{ticket.id}"}
    assert browser.open(f"{LIST}/test-ticket", method="POST", data=data).status_code == 303
    page = browser.open(f"{LIST}/going-live", method="POST")
    assert page.status_code == 303, page.text
    assert db.session.scalars(db.select(Onboarding)).one().live_at == clock()
    assert browser.open(f"{LIST}/going-live", method="POST").status_code == 422
    assert kinds()[-1] == "went_live"
    assert "Live since" in browser.be(cast.lea).open(LIST).text


@pytest.mark.parametrize("number", ["", "x", "999999", "other"])
def test_a_test_ticket_is_the_vendor_s_own(cast: Cast, browser: Browser, number: str) -> None:
    other = make_ticket(cast.nordlicht)
    data = {"ticket": str(other.id) if number == "other" else number}
    page = browser.be(cast.odile).open(f"{LIST}/test-ticket", method="POST", data=data)
    assert page.status_code == 422
    assert db.session.query(Onboarding).count() == 0


def test_training_is_said_of_the_vendor_s_own_people(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    browser.be(cast.lea)
    stranger = {"agent": str(cast.omar.id), "trained": "yes"}
    assert browser.open(f"{LIST}/training", method="POST", data=stranger).status_code == 404
    for said in ("yes", "yes", "no", "no"):
        data = {"agent": str(cast.ana.id), "trained": said}
        browser.open(f"{LIST}/training", method="POST", data=data)
    assert (db.session.query(Training).count(), kinds()) == (0, ["trained", "untrained"])


def test_who_left_need_not_be_trained(cast: Cast, browser: Browser, clock: SteppedClock) -> None:
    cast.ana.disabled_at = clock()
    db.session.commit()
    assert "Ana" not in browser.be(cast.lea).open(LIST).text


def test_another_vendor_s_list_looks_like_none(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    assert browser.open("/quality/onboarding/nordlicht").status_code == 404
    assert browser.open("/quality/onboarding").headers["Location"].endswith("/lavande")


def test_the_operator_pages_through_all_vendors(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.odile).open("/quality/onboarding").text
    assert "Maison Lavande" in page
    after = browser.open(f"/quality/onboarding?after={cast.lavande.id}").text
    assert ("Maison Lavande" in after, "Nordlicht" in after) == (False, True)
