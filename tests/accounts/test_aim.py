"""A vendor's own aim: working hours beside the clock, never instead of it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.accounts.aim import Aim, BadAim, aim_of, aimed_at, read_aim
from app.accounts.models import Vendor, VendorEvent
from app.extensions import db
from app.tickets.models import Ticket
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket

OFFICE = ["09:00-18:00"] * 5 + ["", ""]
FORM = {"hours": "8", "zone": "Europe/Paris"} | {
    f"{name}{day}": hour
    for day in range(5)
    for name, hour in (("begins", "09:00"), ("ends", "18:00"))
}


def aim(hours: int, week: list[str] = OFFICE, zone: str = "Europe/Paris") -> Aim:
    found = aim_of({"hours": hours, "zone": zone, "week": week})
    assert found is not None
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("which", "started", "aimed"),
    [
        # Monday 2 March 2026, Paris is UTC+1: the office is open from 08:00 to 17:00 UTC.
        (aim(4), "2026-03-02T09:00", "2026-03-02T13:00"),
        (aim(9), "2026-03-02T08:00", "2026-03-02T17:00"),  # to the last minute of the day
        (aim(4), "2026-03-02T16:00", "2026-03-03T11:00"),  # goes on the next morning
        (aim(4), "2026-03-02T03:00", "2026-03-02T12:00"),  # before the doors open
        (aim(4), "2026-03-06T16:00", "2026-03-09T11:00"),  # over a weekend
        (aim(4), "2026-03-07T12:00", "2026-03-09T12:00"),  # on a Saturday
        (aim(45), "2026-03-02T08:00", "2026-03-06T17:00"),  # a whole week
        # The clocks go forward in the night to 29 March: the same hours, an hour earlier in UTC.
        (aim(4), "2026-03-27T16:00", "2026-03-30T10:00"),
        # A night desk that works through both changes: 23 and 25 hours of the day pass.
        (aim(10, ["00:00-00:00"] * 7), "2026-03-28T23:00", "2026-03-29T09:00"),
        (aim(24, ["00:00-00:00"] * 7), "2026-10-24T22:00", "2026-10-25T22:00"),
        (aim(3, [""] * 6 + ["02:00-06:00"]), "2026-03-28T12:00", "2026-03-29T04:00"),
        # An evening shift until midnight, in a zone on the other side of the world.
        (aim(5, ["20:00-00:00"] * 7, "Asia/Tokyo"), "2026-03-02T12:00", "2026-03-03T13:00"),
        (aim(1, ["09:00-09:01"] + [""] * 6), "2026-03-02T00:00", None),
    ],
)
def test_working_hours_are_counted_and_nothing_else(
    which: Aim, started: str, aimed: str | None
) -> None:
    assert aimed_at(which, at(started)) == (at(aimed) if aimed else None)


def test_what_is_kept_is_what_was_said() -> None:
    read = read_aim(FORM)
    assert read is not None
    assert aim_of(read.kept()) == read
    assert aim_of(None) is None
    assert read_aim({"hours": " "}) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": "0"}, "whole number"),
        ({"hours": "169"}, "whole number"),
        ({"hours": "٣"}, "whole number"),
        ({"zone": "Moon/Sea"}, "time zone"),
        ({"zone": "../etc/passwd"}, "time zone"),
        ({"begins0": ""}, "both hours"),
        ({"ends1": "25:00"}, "both hours"),
        ({"begins2": "18:00", "ends2": "09:00"}, "ends after it begins"),
        ({f"{name}{day}": "" for name in ("begins", "ends") for day in range(5)}, "at least one"),
    ],
)
def test_what_no_week_can_be_is_refused(changes: dict[str, str], said: str) -> None:
    with pytest.raises(BadAim, match=said):
        read_aim(FORM | changes)


def test_a_vendors_supervisor_says_it_and_the_ticket_shows_it_beside_the_clock(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande)  # Monday, 09:00 UTC
    due = ticket.due_at
    done = browser.be(cast.lea).post("/vendors/lavande/aim", data=FORM | {"hours": "4"})
    assert done.status_code == 303
    assert 'value="09:00"' in browser.get(done.location).text
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "Own aim: Mon 2 Mar 2026, 13:00" in page
    assert db.session.get_one(Ticket, ticket.id).due_at == due
    event = db.session.scalars(select(VendorEvent).filter_by(kind="aim_set")).one()
    assert (event.agent_id, event.data) == (cast.lea.id, {"hours": 4})


def test_it_is_gone_with_the_answer_and_where_there_is_none(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    page = f"/tickets/{ticket.id}"
    assert "Own aim" not in browser.be(cast.ana).get(page).text
    browser.be(cast.odile).post("/vendors/lavande/aim", data=FORM)
    assert "Own aim" in browser.be(cast.ana).get(page).text
    answer(db.session.get_one(Ticket, ticket.id), cast.ana)
    assert "Own aim" not in browser.get(page).text
    browser.be(cast.odile).post("/vendors/lavande/aim", data={"hours": ""})
    assert db.session.get_one(Vendor, cast.lavande.id).own_aim is None


def test_a_bad_week_comes_back_with_the_form(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.lea).post("/vendors/lavande/aim", data=FORM | {"ends3": "x"})
    assert page.status_code == 422
    assert "Give both hours of a day" in page.text
    assert 'value="Europe/Paris"' in page.text


def test_another_vendors_aim_is_out_of_reach(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    assert browser.get("/vendors/nordlicht/aim").status_code == 404
    assert browser.post("/vendors/nordlicht/aim", data=FORM).status_code == 404
    assert browser.be(cast.ana).get("/vendors/lavande/aim").status_code == 403
