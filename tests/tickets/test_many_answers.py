"""One macro as the answer to many tickets."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import select

from app.extensions import db
from app.lib.clock import now
from app.phrasebook import load_macros
from app.tickets.conversation import Words, continue_ticket, write_down
from app.tickets.macros.prepared import Macro, filled_by_the_desk, seed_macros
from app.tickets.models import DeliveryState, Message, MessageKind, Ticket
from app.tickets.purchases import note_purchase
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted
from tests.tickets.test_macros import AUTHORED, PHRASEBOOK

SHIPPED = replace(
    AUTHORED,
    titles={"en": "Shipped", "fr": "Parti", "de": "Unterwegs"},
    bodies={
        "en": "Hello {buyer_name},\n\norder {order} has left our house.\n\n{agent}\n",
        "fr": "Bonjour {buyer_name},\n\nla commande {order} est partie de chez nous.\n\n{agent}\n",
        "de": "Guten Tag {buyer_name},\n\ndie Bestellung {order} ist unterwegs.\n\n{agent}\n",
    },
)
BLANK = replace(
    AUTHORED, id="cancel_order-m-01",
    bodies={lang: body.replace("{date}", "{amount}") for lang, body in AUTHORED.bodies.items()},
)  # fmt: skip
DATED = replace(
    AUTHORED, id="order_status-m-02", titles={"en": "With a carrier", "de": "Beim Boten"},
    bodies={
        "en": "Hello {buyer_name},\n\nit is with {carrier} and comes on {date}.\n\n{agent}\n",
        "de": "Guten Tag {buyer_name},\n\n{carrier} bringt es am {date}.\n\n{agent}\n",
    },
)  # fmt: skip
ADDRESS = "/tickets/many/answers"


def ask(cast: Cast, *langs: str) -> list[Ticket]:
    """A ticket in each language, each about an order of its own."""
    made = []
    for number, lang in enumerate(langs):
        ticket = make_ticket(cast.lavande, sender=f"{number}@mailbox.example")
        ticket.lang, ticket.order_ref = lang, f"917-{number}"
        made.append(ticket)
    db.session.commit()
    return made


@pytest.fixture
def macro(cast: Cast) -> int:
    seed_macros([SHIPPED, BLANK])
    db.session.commit()
    return db.session.scalars(select(Macro.id).filter_by(key=SHIPPED.id, lang="en")).one()


def page(browser: Browser, tickets: list[Ticket], macro: int | None = None) -> str:
    query = "&".join(f"id={ticket.id}" for ticket in tickets)
    found = browser.get(f"{ADDRESS}?{query}&back_view=all" + (f"&macro={macro}" if macro else ""))
    assert found.status_code == 200
    return found.text


def marks(page: str) -> list[str]:
    return re.findall(r'name="approved" value="([^"]+)"', page)


def send(browser: Browser, tickets: list[Ticket], macro: int, approved: list[str]) -> str:
    data = {"id": [str(ticket.id) for ticket in tickets], "macro": str(macro),
            "approved": approved, "back_view": "all"}  # fmt: skip
    return unescape(browser.post(ADDRESS, data=data, follow_redirects=True).text)


def answers(ticket: Ticket) -> list[Message]:
    query = select(Message).filter_by(ticket_id=ticket.id, kind=MessageKind.REPLY)
    return list(db.session.scalars(query))


def test_the_bar_leads_to_a_page_that_sends_nothing(
    cast: Cast, browser: Browser, macro: int
) -> None:
    made = ask(cast, "en", "de")
    data = {"id": [str(ticket.id) for ticket in made], "deed": "answer", "back_view": "team"}
    found = browser.be(cast.ana).post("/tickets/many", data=data)
    assert found.status_code == 303
    shown = browser.get(found.location).text
    assert re.search(r"<option value=\"\d+\">Parti \(2/2\)", shown)
    assert "W drodze" not in shown  # its amount is to be filled in by hand
    assert not any(answers(ticket) for ticket in made)


def test_each_buyer_gets_it_in_their_own_language(cast: Cast, browser: Browser, macro: int) -> None:
    made = ask(cast, "en", "de")
    shown = page(browser.be(cast.ana), made, macro)
    assert "order 917-0 has left our house." in shown
    assert "die Bestellung 917-1 ist unterwegs." in shown
    assert "la commande 917-1 est partie" in shown  # the same in a language that Ana reads
    said = send(browser, made, macro, marks(shown))
    assert "2 tickets answered." in said
    for ticket in made:
        (sent,) = answers(ticket)
        assert (sent.lang, sent.author_id) == (ticket.lang, cast.ana.id)
        assert sent.delivery == DeliveryState.QUEUED
        assert ticket.unanswered_since is None
    used = db.session.execute(select(Macro.lang, Macro.used).filter_by(key=SHIPPED.id)).all()
    assert dict(used) == {"en": 1, "de": 1, "fr": 0}


def leave_order_out(ticket: Ticket) -> None:
    ticket.order_ref = None


def speak_polish(ticket: Ticket) -> None:
    ticket.lang = "pl"


def speak_anything(ticket: Ticket) -> None:
    ticket.lang = "und"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (leave_order_out, "Fill this in first: {order}"),
        (speak_polish, "The macro has no text in Polish."),
        (speak_anything, "The buyer’s language is not known yet."),
    ],
)
def test_what_needs_a_person_is_left_out_and_said(
    cast: Cast, browser: Browser, macro: int, change: Callable[[Ticket], None], why: str
) -> None:
    made = ask(cast, "en", "en", "en")
    change(made[1])
    db.session.commit()
    shown = page(browser.be(cast.ana), made, macro)
    assert "1 ticket is left out" in shown
    assert why in unescape(shown)
    assert len(marks(shown)) == 2
    forced = [*marks(shown), marks(shown)[0].replace(f"{made[0].id}-", f"{made[1].id}-", 1)]
    said = send(browser, made, macro, forced)
    assert "2 tickets answered." in said
    assert f"Not done: #{made[1].id}." in said
    assert not answers(made[1])


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Write to us at shop@lavande-direct.example.", "reached through the marketplace alone"),
        ("We will get back to you.", "This promises news, and no date is kept"),
        ("ANSWER US NOW, THIS IS URGENT!!!", "read as shouting"),
    ],
)
def test_a_text_that_a_check_doubts_is_sent_to_nobody(
    cast: Cast, browser: Browser, sentence: str, why: str
) -> None:
    doubtful = replace(SHIPPED, titles={"en": "Shipped"}, bodies={"en": f"Hello,\n\n{sentence}"})
    seed_macros([doubtful])
    macro = db.session.scalars(select(Macro.id)).one()
    made = ask(cast, "en")
    shown = page(browser.be(cast.ana), made, macro)
    assert why in shown
    assert marks(shown) == []


def test_what_a_buyer_also_asked_keeps_the_answer_back(
    cast: Cast, browser: Browser, macro: int
) -> None:
    made = ask(cast, "en")
    said = Words("", "Where is my order? Can I have an invoice for the lamp?", lang="en")
    write_down([continue_ticket(made[0], said, at=now())])
    db.session.commit()
    assert "may get no answer" in page(browser.be(cast.ana), made, macro)


def test_what_changed_since_it_was_looked_at_is_not_sent(
    cast: Cast, browser: Browser, macro: int, clock: SteppedClock
) -> None:
    made = ask(cast, "en", "en", "en")
    approved = marks(page(browser.be(cast.ana), made, macro))
    write_down([continue_ticket(made[0], Words("", "Hello again.", lang="en"), at=now())])
    made[1].order_ref = "917-9"
    db.session.commit()
    said = send(browser, made, macro, approved)
    assert "1 ticket answered." in said
    assert f"Not done: #{made[0].id}, #{made[1].id}. Something changed since" in said
    again = send(browser, made, macro, approved)
    assert "answered." not in again
    assert [len(answers(ticket)) for ticket in made] == [0, 0, 1]


@pytest.fixture
def dated(cast: Cast) -> int:
    """A macro that needs a carrier and a date."""
    seed_macros([DATED])
    db.session.commit()
    return db.session.scalars(select(Macro.id).filter_by(key=DATED.id, lang="en")).one()


def test_each_ticket_s_own_carrier_and_one_date_for_all_are_filled_in(
    cast: Cast, browser: Browser, dated: int
) -> None:
    made = ask(cast, "en", "de", "en")
    for ticket, carrier in zip(made, ("Norvia", "Paketo", None), strict=True):
        note_purchase(ticket, carrier=carrier, product=None)
    db.session.commit()
    browser.be(cast.ana)
    without = unescape(page(browser, made, dated))
    assert "Fill this in first: {date}" in without
    assert not marks(without)  # a date is never guessed
    query = "&".join(f"id={ticket.id}" for ticket in made)
    shown = browser.get(f"{ADDRESS}?{query}&macro={dated}&day=2026-03-12").text
    assert "it is with Norvia and comes on 12 March." in shown
    assert "Paketo bringt es am 12. März." in shown
    assert "Fill this in first: {carrier}" in unescape(shown)
    data = {"id": [str(ticket.id) for ticket in made], "macro": str(dated),
            "approved": marks(shown), "day": "2026-03-13"}  # fmt: skip
    other_day = browser.post(ADDRESS, data=data, follow_redirects=True).text
    assert "answered." not in other_day  # only what was seen is sent
    said = browser.post(ADDRESS, data=data | {"day": "2026-03-12"}, follow_redirects=True).text
    assert "2 tickets answered." in said


def test_a_macro_with_a_carrier_is_offered_where_one_is_known(
    cast: Cast, browser: Browser, dated: int
) -> None:
    made = ask(cast, "en")
    browser.be(cast.ana)
    assert "With a carrier" not in page(browser, made)
    note_purchase(made[0], carrier="Norvia", product=None)
    db.session.commit()
    assert "With a carrier" in page(browser, made)


def test_a_day_that_is_none_counts_as_none(cast: Cast, browser: Browser, dated: int) -> None:
    made = ask(cast, "en")
    note_purchase(made[0], carrier="Norvia", product=None)
    db.session.commit()
    found = browser.be(cast.ana).get(f"{ADDRESS}?id={made[0].id}&macro={dated}&day=soon")
    assert "Fill this in first: {date}" in unescape(found.text)


def test_many_a_shared_macro_can_be_sent_to_many_buyers(cast: Cast) -> None:
    seed_macros(load_macros(PHRASEBOOK))
    db.session.flush()
    with_carrier = filled_by_the_desk(set(), {"en"}, carrier=True)
    without = filled_by_the_desk(set(), {"en"}, carrier=False)
    assert len(with_carrier) > len(without) >= 40  # what is left asks for amounts, links, days


def test_only_what_is_ticked_is_sent(cast: Cast, browser: Browser, macro: int) -> None:
    made = ask(cast, "en", "en")
    approved = marks(page(browser.be(cast.ana), made, macro))
    assert "1 ticket answered." in send(browser, made, macro, approved[:1])
    assert [len(answers(ticket)) for ticket in made] == [1, 0]


def test_all_of_it_is_taken_back_before_it_leaves(cast: Cast, browser: Browser, macro: int) -> None:
    made = ask(cast, "en", "de")
    since = [ticket.unanswered_since for ticket in made]
    said = send(browser.be(cast.ana), made, macro, marks(page(browser, made, macro)))
    data = {"message": re.findall(r'name="message" value="(\d+)"', said), "back_view": "all"}
    theirs = browser.be(cast.lea).post(f"{ADDRESS}/withdrawal", data=data, follow_redirects=True)
    assert "taken back." not in theirs.text
    found = browser.be(cast.ana).post(f"{ADDRESS}/withdrawal", data=data, follow_redirects=True)
    assert "2 answers taken back." in found.text
    assert [ticket.unanswered_since for ticket in made] == since
    late = browser.post(f"{ADDRESS}/withdrawal", data=data, follow_redirects=True).text
    assert "This answer has left already." in late


def test_nobody_answers_what_they_do_not_see(cast: Cast, browser: Browser, macro: int) -> None:
    made = ask(cast, "en")
    approved = marks(page(browser.be(cast.ana), made, macro))
    assert browser.be(cast.omar).get(f"{ADDRESS}?id={made[0].id}").status_code == 422
    assert "answered." not in send(browser, made, macro, approved)
    assert not answers(made[0])


def test_another_vendor_s_macro_is_gone(cast: Cast, browser: Browser) -> None:
    theirs = Macro(vendor_id=cast.nordlicht.id, key="own-1", intent="order_status", level=1,
                   lang="en", title="Theirs", body="Hello, it has left.")  # fmt: skip
    db.session.add(theirs)
    made = ask(cast, "en")
    browser.be(cast.ana)
    assert "Theirs" not in page(browser, made)
    found = browser.get(f"{ADDRESS}?id={made[0].id}&macro={theirs.id}")
    assert found.status_code == 422
    assert "This macro is gone." in found.text
    other = make_ticket(cast.nordlicht, sender="other@mailbox.example")
    other.lang = "en"
    db.session.commit()
    shown = page(browser.be(cast.odile), [made[0], other], theirs.id)
    assert [mark.partition("-")[0] for mark in marks(shown)] == [str(other.id)]


def test_more_tickets_ask_the_database_no_more(cast: Cast, browser: Browser, macro: int) -> None:
    made = ask(cast, *["en", "de", "fr"] * 4)
    browser.be(cast.ana)
    addresses = [
        f"{ADDRESS}?macro={macro}&" + "&".join(f"id={ticket.id}" for ticket in some)
        for some in (made[:1], made[:2], made)
    ]
    counts = []
    for address in addresses:
        with Counted(db.engine) as counted:
            browser.get(address)
        counts.append(len(counted.asked))
    assert counts[0] == counts[1] == counts[2] <= 10, counted.asked


def test_sending_looks_up_no_more_for_more_tickets(
    cast: Cast, browser: Browser, macro: int
) -> None:
    made = ask(cast, *["en"] * 9)
    browser.be(cast.ana)
    looked_up = []
    for some in (made[:2], made[2:]):
        approved = marks(page(browser, some, macro))
        data = {"id": [str(one.id) for one in some], "macro": str(macro), "approved": approved}
        with Counted(db.engine) as counted:
            browser.post(ADDRESS, data=data)
        looked_up.append([one for one in counted.asked if one.startswith("SELECT")])
        assert len(counted.asked) < 20 + 6 * len(some)
    assert len(looked_up[0]) == len(looked_up[1]), looked_up[1]
