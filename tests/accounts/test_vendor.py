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


CARD = {"postal_address": " 1 quai \n\n Valbrune ", "phone": "+33 4 65", "email": "a@b.example",
        "hours": "9-18"}  # fmt: skip


def test_a_supervisor_fills_in_the_card_of_their_vendor(cast: Cast, browser: Browser) -> None:
    cast.lavande.phone = cast.lavande.hours = ""
    db.session.commit()
    page = browser.be(cast.lea).get("/vendors/lavande").text
    assert "Missing:" in page
    assert "Telephone" in page
    assert browser.post("/vendors/lavande/card", data=CARD | {"phone": "04 65 71"}).location
    db.session.refresh(cast.lavande)
    assert cast.lavande.postal_address == "1 quai\nValbrune"
    page = browser.get("/vendors/lavande").text
    assert "Complete, as the marketplace requires." in page
    assert "Contact card: Postal address, Telephone, E-mail, Hours" in page


@pytest.mark.parametrize("change", [{"phone": "call me"}, {"email": "nowhere"}])
def test_a_card_that_nobody_could_use_comes_back(
    cast: Cast, browser: Browser, change: dict[str, str]
) -> None:
    found = browser.be(cast.lea).post("/vendors/lavande/card", data=CARD | change)
    assert found.status_code == 422
    assert next(iter(change.values())) in found.text
    db.session.refresh(cast.lavande)
    assert cast.lavande.postal_address == "Valbrune"


def test_another_vendor_s_card_is_none(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    assert browser.get("/vendors/nordlicht").status_code == 404
    assert browser.post("/vendors/nordlicht/card", data=CARD).status_code == 404


def test_the_operator_sees_whose_card_lacks_what(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.odile).get("/vendors").text
    assert "Complete" in page
    assert "Missing: Postal address, Telephone, E-mail, Hours" in " ".join(page.split())
