"""Searching: what is found, by whom, and what never is."""

import pytest
from sqlalchemy import select, text

from app.extensions import db
from app.lib.clock import now
from app.tickets.conversation import note
from app.tickets.handing import merge, move
from app.tickets.models import Message, Ticket
from app.tickets.search.finding import PAGE, NoSuchValue, search
from app.tickets.search.index import rebuild
from app.tickets.search.likeness import similar
from app.tickets.search.passages import passages
from app.tickets.tags import tag, untag
from app.translation.draft import ask
from tests.factories import KIM, Cast, answer, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Said, done_draft, finish, messages


def found(agent, asked: str) -> list[int]:  # type: ignore[no-untyped-def]
    return [row.id for row in search(agent, asked, now=now()).rows]


@pytest.fixture
def lamp(cast: Cast) -> Ticket:
    """One ticket to be found."""
    ticket = make_ticket(
        cast.lavande, "Ma lampe est arrivée cassée, l’abat-jour aussi. Order 941-2207788."
    )
    ticket.order_ref = "941-2207788"
    db.session.commit()
    return ticket


@pytest.mark.parametrize(
    "asked",
    [
        "lampe", "LAMPE", "cassée", "cassee", "arrivee cassee", "lamp", "cass*", "abat jour",
        '"lampe est arrivée"', "“est arrivée cassée”", "941-2207788", "9412207788",
        "order:941-2207788", "order:9412207788", "lampe order:941-2207788", "lampe is:open",
        "lampe level:1 lang:fr", "agent:ana lampe",
        "lampe vendor:lavande",
    ],
)  # fmt: skip
def test_it_is_found(cast: Cast, lamp: Ticket, asked: str) -> None:
    lamp.lang, lamp.level, lamp.assignee_id = "fr", 1, cast.ana.id
    db.session.commit()
    assert found(cast.lea, asked) == [lamp.id]


@pytest.mark.parametrize(
    "asked",
    [
        "vase", "lampe vase", '"arrivée est lampe"', "order:941-2207789", "lampe level:2",
        "lampe lang:de", "lampe is:closed", "lampe agent:bo", "lampe is:overdue", "", "  ", '""',
        "ampe", "941-220",
    ],
)  # fmt: skip
def test_it_is_not_found(cast: Cast, lamp: Ticket, asked: str) -> None:
    lamp.lang, lamp.level, lamp.assignee_id = "fr", 1, cast.ana.id
    db.session.commit()
    assert found(cast.lea, asked) == []


def test_what_is_asked_for_is_read_in_the_translation_too(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande, "Gdzie jest moja lampa?")
    body = messages(ticket)[0].body
    draft = ask(f"ticket:{ticket.id}", body, source="pl", target="fr")
    finish(draft, Said(body, "Où est ma lampe ?"))
    assert found(cast.lea, '"ma lampe"') == [ticket.id]
    assert found(cast.lea, '"moja lampa"') == [ticket.id]


