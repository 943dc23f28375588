"""A vendor's memory: its own sentences alone, both ways, and no longer than their buyers allow."""

from collections.abc import Sequence

import pytest
from flask import Flask

from app.accounts.models import Vendor
from app.extensions import db
from app.translation.house import Offer
from app.translation.memory import (
    MOST_SCOPES,
    Way,
    clear,
    forget,
    recall,
    remember,
)
from app.translation.memory_models import Origin, Segment, SegmentScope, SegmentWord
from app.translation.segments import paired
from tests.factories import Cast

SOURCE = "Votre commande 4711-22 part demain matin."
TARGET = "Ihre Bestellung 4711-22 geht morgen früh los."


def say(
    vendor: Vendor, source: str = SOURCE, target: str = TARGET, *, scope: str = "ticket:1",
    origin: Origin = Origin.ANSWER,
) -> int:  # fmt: skip
    pair = paired(source, target)
    assert pair is not None
    return remember(way(vendor), [pair], origin=origin, scope=scope)


def way(vendor: Vendor) -> Way:
    return Way(vendor.id, "fr", "de")


def exact(vendor: Vendor, *sentences: str) -> Sequence[str]:
    return list(recall(way(vendor), sentences, terms={}).exact.values())


def offer(vendor: Vendor, sentence: str, terms: dict[str, str] | None = None) -> Offer | None:
    return recall(way(vendor), [sentence], terms=terms or {}).near.get(sentence)


def test_the_same_sentence_about_another_order_is_filled_in(cast: Cast) -> None:
    say(cast.lavande)
    assert exact(cast.lavande, "Votre commande 900-1 part demain matin.") == [
        "Ihre Bestellung 900-1 geht morgen früh los."
    ]


def test_the_way_back_is_known_too(cast: Cast) -> None:
    say(cast.lavande)
    there = recall(way(cast.lavande).back, ["Ihre Bestellung 9 geht morgen früh los."], terms={})
    assert list(there.exact.values()) == ["Votre commande 9 part demain matin."]


def test_another_vendor_s_sentences_are_not_there(cast: Cast) -> None:
    say(cast.lavande)
    assert exact(cast.nordlicht, SOURCE) == []
    assert offer(cast.nordlicht, "Votre commande 4711-22 part demain soir.") is None


def test_the_latest_wording_stands(cast: Cast) -> None:
    assert say(cast.lavande) == 1
    assert say(cast.lavande, target="Ihre Bestellung 4711-22 geht morgen auf die Reise.") == 0
    assert exact(cast.lavande, SOURCE) == ["Ihre Bestellung 4711-22 geht morgen auf die Reise."]


def test_what_was_written_this_way_is_not_undone_by_the_way_back(cast: Cast) -> None:
    say(cast.lavande)
    back = paired("Ihre Bestellung 1 kommt.", SOURCE.replace("4711-22", "1"))
    assert back is not None
    remember(way(cast.lavande).back, [back], origin=Origin.ANSWER)
    assert exact(cast.lavande, SOURCE) == [TARGET]


@pytest.mark.parametrize(
    ("asked", "likeness"),
    [
        ("Votre commande 4711-22 part demain soir.", 90),
        ("Votre comande 4711-22 part demain matin !", 95),
        ("Oui, votre commande 4711-22 part demain matin.", 90),
    ],
)
def test_a_sentence_like_it_is_offered(cast: Cast, asked: str, likeness: int) -> None:
    say(cast.lavande)
    found = offer(cast.lavande, asked)
    assert found is not None
    assert (found.source, found.text) == (SOURCE, TARGET)
    assert abs(found.likeness - likeness) <= 6


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("Le chat de ma voisine dort au soleil.", id="something else"),
        pytest.param("Votre commande 4711-22 ne part pas demain matin.", id="the opposite"),
        pytest.param("Votre commande part demain matin.", id="a fact less"),
        pytest.param("Merci.", id="too short"),
        pytest.param("!!!", id="no words"),
    ],
)
def test_other_sentences_are_not_offered(cast: Cast, asked: str) -> None:
    say(cast.lavande)
    assert offer(cast.lavande, asked) is None
    assert exact(cast.lavande, asked) == []


def test_the_opposite_of_a_refusal_is_not_offered(cast: Cast) -> None:
    say(cast.lavande, "Nous ne pouvons pas vous rembourser cet article.",
        "Wir können Ihnen diesen Artikel nicht erstatten.")  # fmt: skip
    assert offer(cast.lavande, "Nous pouvons vous rembourser cet article.") is None


def test_what_breaks_the_glossary_is_not_recalled(cast: Cast) -> None:
    say(cast.lavande)
    terms = {"commande": "Auftrag"}
    assert recall(way(cast.lavande), [SOURCE], terms=terms).exact == {}
    assert offer(cast.lavande, "Votre commande 4711-22 part demain soir.", terms) is None


def test_what_only_one_conversation_said_goes_with_it(cast: Cast) -> None:
    say(cast.lavande)
    say(cast.lavande, "Merci beaucoup.", "Vielen Dank.", scope="ticket:1")
    say(cast.lavande, "Merci beaucoup.", "Vielen Dank.", scope="ticket:2")
    assert forget(["ticket:1"]) == 2  # one sentence, both ways
    assert exact(cast.lavande, SOURCE, "Merci beaucoup.") == ["Vielen Dank."]
    assert forget(["ticket:2"]) == 2
    assert _rows() == (0, 0, 0)


def test_a_wording_that_came_later_belongs_to_the_later_conversation(cast: Cast) -> None:
    say(cast.lavande, "Merci.", "Danke.", scope="ticket:1")
    say(cast.lavande, "Merci.", "Vielen Dank, Kanarienvogel.", scope="ticket:2")
    forget(["ticket:2"])
    assert exact(cast.lavande, "Merci.") == []


def test_what_a_file_brought_stays_when_a_buyer_is_forgotten(cast: Cast) -> None:
    say(cast.lavande, origin=Origin.TMX, scope="")
    say(cast.lavande, scope="ticket:1")
    forget(["ticket:1"])
    assert exact(cast.lavande, SOURCE) == [TARGET]


def test_few_conversations_are_noted_for_what_everybody_says(cast: Cast) -> None:
    for number in range(MOST_SCOPES + 3):
        say(cast.lavande, "Merci.", "Danke.", scope=f"ticket:{number}")
    assert _rows()[2] == 2 * MOST_SCOPES


def test_all_of_a_vendor_s_memory_can_be_cleared_and_nobody_else_s(cast: Cast) -> None:
    say(cast.lavande)
    say(cast.nordlicht)
    assert clear(cast.lavande.id) == 2
    assert exact(cast.lavande, SOURCE) == []
    assert exact(cast.nordlicht, SOURCE) == [TARGET]


def test_nothing_is_asked_for_nothing(desk: Flask, cast: Cast) -> None:
    assert recall(way(cast.lavande), [], terms={}).exact == {}


def _rows() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(db.select(db.func.count()).select_from(model)) or 0
        for model in (Segment, SegmentWord, SegmentScope)
    )
