"""Macros on a ticket: which are offered, and what their slots become."""

from dataclasses import replace
from datetime import date

import pytest

from app.tickets.macros.filling import (
    MOST_OFFERED,
    Known,
    Line,
    choose,
    date_words,
    fill,
    greet_nobody,
)

LINE = Line(
    1, None, "order_status-m-01", "order_status", 1, "fr", "En route", "Bonjour,\n\nIl part.", 0
)


@pytest.mark.parametrize(
    ("lang", "body", "greeting"),
    [
        ("en", "Hello {buyer_name},", "Hello,"),
        ("en", "Dear {buyer_name},", "Hello,"),
        ("fr", "Bonjour {buyer_name},", "Bonjour,"),
        ("fr", "Cher/Chère {buyer_name},", "Bonjour,"),
        ("de", "Guten Tag {buyer_name},", "Guten Tag,"),
        ("de", "Hallo {buyer_name},", "Hallo,"),
        ("de", "Sehr geehrte/r {buyer_name},", "Guten Tag,"),
        ("es", "Hola, {buyer_name}:", "Hola:"),
        ("es", "Buenos días, {buyer_name}:", "Buenos días:"),
        ("es", "Estimada {buyer_name}:", "Buenos días:"),
        ("it", "Buongiorno {buyer_name},", "Buongiorno,"),
        ("it", "Gentile {buyer_name},", "Buongiorno,"),
        ("nl", "Beste {buyer_name},", "Goedendag,"),
        ("nl", "Goedendag {buyer_name},", "Goedendag,"),
        ("pt", "Bom dia, {buyer_name},", "Bom dia,"),
        ("pt", "Olá, {buyer_name},", "Olá,"),
        ("pl", "Dzień dobry, {buyer_name},", "Dzień dobry,"),
        ("en", "{buyer_name}, we found it.", "We found it."),
        ("en", "Thank you, {buyer_name}.", "Thank you."),
        ("sv", "Hej {buyer_name},", "Hej,"),
        ("en", "Dear buyers,", "Dear buyers,"),
    ],
)
def test_a_greeting_reads_well_without_a_name(lang: str, body: str, greeting: str) -> None:
    assert greet_nobody(body, lang) == greeting


@pytest.mark.parametrize(
    ("order", "filled"),
    [
        ("917-1", "Hello,\n\nOrder 917-1 leaves on {date}.\n\nAna"),
        (None, "Hello,\n\nOrder {order} leaves on {date}.\n\nAna"),
    ],
)
def test_what_the_ticket_knows_is_filled_in_and_the_rest_stays_visible(
    order: str | None, filled: str
) -> None:
    body = "Dear {buyer_name},\n\nOrder {order} leaves on {date}.\n\n{agent}\n"
    assert fill(body, "en", Known("Ana", order=order)) == filled


def test_a_carrier_and_a_day_are_filled_in_once_they_are_known() -> None:
    body = "{carrier} brings it on {date}, within {days} days."
    known = Known("Ana", carrier="Norvia", day=date(2026, 3, 12))
    assert fill(body, "en", known) == "Norvia brings it on 12 March, within {days} days."


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "12 March"), ("fr", "12 mars"), ("de", "12. März"), ("es", "12 de marzo"),
        ("it", "12 marzo"), ("nl", "12 maart"), ("pt", "12 de março"), ("pl", "12 marca"),
    ],
)  # fmt: skip
def test_a_day_is_written_as_the_language_writes_it(lang: str, words: str) -> None:
    assert date_words(date(2026, 3, 12), lang) == words


@pytest.mark.parametrize(
    ("lang", "body", "day", "filled"),
    [
        ("fr", "le {date}", 1, "le 1er mars"),
        ("fr", "le {date}", 11, "le 11 mars"),
        ("it", "il {date}", 1, "il 1º marzo"),
        ("it", "entro il {date}", 8, "entro l'8 marzo"),
        ("it", "Il {date}", 11, "L'11 marzo"),
        ("it", "fino al {date}", 11, "fino all'11 marzo"),
        ("it", "dal {date}", 8, "dall'8 marzo"),
        ("it", "del {date}", 8, "dell'8 marzo"),
        ("it", "del {date}", 18, "del 18 marzo"),
        ("de", "am {date}", 1, "am 1. März"),
    ],
)
def test_the_words_before_a_day_fit_it(lang: str, body: str, day: int, filled: str) -> None:
    assert fill(body, lang, Known("Ana", day=date(2026, 3, day))) == filled


def made(**changes: object) -> Line:
    return replace(LINE, **changes)  # type: ignore[arg-type]


def test_the_intent_comes_first_then_the_rest_of_the_level_one_of_each() -> None:
    lines = [
        made(id=1, key="cancel_order-m-01", intent="cancel_order"),
        made(id=2, key="cancel_order-m-02", intent="cancel_order"),
        made(id=3, key="invoice_copy-m-01", intent="invoice_copy"),
        made(id=4, key="order_status-m-02"),
        made(id=5, key="order_status-m-03", level=2),
        made(id=6, key="warranty-m-01", intent="warranty", level=2),
    ]
    offers = choose(lines, intent="order_status", level=1, own="fr", buyers="fr")
    assert [offer.id for offer in offers] == [4, 5, 1, 3, 2]
    assert [offer.fits for offer in offers] == [True, True, False, False, False]


def test_what_is_used_most_comes_first_within_its_intent() -> None:
    lines = [made(id=1), made(id=2, key="order_status-m-02", used=3)]
    offers = choose(lines, intent="order_status", level=1, own="fr", buyers="fr")
    assert [offer.id for offer in offers] == [2, 1]


def test_the_agent_reads_what_the_buyer_will_get() -> None:
    lines = [made(id=1, title="En route"), made(id=2, lang="pl", title="W drodze")]
    (offer,) = choose(lines, intent="order_status", level=1, own="fr", buyers="pl")
    assert (offer.id, offer.title, offer.start, offer.lang) == (2, "En route", "Il part.", "fr")


def test_a_language_without_macros_offers_the_agent_s_own() -> None:
    (offer,) = choose([made(id=1)], intent=None, level=1, own="fr", buyers="sv")
    assert (offer.id, offer.lang) == (1, "fr")


def test_the_menu_stays_short() -> None:
    lines = [made(id=number, key=f"order_status-m-{number:02}") for number in range(40)]
    offers = choose(lines, intent="order_status", level=1, own="fr", buyers="fr")
    assert len(offers) == MOST_OFFERED


def test_a_long_beginning_is_cut_between_words() -> None:
    start = "Bonjour,\n\n" + "votre colis " * 20
    (offer,) = choose([made(start=start)], intent=None, level=1, own="fr", buyers="fr")
    assert len(offer.start) <= 92
    assert offer.start.endswith(("votre …", "colis …"))