def test_a_draft_that_was_not_sent_is_nobody_s_to_find(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    done_draft(ticket, cast.ana, Said("Cher client insupportable", "Drogi"))
    assert found(cast.lea, "insupportable") == []


def test_answers_and_notes_are_found(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    answer(ticket, cast.ana, "Votre remboursement part demain.")
    note(ticket, cast.ana, "Carrier called about the zeppelin.", at=now())
    db.session.commit()
    assert found(cast.lea, "remboursement") == found(cast.lea, "zeppelin") == [ticket.id]


def test_japanese_and_chinese_are_found_by_parts_of_a_sentence(cast: Cast) -> None:
    one = make_ticket(cast.lavande, "注文した商品がまだ届きません。", sender="a@mailbox.example")
    two = make_ticket(cast.lavande, "我的退款还没有到账。", sender="b@mailbox.example")
    assert found(cast.lea, "商品") == found(cast.lea, "届きません") == [one.id]
    assert found(cast.lea, "退款") == found(cast.lea, "款") == found(cast.lea, "账") == [two.id]
    assert found(cast.lea, "品商") == []


def test_another_vendor_finds_nothing(cast: Cast, lamp: Ticket) -> None:
    assert found(cast.omar, "lampe") == found(cast.omar, "order:941-2207788") == []
    assert found(cast.omar, "vendor:nordlicht lampe") == []
    with pytest.raises(NoSuchValue):
        found(cast.omar, "vendor:lavande lampe")
    assert found(cast.odile, "lampe vendor:lavande") == [lamp.id]


def test_a_moved_ticket_s_notes_stay_with_those_who_wrote_them(cast: Cast, lamp: Ticket) -> None:
    note(lamp, cast.ana, "Internal: our zeppelin margin.", at=now())
    move(lamp, cast.nordlicht, cast.odile, at=now())
    db.session.commit()
    assert found(cast.omar, "lampe") == [lamp.id]
    assert found(cast.omar, "zeppelin") == found(cast.lea, "lampe") == []


def test_hidden_contact_data_is_in_no_index(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande, f"Write to {KIM} or call +44 7700 900123 please, Zoltan.")
    assert found(cast.lea, "zoltan") == [ticket.id]
    for canary in (KIM, "kim.buyer", "mailbox", "7700", "900123", '"7700 900123"'):
        assert found(cast.lea, canary) == []
    kept = db.session.execute(text("SELECT * FROM ticket_search")).all()
    assert "7700" not in str(kept)
    assert "mailbox" not in str(kept)


def test_words_that_are_taken_out_of_a_message_are_found_no_more(cast: Cast, lamp: Ticket) -> None:
    messages(lamp)[0].body = "Ma [email address hidden] est ici."
    db.session.commit()
    assert found(cast.lea, "lampe") == []
    assert found(cast.lea, "ici") == [lamp.id]


def test_nothing_is_found_that_was_rolled_back(cast: Cast, lamp: Ticket) -> None:
    note(lamp, cast.ana, "A zeppelin.", at=now())
    db.session.rollback()
    lamp.subject = "Other"
    db.session.commit()
    assert found(cast.lea, "zeppelin") == []


def test_a_tag_finds_its_tickets_until_it_is_taken_off(cast: Cast, lamp: Ticket) -> None:
    tag([lamp], "fragile", cast.ana, at=now())
    db.session.commit()
    assert found(cast.lea, "tag:Fragile lampe") == [lamp.id]
    untag([lamp], "fragile", cast.ana, at=now())
    db.session.commit()
    assert found(cast.lea, "tag:fragile") == []


def test_merged_words_are_found_where_they_went(cast: Cast, lamp: Ticket) -> None:
    other = make_ticket(cast.lavande, "Et ma facture ?")
    merge(lamp, other, cast.lea, at=now())
    db.session.commit()
    assert found(cast.lea, "cassée") == [other.id]


def test_overdue_is_a_question_of_the_clock(cast: Cast, lamp: Ticket, clock: SteppedClock) -> None:
    assert found(cast.lea, "is:overdue lampe") == []
    clock.advance(hours=25)
    assert found(cast.lea, "is:overdue lampe") == [lamp.id]


def test_the_state_is_found_as_it_is_now(cast: Cast, lamp: Ticket) -> None:
    answer(lamp, cast.ana)
    assert found(cast.lea, "lampe is:open") == []
    assert found(cast.lea, "lampe is:waiting") == [lamp.id]
    lamp.close(at=now(), agent_id=cast.ana.id)
    db.session.commit()
    assert found(cast.lea, "lampe is:closed") == [lamp.id]


@pytest.mark.parametrize(
    "asked",
    [
        "lang:french", "level:3", "intent:xyz", "agent:nobody", "is:lost", "tag:none",
        "vendor:none", "order:!", 'lang:"',
    ],
)  # fmt: skip
def test_an_operator_says_what_it_does_not_know(cast: Cast, asked: str) -> None:
    with pytest.raises(NoSuchValue):
        found(cast.lea, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "'", '"', "*", "(", "a AND b", "NOT x", "lampe) OR (=v1", "=v1", "a' | 'b", "\\", "\x00x",
        "<->", "!lampe", "x:y", "lampe:*", "🎁", "٣ ١", "a" * 300, "NEAR(a b)", "^x", "{words}: x",
    ],
)  # fmt: skip
def test_no_sign_breaks_the_question_or_the_fence(cast: Cast, lamp: Ticket, asked: str) -> None:
    assert found(cast.omar, asked) == []


def test_the_newest_stand_first_and_pages_lose_none(cast: Cast) -> None:
    made = [
        make_ticket(cast.lavande, "Une lampe.", sender=f"{n}@mailbox.example").id
        for n in range(PAGE + 3)
    ]
    first = search(cast.lea, "lampe", now=now())
    second = search(cast.lea, "lampe", now=now(), below=first.below)
    assert [row.id for row in (*first.rows, *second.rows)] == made[::-1]
    assert second.below is None


def test_the_index_can_be_made_anew(cast: Cast, lamp: Ticket) -> None:
    kept = select(text("count(*)")).select_from(text("ticket_search"))
    db.session.execute(text("DELETE FROM ticket_search"))
    db.session.commit()
    assert found(cast.lea, "lampe") == []
    assert list(rebuild()) == [1]
    assert found(cast.lea, "lampe") == [lamp.id]
    assert db.session.scalar(kept) == 1


def test_a_passage_shows_the_word_among_its_neighbours(cast: Cast, lamp: Ticket) -> None:
    result = search(cast.lea, "cassee", now=now())
    passage = passages([lamp.id], result.question)[lamp.id]
    assert (passage.before, passage.word) == ("Ma lampe est arrivée ", "cassée")
    assert passage.after.startswith(", l’abat-jour aussi.")


def test_closed_tickets_like_this_one_come_with_their_answers(cast: Cast) -> None:
    asked = "My lamp arrived broken, the glass shade has a crack."
    solved = make_ticket(cast.lavande, asked, sender="a@mailbox.example")
    other = make_ticket(cast.lavande, "Which colour has the sofa?", sender="b@mailbox.example")
    for ticket, words in ((solved, "We send another shade."), (other, "It is blue.")):
        answer(ticket, cast.ana, words).delivery = "sent"
        ticket.close(at=now(), agent_id=cast.ana.id)
    ours = make_ticket(cast.lavande, "The glass shade of the lamp is broken!")
    for ticket in (solved, other, ours):
        ticket.intent = "damaged_item"
    db.session.commit()
    found_similar = similar(cast.ana, ours)
    assert [one.id for one in found_similar] == [solved.id]
    assert found_similar[0].answer == "We send another shade."
    assert similar(cast.omar, ours) == []


def test_a_huge_message_is_no_hindrance(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande, "zeppelin " + "word " * 50_000)
    assert found(cast.lea, "zeppelin") == [ticket.id]
    assert db.session.scalars(select(Message.id)).first() is not None
