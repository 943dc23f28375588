"""What happens at the demo desk: buyers' conversations with their times, told from the phrasebook.

Pure: the same seed gives the same script. Nothing here touches the desk; `demo` plays it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.phrasebook import Group, Phrasebook, example_values, render

TICKETS = 60
# Buyers of a vendor write mostly in its own language and in these.
SPOKEN = ("fr", "en", "de", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "ro", "uk", "tr", "ja")
SUBJECTS = {
    "en": "Order {order}", "fr": "Commande {order}", "de": "Bestellung {order}",
    "es": "Pedido {order}", "it": "Ordine {order}", "nl": "Bestelling {order}",
    "pt": "Encomenda {order}", "pl": "Zamówienie {order}", "sv": "Beställning {order}",
    "da": "Ordre {order}", "cs": "Objednávka {order}", "ro": "Comanda {order}",
    "uk": "Замовлення {order}", "tr": "Sipariş {order}", "ja": "注文 {order}",
}  # fmt: skip
# Some buyers sign with what the desk must hide.
SIGNATURES = ("", "", "", "\n\n+33 6 39 98 44 10", "\n\nkim.{n}@mail.example", "")


@dataclass(frozen=True)
class Act:
    """Something that happens `ago` before the demo desk is first opened."""

    ago: timedelta
    what: str  # "buyer", "answer", "acknowledge", "close", "note"
    text: str = ""


@dataclass(frozen=True)
class Story:
    """One conversation: who writes to which shop in which language, and what happens when."""

    number: int
    shop: int
    lang: str
    subject: str
    intent: str
    acts: tuple[Act, ...]


def write_script(book: Phrasebook, *, seed: int = 7) -> list[Story]:
    """TICKETS conversations of every state: answered, waiting, closed, overdue, nearly due."""
    dice = random.Random(seed)  # noqa: S311 - a demo, not a secret
    return [_story(book, number, dice) for number in range(TICKETS)]


def _story(book: Phrasebook, number: int, dice: random.Random) -> Story:
    lang = SPOKEN[number % len(SPOKEN)]
    group = dice.choice(_told_in(book, lang, "buyer"))
    values = example_values(lang, number, items=book.items)
    opening = _said(book, group, lang, values) + dice.choice(SIGNATURES).format(n=number)
    answer = _answer_text(book, group, lang, number, dice)
    return Story(
        number=number,
        shop=number % 3,
        lang=lang,
        subject=SUBJECTS[lang].format(**values),
        intent=group.intent,
        acts=tuple(_acts(number, opening, answer, dice)),
    )


def _told_in(book: Phrasebook, lang: str, role: str, intent: str | None = None) -> list[Group]:
    return [
        group
        for group in book.groups
        if group.role == role and lang in group.texts and intent in {None, group.intent}
    ]


def _said(book: Phrasebook, group: Group, lang: str, values: dict[str, str]) -> str:
    return render(group.texts[lang], lang, values=values, items=book.items)


def _acts(number: int, opening: str, answer: str, dice: random.Random) -> Sequence[Act]:
    """How far a conversation got. Its number decides, so that every state occurs."""

    def act(hours: float, what: str, text: str = "") -> Act:
        return Act(timedelta(hours=hours), what, text)

    begun = dice.uniform(30, 90)
    match number % 6:
        case 0:  # nobody answered: overdue by now
            return [act(begun, "buyer", opening)]
        case 1:  # about to be due
            return [act(dice.uniform(20, 23.8), "buyer", opening)]
        case 2 if answer:
            return [act(begun, "buyer", opening), act(begun - 6, "answer", answer), act(4, "close")]
        case 3 if answer:
            return [act(begun, "buyer", opening), act(begun - 20, "answer", answer)]
        case 4 if answer:
            asked = act(begun - 2.5, "note", "Asked the warehouse and the carrier.")
            return [act(begun, "buyer", opening), act(begun - 3, "acknowledge", answer), asked]
        case _:
            return [act(dice.uniform(0.2, 14), "buyer", opening)]


def _answer_text(
    book: Phrasebook, group: Group, lang: str, number: int, dice: random.Random
) -> str:
    """What the agent answers, in the buyer's language; empty when the phrasebook has nothing."""
    known = _told_in(book, lang, "agent", group.intent) or _told_in(book, lang, "agent")
    if not known:
        return ""
    values = example_values(lang, number, items=book.items)
    return _said(book, dice.choice(known), lang, values)
