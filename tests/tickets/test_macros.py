"""The phrasebook's macros on the desk, and in the composer."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.lib.heartbeat import beat
from app.phrasebook import Macro as Authored
from app.phrasebook import load_macros
from app.tickets.conversation import Words, continue_ticket, write_down
from app.tickets.macros.filling import Known, fill
from app.tickets.macros.prepared import Macro, seed_macros
from app.tickets.models import Ticket
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted, messages, newest, polish_ticket

PHRASEBOOK = Path(__file__).parents[2] / "phrasebook"
AUTHORED = Authored(
    id="order_status-m-01", intent="order_status", level=1, slots=frozenset(),
    titles={"fr": "En route", "pl": "W drodze"},
    bodies={
        "fr": "Bonjour {buyer_name},\n\nla commande {order} arrive le {date}.\n\n{agent}\n",
        "pl": "Dzień dobry, {buyer_name},\n\nzamówienie {order} dotrze {date}.\n\n{agent}\n",
    },
    file=Path("order_status.yaml"), line=1,
)  # fmt: skip
OTHER = replace(AUTHORED, id="cancel_order-m-01", intent="cancel_order")


def macro(lang: str, **wanted: object) -> Macro:
    return db.session.scalars(select(Macro).filter_by(lang=lang, **wanted)).one()


def fields(page: str) -> dict[str, str]:
    """What stands in the composer's text fields."""
    found = re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page, re.S)
    return {name: unescape(text) for name, text in found}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A Polish buyer asks where order 917-1 is; French Ana answers."""
    seed_macros([AUTHORED, OTHER])
    ticket = polish_ticket(cast)
    ticket.intent, ticket.level, ticket.order_ref = "order_status", 1, "917-1"
    db.session.commit()
    return ticket


# --- seeding -------------------------------------------------------------------------------


def test_seeding_again_writes_nothing(cast: Cast) -> None:
    assert seed_macros([AUTHORED, OTHER]) == 4
    assert seed_macros([OTHER, AUTHORED]) == 0


def test_a_changed_phrasebook_changes_the_rows_and_keeps_the_counts(cast: Cast) -> None:
    seed_macros([AUTHORED, OTHER])
    kept = macro("fr", key=AUTHORED.id)
    kept.used = 5
    db.session.flush()
    seed_macros([replace(AUTHORED, titles={"fr": "Parti", "pl": "W drodze"})])
    db.session.expire_all()
    assert (macro("fr").id, macro("fr").title, macro("fr").used) == (kept.id, "Parti", 5)
    assert db.session.scalar(select(func.count()).select_from(Macro)) == 2


def test_a_vendor_s_own_macro_is_not_the_phrasebook_s_to_take_away(cast: Cast) -> None:
    db.session.add(own_macro(cast.lavande.id))
    seed_macros([AUTHORED])
    assert macro("fr", vendor_id=cast.lavande.id).title == "À nous"


def own_macro(vendor_id: int) -> Macro:
    return Macro(vendor_id=vendor_id, key="own-1", intent="order_status", level=1, lang="fr",
                 title="À nous", body="Bonjour {buyer_name},\n\nc’est parti.")  # fmt: skip


def test_every_macro_of_the_phrasebook_is_seeded_in_all_its_languages(cast: Cast) -> None:
    authored = load_macros(PHRASEBOOK)
    assert seed_macros(authored) == sum(len(macro.bodies) for macro in authored) > 500


def test_no_greeting_of_the_phrasebook_is_left_hanging() -> None:
    for authored in load_macros(PHRASEBOOK):
        for lang, body in authored.bodies.items():
            first = fill(body, lang, Known("Ana", order="917-1")).partition("\n")[0]
            assert re.fullmatch(r"[\w' ]+[,:]", first), (authored.id, lang, first)
            assert first not in {"Dear,", "Gentile,", "Beste,"}, (authored.id, lang)


# --- in the composer -----------------------------------------------------------------------


def test_the_menu_speaks_the_agent_s_language_and_means_the_buyer_s(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    ours, other = macro("pl", key=AUTHORED.id), macro("pl", key=OTHER.id)
    links = re.findall(rf'href="/tickets/{ticket.id}\?macro=(\d+)#composer"', page)
    assert links == [str(ours.id), str(other.id)]
    assert page.count("<b>En route</b>") == 2
    assert "W drodze" not in page


def test_a_macro_fills_what_is_sent_and_shows_the_agent_the_same(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    chosen = macro("pl", key=AUTHORED.id)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}?macro={chosen.id}").text
    found = fields(page)
    assert found["text"] == "Dzień dobry,\n\nzamówienie 917-1 dotrze {date}.\n\nAna"
    assert found["own_text"] == "Bonjour,\n\nla commande 917-1 arrive le {date}.\n\nAna"
    assert f'name="macro_id" value="{chosen.id}"' in page


def test_a_buyer_s_language_without_macros_fills_the_left_field_alone(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    ticket.lang = "sv"
    db.session.commit()
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    chosen = macro("fr", key=AUTHORED.id)
    assert f"?macro={chosen.id}#composer" in page
    found = fields(browser.get(f"/tickets/{ticket.id}?macro={chosen.id}").text)
    assert found["text"] == ""
    assert found["own_text"].startswith("Bonjour,\n\nla commande 917-1")


def test_who_writes_the_buyer_s_language_has_one_field(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    ticket.lang = "fr"
    db.session.commit()
    chosen = macro("fr", key=AUTHORED.id)
    found = fields(browser.be(cast.ana).get(f"/tickets/{ticket.id}?macro={chosen.id}").text)
    assert found["text"].startswith("Bonjour,")
    assert "own_text" not in found


def test_asking_for_a_draft_keeps_the_macro_in_mind(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    chosen = macro("pl", key=AUTHORED.id)
    browser.be(cast.ana)
    asked = browser.post(
        f"/tickets/{ticket.id}/drafts", data={"own_text": "Bonjour.", "macro_id": chosen.id}
    )
    page = browser.get(asked.location).text
    assert f'name="macro_id" value="{chosen.id}"' in page
    assert fields(page)["own_text"] == "Bonjour."


@pytest.mark.parametrize("which", ["another vendor's", "none"])
def test_a_macro_that_is_not_ours_fills_nothing(
    cast: Cast, browser: Browser, ticket: Ticket, which: str
) -> None:
    foreign = own_macro(cast.nordlicht.id)
    db.session.add(foreign)
    db.session.commit()
    number = foreign.id if which == "another vendor's" else 999_999
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}?macro={number}").text
    assert "À nous" not in page
    assert "parti" not in page
    assert fields(page)["own_text"] == ""


def test_a_vendor_s_own_macro_is_offered_to_its_own(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    db.session.add(own_macro(cast.lavande.id))
    db.session.commit()
    assert "À nous" in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text


def test_a_macro_costs_the_page_few_questions(cast: Cast, browser: Browser, ticket: Ticket) -> None:
    address = f"/tickets/{ticket.id}?macro={macro('pl', key=AUTHORED.id).id}"
    browser.be(cast.ana)
    beat("sweep")
    db.session.commit()
    browser.get(address)
    db.session.expunge_all()
    with Counted(db.engine) as counted:
        browser.get(address)
    assert len(counted.asked) <= 10, counted.asked


# --- sending -------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["replies", "acknowledgement"])
def test_a_slot_that_nobody_filled_in_never_leaves(
    cast: Cast, browser: Browser, ticket: Ticket, where: str
) -> None:
    ticket.level = 2
    db.session.commit()
    found = browser.be(cast.ana).post(
        f"/tickets/{ticket.id}/{where}",
        data={"text": "Dotrze {date}, {data}, {date}.", "seen": newest(ticket), "sure": "yes",
              "until": "2026-03-04T17:00"},
    )  # fmt: skip
    assert found.status_code == 422
    assert "Fill this in first: {date}, {data}" in found.text
    assert 'name="sure"' not in found.text
    assert len(messages(ticket)) == 1


def test_a_use_is_counted_when_the_answer_is_sent_and_only_then(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    chosen = macro("pl", key=AUTHORED.id).id
    data = {"text": "Dotrze {date}.", "macro_id": chosen, "seen": newest(ticket)}
    page = browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data).text
    assert f'name="macro_id" value="{chosen}"' in page
    assert macro("pl", key=AUTHORED.id).used == 0
    data["text"] = "Dotrze jutro."
    for _ in range(2):
        browser.post(f"/tickets/{ticket.id}/replies", data=data)
    db.session.expire_all()
    assert macro("pl", key=AUTHORED.id).used == 1
    assert macro("pl", key=OTHER.id).used == 0


def test_an_answer_that_was_taken_back_was_no_use(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    chosen = macro("pl", key=AUTHORED.id).id
    data = {"text": "Dotrze jutro.", "macro_id": chosen, "seen": newest(ticket)}
    url = f"/tickets/{ticket.id}"
    browser.be(cast.ana).post(f"{url}/replies", data=data)
    back = browser.post(f"{url}/messages/{newest(ticket)}/withdrawal")
    assert macro("pl", key=AUTHORED.id).used == 0
    assert f'name="macro_id" value="{chosen}"' in browser.get(back.location).text
    browser.post(f"{url}/replies", data=data | {"seen": newest(ticket)})
    assert macro("pl", key=AUTHORED.id).used == 1


def test_a_refused_answer_counts_no_use(
    cast: Cast, browser: Browser, ticket: Ticket, clock: SteppedClock
) -> None:
    seen = newest(ticket)
    write_down([continue_ticket(ticket, Words("", "Halo?", lang="pl"), at=clock())])
    db.session.commit()
    data = {"text": "Dotrze jutro.", "macro_id": macro("pl", key=AUTHORED.id).id, "seen": seen}
    assert browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data).status_code == 409
    db.session.expire_all()
    assert macro("pl", key=AUTHORED.id).used == 0


def test_another_vendor_s_macro_is_not_counted(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    foreign = own_macro(cast.nordlicht.id)
    db.session.add(foreign)
    db.session.commit()
    data = {"text": "Jutro.", "macro_id": foreign.id, "seen": newest(ticket)}
    browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data)
    db.session.refresh(foreign)
    assert foreign.used == 0


def test_a_desk_without_macros_has_no_menu(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    assert 'class="menu macros"' not in browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
