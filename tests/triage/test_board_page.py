"""The page on which supervisors see how the desk sorts."""

import pytest

from app.extensions import db
from app.lib.clock import now
from app.triage import figures
from app.triage.corrections import correct
from app.triage.models import ModelVersion, VersionState
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.tickets.staging import Counted

FIGURES = {
    "messages": 301, "accuracy": 0.967, "recall_2": 0.98, "top_1": 0.84, "top_3": 0.94,
    "langs": {"sv": [12, 12]}, "levels": {"1": [150, 155], "2": [144, 146]},
}  # fmt: skip


@pytest.fixture
def worked(cast: Cast) -> Cast:
    """Three answered tickets, one of them corrected, and one correction at the other vendor."""
    for number in range(3):
        ticket = make_ticket(cast.lavande, sender=f"kim{number}@mailbox.example")
        answer(ticket, cast.ana)
    correct(ticket, cast.bo, level=2, intent="warranty", reason="for Lavande", at=now())
    other = make_ticket(cast.nordlicht)
    correct(other, cast.omar, level=2, intent="warranty", reason="for Nordlicht", at=now())
    db.session.commit()
    return cast


def add_versions() -> None:
    refused = [["lang", "sv", 12, 11, 12], ["level", "2", 144, 143, 146]]
    db.session.add_all([
        ModelVersion(version=1, at=now(), state=VersionState.IN_USE, figures=FIGURES),
        ModelVersion(version=2, at=now(), state=VersionState.REFUSED, figures=FIGURES,
                     worse=refused),
        ModelVersion(version=3, at=now(), state=VersionState.FAILED),
    ])  # fmt: skip
    db.session.commit()


def test_the_operator_sees_all_of_it(worked: Cast, browser: Browser) -> None:
    add_versions()
    page = browser.be(worked.odile).get("/settings/triage").text
    assert "for Lavande" in page
    assert "for Nordlicht" in page
    assert "96.7 %" in page
    assert "Swedish" in page
    assert "12 → 11 / 12" in page
    assert "<polyline" in page


def test_a_vendor_s_supervisor_sees_its_own_corrections_alone(
    worked: Cast, browser: Browser
) -> None:
    add_versions()
    page = browser.be(worked.lea).get("/settings/triage").text
    assert "for Lavande" in page
    assert "for Nordlicht" not in page
    assert "96.7 %" not in page
    assert "Version in use" not in page


def test_an_empty_desk_has_a_page_too(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.odile).get("/settings/triage").text
    assert "Nobody corrected the desk yet." in page
    assert "No ticket was answered in these days." in page


def test_what_people_left_and_what_they_corrected_is_counted(worked: Cast) -> None:
    live = figures.live(now())
    assert live.counts == {(1, 1): 2, (1, 2): 1}
    assert live.accuracy == pytest.approx(2 / 3)
    (line,) = live.languages
    assert line.precision == {1: pytest.approx(2 / 3), 2: None}


def test_a_correction_taken_back_counts_as_right(worked: Cast) -> None:
    ticket = make_ticket(worked.lavande, sender="jo@mailbox.example")
    answer(ticket, worked.ana)
    for level in (2, 1):
        correct(ticket, worked.bo, level=level, intent=None, reason="", at=now())
    db.session.commit()
    assert figures.live(now()).counts[1, 1] == 3


def test_the_page_takes_few_queries(worked: Cast, browser: Browser) -> None:
    add_versions()
    browser.be(worked.odile)
    with Counted(db.engine) as counted:
        browser.get("/settings/triage")
    assert len(counted.asked) <= 7
