"""A bare number by mail is an answer to the question; everything else is words for the ticket."""

import pytest

from app.extensions import db
from app.quality.survey_answers import bare_number
from app.quality.survey_models import Survey
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import give_mask
from app.relay.models import MailState, StoredMail
from app.tickets.handing import merge
from app.tickets.models import Message, Ticket, TicketState
from tests.factories import KIM, Cast, answer, make_ticket, mask_of, write_mail
from tests.fakes import MemorySmtp, SteppedClock
from tests.quality.conftest import only_survey, text_of


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("5", 5), (" 4\n", 4), ("3.", 3), ("2!", 2), ("1/5", 1), ("5 / 5", 5),
        ("٥", 5), ("５", 5), ("4️⃣", 4),
        ("", None), ("0", None), ("6", None), ("55", None), ("5 pieces are missing", None),
        ("no 5", None), ("4.5", None), ("-3", None), ("5 " * 50, None), ("five", None),
    ],
)  # fmt: skip
def test_what_is_a_bare_number(said: str, number: int | None) -> None:
    assert bare_number(said) == number


def write_back(asked: Survey, text: str, post: MemorySmtp | None = None) -> Ticket:
    ticket = db.session.get_one(Ticket, asked.ticket_id)
    to = mask_of(ticket)
    if post:
        quoted = "\n".join(f"> {line}" for line in text_of(post).splitlines())
        text = f"{text}\n\nOn Tue, Dragoman Market <{to}> wrote:\n{quoted}\n"
    receive(write_mail(to, text, subject="Re: How was the help you got?"), Envelope(to, KIM))
    read_waiting()
    db.session.refresh(ticket)
    return ticket


def messages() -> int:
    return db.session.query(Message).count()


def test_a_number_counts_and_opens_nothing(asked: Survey, post: MemorySmtp) -> None:
    before = messages()
    ticket = write_back(asked, "5", post)
    assert (only_survey().score, ticket.state) == (5, TicketState.CLOSED)
    assert messages() == before
    stored = db.session.scalars(db.select(StoredMail).order_by(StoredMail.id.desc())).first()
    assert stored is not None
    assert (stored.state, stored.reason) == (MailState.DONE, "rated")


def test_a_second_number_replaces_the_first_within_the_hour(
    asked: Survey, clock: SteppedClock
) -> None:
    write_back(asked, "5")
    clock.advance(minutes=10)
    write_back(asked, "2.")
    assert only_survey().score == 2
    clock.advance(hours=2)
    assert write_back(asked, "1").state == TicketState.CLOSED
    assert only_survey().score == 2


def test_words_go_into_the_ticket_and_open_it(asked: Survey, post: MemorySmtp) -> None:
    ticket = write_back(asked, "5 pieces are still missing, please send them.", post)
    assert (only_survey().score, ticket.state) == (None, TicketState.OPEN)
    last = db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()
    assert last is not None
    assert last.body == "5 pieces are still missing, please send them."


def test_a_number_in_an_open_ticket_answers_the_agent(asked: Survey, cast: Cast) -> None:
    write_back(asked, "Something is still missing from my parcel.")
    before = messages()
    write_back(asked, "3")
    assert (only_survey().score, messages()) == (None, before + 1)


def test_after_a_person_wrote_again_a_number_answers_them(
    asked: Survey, cast: Cast, clock: SteppedClock
) -> None:
    ticket = write_back(asked, "Something is still missing from my parcel.")
    clock.advance(hours=1)
    answer(ticket, cast.ana, "How many pieces?")
    ticket.close(at=clock.advance(minutes=1), agent_id=cast.ana.id)
    db.session.commit()
    assert write_back(asked, "3").state == TicketState.OPEN
    assert only_survey().score is None


def test_a_number_to_a_merged_ticket_that_is_closed_counts(
    asked: Survey, cast: Cast, clock: SteppedClock
) -> None:
    source = db.session.get_one(Ticket, asked.ticket_id)
    target = make_ticket(cast.lavande)
    answer(target, cast.ana)
    target.close(at=clock(), agent_id=cast.ana.id)
    target.answered_at = source.answered_at
    merge(source, target, cast.ana, at=clock.advance(minutes=1))
    db.session.commit()
    write_back(asked, "4")
    assert (only_survey().score, target.state) == (4, TicketState.CLOSED)


def test_a_number_where_nothing_was_asked_is_a_message(cast: Cast, clock: SteppedClock) -> None:
    ticket = make_ticket(cast.lavande)
    give_mask(ticket)
    db.session.commit()
    before = messages()
    receive(write_mail(mask_of(ticket), "5"), Envelope(mask_of(ticket), KIM))
    read_waiting()
    assert messages() == before + 1
