"""Many tickets at once, saved views, and a list that asks again."""

import re

from app.extensions import db
from app.tickets.models import Ticket
from app.tickets.queue.saved_views import SavedView
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted


def three(cast: Cast) -> list[Ticket]:
    return [make_ticket(cast.lavande, sender=f"{n}@mailbox.example") for n in range(3)]


def do(browser: Browser, tickets: list[Ticket], deed: str, **more: object) -> str:
    data = {"id": [str(ticket.id) for ticket in tickets], "deed": deed, "back_view": "all", **more}
    return browser.post("/tickets/many", data=data, follow_redirects=True).text


def test_many_are_given_to_one_person(cast: Cast, browser: Browser) -> None:
    made = three(cast)
    page = do(browser.be(cast.ana), made, "assign", agent_id=cast.bo.id)
    assert "3 tickets changed." in page
    assert {ticket.assignee_id for ticket in made} == {cast.bo.id}
    do(browser, made[:1], "assign", agent_id=0)
    assert made[0].assignee_id is None


def test_what_could_not_be_done_is_named_with_its_reason(cast: Cast, browser: Browser) -> None:
    made = three(cast)
    answer(made[1], cast.ana)
    page = do(browser.be(cast.ana), made, "close")
    assert "1 ticket changed." in page
    named = f"Not done: #{made[0].id}, #{made[2].id}. The buyer still waits for an answer"
    assert named in page
    assert [ticket.state for ticket in made] == ["open", "closed", "open"]


def test_many_get_a_tag(cast: Cast, browser: Browser) -> None:
    made = three(cast)
    do(browser.be(cast.ana), made[:2], "tag", tag=" #Fragile ")
    page = browser.get("/tickets?view=all&tag=fragile").text
    assert page.count('data-row="') == 2
    assert browser.post("/tickets/many", data={"id": "1", "deed": "tag"}).status_code == 422


def test_another_vendor_s_tickets_and_people_are_left_alone(cast: Cast, browser: Browser) -> None:
    made = three(cast)
    page = do(browser.be(cast.omar), made, "assign", agent_id=cast.omar.id)
    assert "ticket changed." not in page
    page = do(browser.be(cast.ana), made, "assign", agent_id=cast.omar.id)
    assert "This person does not work on this ticket’s team." in page
    assert cast.omar.id not in {ticket.assignee_id for ticket in made}


def test_nothing_selected_is_said(cast: Cast, browser: Browser) -> None:
    answered = browser.be(cast.ana).post("/tickets/many", data={"deed": "close"})
    assert answered.status_code == 422
    assert "Select tickets first." in answered.text


# --- saved views ---------------------------------------------------------------------------


def save(browser: Browser, name: str, **more: str) -> None:
    data = {"view": "team", "lang": "de", "name": name, **more}
    assert browser.post("/tickets/views", data=data).status_code == 303


def test_a_view_is_kept_and_found_again(cast: Cast, browser: Browser) -> None:
    save(browser.be(cast.ana), "German")
    page = browser.get("/tickets?view=all").text
    assert 'href="/tickets?view=team&amp;lang=de"' in page
    view = db.session.scalars(db.select(SavedView)).one()
    assert browser.be(cast.lea).post(f"/tickets/views/{view.id}/removal").status_code == 404
    browser.be(cast.ana).post(f"/tickets/views/{view.id}/removal")
    assert "German</a>" not in browser.get("/tickets?view=all").text


def test_colleagues_see_what_is_shared_and_nobody_else(cast: Cast, browser: Browser) -> None:
    save(browser.be(cast.ana), "Mine alone")
    save(browser, "For all of us", shared="yes")
    for person, mine, ours in (
        (cast.ana, True, True), (cast.lea, False, True), (cast.omar, False, False),
        (cast.odile, False, False),
    ):  # fmt: skip
        page = browser.be(person).get("/tickets?view=all").text
        assert ("Mine alone</a>" in page, "For all of us</a>" in page) == (mine, ours)


def test_a_view_needs_a_name_and_twenty_are_enough(cast: Cast, browser: Browser) -> None:
    browser.be(cast.ana)
    assert browser.post("/tickets/views", data={"view": "all", "name": " "}).status_code == 422
    for number in range(20):
        save(browser, f"View {number}")
    save(browser, "View 3")
    full = browser.post("/tickets/views", data={"view": "all", "name": "One more"})
    assert full.status_code == 422


# --- asking again --------------------------------------------------------------------------


def seen_on(page: str) -> str:
    found = re.search(r'hx-vals=\'{"seen": "([^"]+)"}', page)
    assert found
    return found[1]


def test_a_list_that_shows_everything_already_is_not_drawn_again(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = make_ticket(cast.lavande)
    url = "/tickets?view=team"
    seen = seen_on(browser.be(cast.lea).get(url).text)
    with Counted(db.engine) as counted:
        assert browser.fragment(f"{url}&seen={seen}").status_code == 204
    assert len(counted.asked) <= 4, counted.asked
    assert browser.fragment(url).status_code == 200
    make_ticket(cast.nordlicht, sender="other@mailbox.example")
    assert browser.fragment(f"{url}&seen={seen}").status_code == 204
    answer(ticket, cast.ana)
    assert browser.fragment(f"{url}&seen={seen}").status_code == 200
    seen = seen_on(browser.get(url).text)
    clock.advance(minutes=1)
    assert browser.fragment(f"{url}&seen={seen}").status_code == 200
