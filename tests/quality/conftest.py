"""A closed ticket whose buyer is asked, and the buyer's own browser."""

import re
from email import message_from_bytes, policy

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.quality.survey_asking import ask_due
from app.quality.survey_models import Survey
from app.relay.outbound import deliver_due
from app.tickets.models import Ticket
from tests.browser import browser
from tests.factories import Cast, answer, mail_in
from tests.fakes import MemorySmtp, SteppedClock

__all__ = ["browser"]


def close_answered(ticket: Ticket, cast: Cast, clock: SteppedClock) -> Ticket:
    """Ana answers, the answer leaves, she closes."""
    answer(ticket, cast.ana)
    deliver_due()
    clock.advance(minutes=5)
    ticket.close(at=clock(), agent_id=cast.ana.id)
    db.session.commit()
    return ticket


def only_survey() -> Survey:
    return db.session.scalars(db.select(Survey)).one()


@pytest.fixture
def closed(cast: Cast, clock: SteppedClock) -> Ticket:
    """Kim's ticket, answered by Ana and closed."""
    return close_answered(mail_in(cast.lavande), cast, clock)


@pytest.fixture
def asked(closed: Ticket, clock: SteppedClock, post: MemorySmtp) -> Survey:
    """The question a day later, delivered."""
    clock.advance(hours=25)
    ask_due()
    deliver_due()
    return only_survey()


@pytest.fixture
def links(asked: Survey, post: MemorySmtp) -> list[str]:
    """The paths of the five links as they stand in the mail, 5 first."""
    return links_in(post)


def links_in(post: MemorySmtp) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:8000(/survey/\S+/[1-5])$", text_of(post), re.M)


def text_of(post: MemorySmtp) -> str:
    """The plain text of the last mail that left."""
    mail = message_from_bytes(post.sent[-1].content, policy=policy.default)
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture
def buyer(client: FlaskClient) -> FlaskClient:
    """A browser that nobody logged in with."""
    return client
