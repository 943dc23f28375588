"""Who is asked, when, how often, and what the mail says."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from flask import Flask

from app.config import DESK_LANGUAGES
from app.extensions import db, part
from app.lib.ids import random_id
from app.mail.smtp import Refused
from app.quality.survey_asking import Closing, Reason, ask_due, why_not
from app.quality.survey_models import Survey
from app.quality.survey_words import choices_in, languages, mail_words, words_in
from app.relay.erasure import erase_buyer
from app.relay.models import Notice
from app.relay.outbound import deliver_due
from app.tickets.clocks.promises import SilenceReason
from app.tickets.conversation import be_silent
from app.tickets.handing import merge, move
from app.tickets.models import Buyer, DeliveryState, Ticket, TicketState
from tests.factories import KIM, Cast, answer, mail_in, make_ticket, mask_of
from tests.fakes import MemorySmtp, SteppedClock
from tests.quality.conftest import close_answered, links_in, only_survey, text_of


@pytest.mark.parametrize(
    ("closing", "reason"),
    [
        (Closing(), None),
        (Closing(merged=True, answered=False), Reason.MERGED),
        (Closing(answered=False), Reason.UNANSWERED),
        (Closing(reachable=False), Reason.UNREACHABLE),
        (Closing(unwanted=True), Reason.UNWANTED),
        (Closing(asked_lately=True), Reason.RESTING),
    ],
)
def test_who_is_left_in_peace(closing: Closing, reason: Reason | None) -> None:
    assert why_not(closing) is reason


def count() -> int:
    return db.session.query(Survey).count()


def test_a_buyer_is_asked_a_day_after_the_closing_and_only_once(
    closed: Ticket, cast: Cast, clock: SteppedClock, post: MemorySmtp
) -> None:
    clock.advance(hours=23)
    assert ask_due() == 0
    clock.advance(hours=2)
    assert ask_due() == 1
    assert ask_due() == 0
    deliver_due()
    survey = only_survey()
    assert (survey.ticket_id, survey.vendor_id, survey.agent_id) == (
        closed.id, cast.lavande.id, cast.ana.id,
    )  # fmt: skip
    assert survey.closed_at == closed.closed_at
    assert post.sent[-1].recipient == KIM


def test_the_mail_comes_from_the_mask_and_is_a_machine_s(asked: Survey, post: MemorySmtp) -> None:
    mail = message_from_bytes(post.sent[-1].content, policy=policy.default)
    ticket = db.session.get_one(Ticket, asked.ticket_id)
    assert mail["From"].addresses[0].addr_spec == mask_of(ticket)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [link[-1] for link in links_in(post)] == ["5", "4", "3", "2", "1"]
    assert "satisfied" in text_of(post)


def test_an_address_in_the_mail_says_nothing_of_anybody(links: list[str], asked: Survey) -> None:
    assert KIM not in links[0]
    assert asked.key in links[0]
    assert str(asked.ticket_id) not in links[0].split("/")


def test_the_desk_s_own_address_stands_in_the_links(
    closed: Ticket, clock: SteppedClock, post: MemorySmtp, desk_at: None
) -> None:
    clock.advance(hours=25)
    ask_due()
    deliver_due()
    assert "https://desk.example/survey/" in text_of(post)


@pytest.fixture
def desk_at(desk: Flask) -> None:
    desk.extensions["settings"] = replace(part("settings"), desk_url="https://desk.example/")


def test_nobody_is_asked_twice_in_thirty_days_by_whatever_vendor(
    asked: Survey, cast: Cast, clock: SteppedClock
) -> None:
    other = mail_in(cast.nordlicht)
    answer(other, cast.omar)
    deliver_due()
    other.close(at=clock(), agent_id=cast.omar.id)
    db.session.commit()
    clock.advance(hours=30)
    assert ask_due() == 1
    assert count() == 1


def test_after_the_rest_a_reopened_and_closed_ticket_is_asked_about_again(
    asked: Survey, cast: Cast, clock: SteppedClock
) -> None:
    clock.advance(days=31)
    ticket = db.session.get_one(Ticket, asked.ticket_id)
    ticket.receive(clock(), within=24)
    close_answered(ticket, cast, clock)
    clock.advance(hours=25)
    ask_due()
    assert count() == 2


def test_a_ticket_that_opened_again_meanwhile_is_not_asked_about(
    closed: Ticket, clock: SteppedClock
) -> None:
    clock.advance(hours=20)
    closed.receive(clock(), within=24)
    db.session.commit()
    clock.advance(hours=20)
    ask_due()
    assert count() == 0


@pytest.mark.parametrize("reason", [SilenceReason.MACHINE, SilenceReason.UNWANTED])
def test_a_machine_and_an_unwanted_sender_are_not_asked(
    cast: Cast, clock: SteppedClock, reason: SilenceReason
) -> None:
    ticket = mail_in(cast.lavande)
    answer(ticket, cast.ana)
    deliver_due()
    ticket.receive(clock.advance(hours=1), within=24)
    be_silent(ticket, cast.ana, reason, at=clock.advance(hours=1))
    ticket.close(at=clock(), agent_id=cast.ana.id)
    db.session.commit()
    clock.advance(hours=30)
    ask_due()
    assert count() == 0


def test_who_never_got_an_answer_is_not_asked(cast: Cast, clock: SteppedClock) -> None:
    ticket = mail_in(cast.lavande)
    be_silent(ticket, cast.ana, SilenceReason.THANKS, at=clock())
    ticket.close(at=clock(), agent_id=cast.ana.id)
    db.session.commit()
    clock.advance(hours=30)
    ask_due()
    assert count() == 0


def test_a_merged_ticket_an_erased_buyer_and_a_failed_answer_ask_nobody(
    cast: Cast, clock: SteppedClock
) -> None:
    merged, kept = mail_in(cast.lavande), make_ticket(cast.lavande)
    answer(merged, cast.ana)
    deliver_due()
    merge(merged, kept, cast.ana, at=clock())
    erased = close_answered(mail_in(cast.nordlicht), cast, clock)
    erase_buyer(db.session.get_one(Buyer, erased.buyer_id))
    bounced = close_answered(make_ticket(cast.lavande, sender="jo@x.example"), cast, clock)
    bounced.undeliverable = True
    db.session.commit()
    clock.advance(hours=30)
    assert ask_due() == 3
    assert count() == 0


def test_a_moved_ticket_s_answer_stays_with_who_closed_it(
    asked: Survey, cast: Cast, clock: SteppedClock
) -> None:
    ticket = db.session.get_one(Ticket, asked.ticket_id)
    move(ticket, cast.nordlicht, cast.odile, at=clock())
    db.session.commit()
    assert only_survey().vendor_id == cast.lavande.id


def test_a_closing_of_long_ago_is_let_go(closed: Ticket, clock: SteppedClock) -> None:
    clock.advance(hours=25)
    ask_due()
    db.session.query(Survey).delete()
    clock.advance(days=9)
    assert ask_due() == 0


def test_a_second_worker_that_looks_at_the_same_closing_asks_nobody(
    closed: Ticket, cast: Cast, clock: SteppedClock
) -> None:
    clock.advance(hours=25)
    assert closed.closed_at is not None
    db.session.add(
        Survey(
            key=random_id(16), ticket_id=closed.id, vendor_id=cast.lavande.id, lang="en",
            buyer_id=make_ticket(cast.lavande, sender="other@x.example").buyer_id,
            closed_at=closed.closed_at, asked_at=clock(),
        )
    )  # fmt: skip
    db.session.commit()
    ask_due()
    assert (count(), db.session.query(Notice).count()) == (1, 0)


def test_nothing_is_asked_where_it_is_switched_off(
    desk: Flask, closed: Ticket, clock: SteppedClock
) -> None:
    desk.extensions["settings"] = replace(part("settings"), survey="off")
    clock.advance(hours=25)
    assert ask_due() == 0


def test_a_question_that_comes_back_hurts_no_clock(
    closed: Ticket, clock: SteppedClock, post: MemorySmtp
) -> None:
    clock.advance(hours=25)
    ask_due()
    post.failures = [Refused(550, "RCPT TO")]
    deliver_due()
    notice = db.session.scalars(db.select(Notice)).one()
    assert notice.delivery == DeliveryState.FAILED
    assert (closed.state, closed.undeliverable) == (TicketState.CLOSED, False)


@pytest.mark.parametrize("lang", DESK_LANGUAGES)
def test_every_language_has_every_sentence(app: Flask, lang: str) -> None:
    words, english = words_in(lang), words_in("en")
    assert set(words) == set(english)
    assert len(words["scale"]) == 5
    assert "{vendor}" in words["question"]
    borrowed = [key for key in words if words[key] == english[key]]
    assert lang == "en" or set(borrowed) <= {"send"}
    choices = choices_in(lang, {score: f"https://x/{score}" for score in range(1, 6)})
    with app.app_context():
        body = mail_words(lang, "body", vendor="V", market="M", choices=choices)
    assert choices in body
    assert lang in languages()
