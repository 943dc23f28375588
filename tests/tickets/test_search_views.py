"""The search's pages."""

from app.extensions import db
from app.lib.clock import now
from app.lib.heartbeat import beat
from tests.browser import Browser
from tests.factories import Cast, answer, make_ticket
from tests.tickets.staging import Counted
from tests.tickets.test_queue_views import rows


def test_what_was_found_is_shown_with_the_word_marked(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande, "Ma lampe est cassée <b>.")
    page = browser.be(cast.ana).get("/search?q=cassee").text
    assert rows(page) == [ticket.id]
    assert "<mark>cassée</mark> &lt;b&gt;." in page


def test_a_ticket_s_number_leads_to_it(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    answered = browser.be(cast.ana).get(f"/search?q=%23{ticket.id}")
    assert (answered.status_code, answered.location) == (303, f"/tickets/{ticket.id}")
    assert browser.be(cast.omar).get(f"/search?q=%23{ticket.id}").status_code == 404


def test_a_wrong_value_is_explained(cast: Cast, browser: Browser) -> None:
    answered = browser.be(cast.ana).get("/search?q=level:7")
    assert answered.status_code == 422
    assert "“level:” is 1 or 2." in answered.text
    assert 'value="level:7"' in answered.text


def test_finding_nothing_explains_how_to_search(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.ana).get("/search?q=<script>").text
    assert "Nothing on your desk fits “&lt;script&gt;”." in page
    assert "is:overdue" in page


def test_a_search_asks_few_questions(cast: Cast, browser: Browser) -> None:
    for number in range(12):
        make_ticket(cast.lavande, sender=f"{number}@mailbox.example")
    beat("sweep")  # a process remembers that the worker lives
    browser.be(cast.lea).get("/tickets")
    with Counted(db.engine) as counted:
        found = rows(browser.get("/search?q=order lang:en level:1 is:open late").text)
    assert len(found) == 12
    assert len(counted.asked) <= 10, counted.asked


def test_similar_tickets_come_as_a_piece(cast: Cast, browser: Browser) -> None:
    solved = make_ticket(cast.lavande, "The shade of my lamp is broken.", sender="a@mail.example")
    answer(solved, cast.ana, "We send another shade.").delivery = "sent"
    solved.close(at=now(), agent_id=cast.ana.id)
    ours = make_ticket(cast.lavande, "The shade of the lamp arrived broken.")
    solved.intent = ours.intent = "damaged_item"
    db.session.commit()
    piece = browser.be(cast.ana).fragment(f"/tickets/{ours.id}/similar").text
    assert "We send another shade." in piece
    assert f"/tickets/{solved.id}" in piece
    assert browser.get(f"/tickets/{ours.id}/similar").status_code == 303
