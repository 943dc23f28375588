"""What left long ago is forgotten; what people can still look at is not."""

from datetime import timedelta

import pytest

from app.accounts.models import Agent
from app.deadlines.pruning import forget_sent
from app.deadlines.telling_models import Digest, Matter, Telling
from app.extensions import db
from app.lib.clock import now
from app.lib.ids import random_id
from app.lib.outgoing import DeliveryState
from app.lib.webhook import WebhookCall
from app.quality.standards_models import StepCall, StepKind, StepState
from tests.factories import Cast
from tests.quality.steps import put_standard, put_step

pytestmark = pytest.mark.db

KEPT = timedelta(days=90)
MINUTE = timedelta(minutes=1)


def put_call(age: timedelta, delivery: DeliveryState = DeliveryState.SENT) -> WebhookCall:
    call = WebhookCall(name=random_id(32), body="{}", created_at=now() - age, delivery=delivery)
    db.session.add(call)
    db.session.flush()
    return call


def put_digest(
    to: Agent, slot: int, age: timedelta, delivery: DeliveryState = DeliveryState.SENT
) -> Digest:
    """A digest with one line."""
    digest = Digest(
        agent_id=to.id, slot=slot, lang="en", subject="1 deadline needs you", body="#1",
        created_at=now() - age, delivery=delivery, mail_id=random_id(32),
    )  # fmt: skip
    db.session.add(digest)
    db.session.flush()
    line = Telling(agent_id=to.id, matter=Matter.PAST, at=now() - age, digest_id=digest.id)
    db.session.add(line)
    db.session.flush()
    return digest


@pytest.mark.parametrize(
    ("delivery", "age", "goes"),
    [
        (DeliveryState.SENT, KEPT + MINUTE, True),
        (DeliveryState.FAILED, KEPT + MINUTE, True),
        (DeliveryState.SENT, KEPT - MINUTE, False),
        (DeliveryState.FAILED, KEPT - MINUTE, False),
        (DeliveryState.QUEUED, KEPT + MINUTE, False),
        (DeliveryState.SENDING, KEPT + MINUTE, False),
    ],
)
def test_what_is_over_is_forgotten_when_it_is_old(
    cast: Cast, delivery: DeliveryState, age: timedelta, goes: bool
) -> None:
    put_call(age, delivery)
    put_digest(cast.ana, 1, age, delivery)
    assert forget_sent(now()) == 2 * goes
    rows = [len(db.session.scalars(db.select(row)).all()) for row in (WebhookCall, Digest)]
    assert rows == [1 - goes] * 2


def test_the_lines_of_a_forgotten_digest_stay_in_the_bell(cast: Cast) -> None:
    put_digest(cast.ana, 1, KEPT + MINUTE)
    young = put_digest(cast.ana, 2, KEPT - MINUTE)
    assert forget_sent(now()) == 1
    mails = db.session.scalars(db.select(Telling.digest_id).order_by(Telling.id)).all()
    assert mails == [None, young.id]


def test_a_call_that_told_of_a_step_stays(cast: Cast) -> None:
    standard = put_standard(cast.odile)
    step = put_step(cast.lavande, standard, StepKind.RESTRICTION, StepState.CONFIRMED)
    told = put_call(KEPT + MINUTE)
    put_call(KEPT + MINUTE)
    db.session.add(StepCall(call_id=told.id, step_id=step.id, state=step.state))
    db.session.flush()
    assert forget_sent(now()) == 1
    assert db.session.scalars(db.select(WebhookCall.id)).all() == [told.id]


def test_many_go_batch_by_batch(cast: Cast) -> None:
    for number in range(5):
        put_call(KEPT + MINUTE)
        put_digest(cast.ana, number, KEPT + MINUTE)
    assert forget_sent(now(), batch=2) == 10
    assert forget_sent(now(), batch=2) == 0
