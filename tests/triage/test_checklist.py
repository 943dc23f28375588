"""What is still to be asked, and what a conversation already holds."""

from decimal import Decimal

import pytest

from app.phrasebook import INTENTS
from app.triage.amounts import largest_amount
from app.triage.checklist import Told, _lists, checklist
from app.triage.wording import item_words
from tests.browser import Browser
from tests.factories import Cast, make_ticket

SENTENCES = {
    "order": "My order is 203-5548120-9917346.",
    "photo": "See the picture.",
    "serial": "Numéro de série : AX77-1203",
    "document": "The receipt is enclosed.",
    "tracking": "The parcel is ZX123456789QQ.",
    "amount": "I paid 49,90 €.",
    "date": "It was on 12 March.",
    "tax": "Our number is DE123456789.",
}


def found(told: Told, intent: str) -> dict[str, bool]:
    return {item.name: item.found for item in checklist(intent, told)}


def test_every_intent_has_a_list_of_things_that_have_a_name() -> None:
    lists = _lists()
    assert set(lists) == set(INTENTS)
    names = {name for items in lists.values() for name in items}
    assert names <= set(SENTENCES)


@pytest.mark.parametrize(("name", "intent"), [
    ("order", "warranty"), ("serial", "warranty"), ("date", "warranty"),
    ("tracking", "order_status"), ("amount", "refund_status"), ("tax", "vat_correction"),
])  # fmt: skip
def test_what_stands_in_the_words_is_ticked(name: str, intent: str) -> None:
    assert found(Told(["Hello."]), intent)[name] is False
    assert found(Told(["Hello.", SENTENCES[name]]), intent)[name] is True


@pytest.mark.parametrize(("types", "photo"), [
    ([], False), (["application/pdf"], False), (["image/jpeg"], True),
])  # fmt: skip
def test_a_photo_is_a_picture_that_came(types: list[str], photo: bool) -> None:
    assert found(Told(["See the photo!"], types), "damaged_item")["photo"] is photo


def test_the_marketplace_s_order_number_counts() -> None:
    assert found(Told(["Hello."], order_ref="A-1"), "damaged_item")["order"]


@pytest.mark.parametrize("text", [
    "I bought 2 lamps and 3 chairs.", "The serial is unknown to me.", "Size 42-44.", "",
])  # fmt: skip
def test_nothing_is_ticked_on_a_guess(text: str) -> None:
    assert not any(found(Told([text]), "warranty").values())


def test_no_intent_asks_for_nothing() -> None:
    assert checklist(None, Told([])) == []
    assert checklist("gone", Told([])) == []


def test_the_ticket_page_shows_what_is_there_and_what_to_ask_for(
    cast: Cast, browser: Browser
) -> None:
    ticket = make_ticket(cast.lavande, "Where is my order 203-5548120-9917346?")
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "What we need" in page
    assert page.index(item_words("order")) < page.index(item_words("tracking"))
    assert '<li class="is-found">' in page
    assert "ask for it" in page


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("1.234,50 €", "1234.50"), ("€ 1,234.50", "1234.50"), ("$1,000", "900"), ("£20", "23"),
        ("1 000 zł", "230"), ("60000円", "360"), ("12.5 EUR and 8 EUR", "12.5"),
        ("500", None), ("in 2026", None), ("", None), ("EUR", None), ("12 eurostars", None),
    ],
)  # fmt: skip
def test_the_largest_amount_roughly_in_euros(text: str, euros: str | None) -> None:
    assert largest_amount(text) == (None if euros is None else Decimal(euros))
