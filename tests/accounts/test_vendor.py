"""The operator sets a vendor's hours: for clocks that start afterwards."""

from datetime import timedelta

import pytest

from app.accounts.models import VendorEvent
from app.extensions import db
from app.tickets.conversation import Words, continue_ticket, not_delivered, write_down
from tests.browser import Browser, browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock

__all__ = ["browser"]


def test_new_hours_apply_to_clocks_that_start_afterwards(
    cast: Cast, clock: SteppedClock, browser: Browser
) -> None:
    running = make_ticket(cast.lavande)
    began = clock()
    failed = answer(running, cast.ana)
    found = browser.be(cast.odile).post("/vendors/lavande/hours", data={"hours": "8"})
    assert found.status_code == 303
    db.session.refresh(cast.lavande)
    clock.advance(hours=1)
    write_down([continue_ticket(running, Words("", "Any news?"), at=clock())])
    assert running.due_at == clock() + timedelta(hours=8)
    not_delivered(failed, at=clock(), reason="refused 550")
    assert running.due_at == began + timedelta(hours=24)  # it began under the old hours
    event = db.session.scalars(db.select(VendorEvent)).one()
    assert (event.kind, event.data, event.agent_id) == (
        "hours_set", {"was": None, "hours": 8}, cast.odile.id,
    )  # fmt: skip
    assert "24 → 8 h" in browser.get("/vendors/lavande").text


@pytest.mark.parametrize("hours", ["0", "169", "-3", "x", "1.5", "99999"])
def test_hours_that_no_clock_can_have_come_back_with_a_sentence(
    cast: Cast, browser: Browser, hours: str
) -> None:
    found = browser.be(cast.odile).post("/vendors/lavande/hours", data={"hours": hours})
    assert (found.status_code, "from 1 to 168" in found.text) == (422, True)
    assert f'value="{hours}"' in found.text
    db.session.refresh(cast.lavande)
    assert cast.lavande.answer_within_hours is None


def test_an_empty_field_means_the_desk_s_own_hours(cast: Cast, browser: Browser) -> None:
    cast.lavande.answer_within_hours = 8
    db.session.commit()
    assert browser.be(cast.odile).post("/vendors/lavande/hours", data={}).status_code == 303
    db.session.refresh(cast.lavande)
    assert cast.lavande.answer_within_hours is None
