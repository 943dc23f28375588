"""Answers that left teach the memory; nothing else does, and a forgotten buyer's go again."""

import pytest

from app.extensions import db
from app.lib.clock import now
from app.relay.erasure import erase_buyer
from app.relay.outbound import deliver_due
from app.tickets.conversation import Answer, reply
from app.tickets.languages.lessons import Lesson, learn_sent
from app.tickets.models import Buyer, DeliveryState, Message, Ticket
from app.translation.memory import Way, recall
from app.translation.memory_models import Segment
from tests.factories import Cast, mail_in

OWN = "Votre commande 900-17 part demain matin. Merci de votre patience."
SENT = "Państwa zamówienie 900-17 wyrusza jutro rano. Dziękujemy za cierpliwość."


def answered(cast: Cast, own: str = OWN, sent: str = SENT) -> Message:
    ticket = mail_in(cast.lavande)
    words = Answer(text=sent, lang="pl", own_text=own, own_lang="fr")
    message = reply(ticket, cast.ana, words, at=now())
    db.session.commit()
    return message


def known(cast: Cast, sentence: str) -> str | None:
    way = Way(cast.lavande.id, "fr", "pl")
    return recall(way, [sentence], terms={}).exact.get(sentence)


def everything_kept() -> str:
    rows = db.session.execute(db.select(Segment.source, Segment.text))
    return "\n".join(f"{source}\n{text}" for source, text in rows)


def test_an_answer_that_left_is_remembered_sentence_by_sentence(cast: Cast) -> None:
    answered(cast)
    assert learn_sent() == 0
    deliver_due()
    assert learn_sent() == 1
    assert known(cast, "Votre commande 7-7 part demain matin.") == (
        "Państwa zamówienie 7-7 wyrusza jutro rano."
    )
    assert db.session.scalars(db.select(Lesson)).all() == []


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNDONE])
def test_an_answer_that_never_left_teaches_nothing(cast: Cast, state: DeliveryState) -> None:
    answered(cast).delivery = state
    db.session.commit()
    assert learn_sent() == 1
    assert everything_kept() == ""


def test_an_answer_that_is_held_waits(cast: Cast) -> None:
    answered(cast).delivery = DeliveryState.HELD
    db.session.commit()
    assert learn_sent() == 0
    assert len(db.session.scalars(db.select(Lesson)).all()) == 1


def test_an_answer_in_the_agent_s_own_language_teaches_nothing(cast: Cast) -> None:
    ticket = mail_in(cast.lavande)
    reply(ticket, cast.ana, Answer(text="Bonjour.", lang="fr"), at=now())
    assert db.session.scalars(db.select(Lesson)).all() == []


def test_numbers_and_contact_data_are_not_kept(cast: Cast) -> None:
    own = "Écrivez à kim.buyer@mailbox.example ou au +33 6 12 34 56 78 pour 900-17."
    sent = "Proszę pisać na kim.buyer@mailbox.example lub +33 6 12 34 56 78 w sprawie 900-17."
    answered(cast, own, sent)
    deliver_due()
    learn_sent()
    kept = everything_kept()
    assert not any(found in kept for found in ("kim", "33 6", "900-17", "mailbox"))


def test_a_forgotten_buyer_s_sentences_go_with_them(cast: Cast) -> None:
    message = answered(cast, "Le canari jaune est arrivé.", "Żółty kanarek przyjechał.")
    deliver_due()
    learn_sent()
    assert "canari" in everything_kept()
    forget_buyer_of(message)
    assert "canari" not in everything_kept()
    assert "kanarek" not in everything_kept()


def test_nothing_is_learned_of_a_buyer_who_was_forgotten_meanwhile(cast: Cast) -> None:
    message = answered(cast, "Le canari jaune est arrivé.", "Żółty kanarek przyjechał.")
    deliver_due()
    forget_buyer_of(message)
    assert learn_sent() == 0
    db.session.add(Lesson(message_id=message.id))
    db.session.commit()
    learn_sent()
    assert everything_kept() == ""


def forget_buyer_of(message: Message) -> None:
    ticket = db.session.get_one(Ticket, message.ticket_id)
    erase_buyer(db.session.get_one(Buyer, ticket.buyer_id))
    db.session.commit()
