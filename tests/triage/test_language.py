"""What a person says about a buyer's language sticks, for that buyer and every ticket."""

import pytest

from app.extensions import db
from app.lib.clock import now
from app.tickets.languages.correcting import correct_language
from app.tickets.models import Ticket
from app.triage.intake import Arrival
from tests.factories import KIM, Cast, make_ticket, write_in

GREETING = "Hola, ¿dónde está mi pedido? Lo espero desde hace dos semanas."


def corrected(cast: Cast, lang: str = "pt") -> Ticket:
    ticket = make_ticket(cast.lavande, GREETING)
    assert (ticket.lang, ticket.buyer.lang) == ("es", None)
    correct_language(ticket, [], lang, at=now(), agent_id=cast.ana.id)
    db.session.commit()
    return ticket


@pytest.mark.parametrize("again", [True, False])
def test_a_corrected_language_holds_for_the_buyer_s_next_words(cast: Cast, again: bool) -> None:
    ticket = corrected(cast)
    arrival = Arrival(
        cast.lavande, KIM, subject="", text=GREETING, at=now(), ticket=ticket if again else None
    )
    assert write_in(arrival).lang == "pt"


def test_it_does_not_hold_for_another_buyer_or_vendor(cast: Cast) -> None:
    corrected(cast)
    assert make_ticket(cast.lavande, GREETING, sender="jo@mailbox.example").lang == "es"
    assert make_ticket(cast.nordlicht, GREETING).lang == "es"


def test_another_script_is_another_language(cast: Cast) -> None:
    corrected(cast)
    text = "Здравствуйте, где мой заказ? Я жду уже две недели."
    assert make_ticket(cast.lavande, text).lang == "ru"
