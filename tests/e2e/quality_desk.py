"""A quarter of a year's service on the demo desk, as its figures keep it: lines, sums, answers of
buyers, orders, standards and steps. Made of the demo's own tickets, so that every figure opens."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, insert, select, true

from app.accounts.models import Agent, Role, Vendor
from app.config import read_settings
from app.extensions import db
from app.factory import create_app
from app.lib.clock import now
from app.lib.heartbeat import Heartbeat
from app.lib.ids import random_id
from app.lib.webhook import WebhookCall
from app.quality.measures import Measure
from app.quality.rollup import SIGN, SUMS, sum_up
from app.quality.score_models import ScoreLine
from app.quality.standards_deeds import set_standard
from app.quality.standards_models import Reading, Step, StepCall, StepKind, StepState
from app.quality.standards_rules import Rule
from app.quality.standards_watch import look_at_day
from app.quality.survey_models import Survey
from app.tickets.models import Ticket
from app.tickets.purchases import note_purchase
from tests.e2e.desk import Desk

DAYS = 185
# The share of things to which each measure applies.
SHARES = {
    Measure.ANSWER: 0.86, Measure.ACKNOWLEDGEMENT: 0.8, Measure.PROMISE: 0.9,
    Measure.EXCHANGES: 0.95, Measure.ONE_ANSWER: 0.6, Measure.REOPENED: 0.12,
    Measure.SATISFACTION: 0.7, Measure.LANGUAGE: 0.97, Measure.UNEDITED: 0.4,
    Measure.LEVEL_2: 0.2, Measure.SILENCE: 0.05, Measure.CONTACT: 0.01,
}  # fmt: skip
CARRIERS = ("Blitzpost", "Schneckenpost", "Kurier Nord")
PRODUCTS = ("Lavender water", "Linen cloth", "Cordless drill", "Tile, blue star")
RESTRICTED = "nordlicht"


@contextmanager
def database_of(desk: Desk) -> Iterator[None]:
    """The desk's own database, beside its processes."""
    app = create_app(read_settings(desk.environ))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def sow(dice: Random) -> None:
    """Everything; committed."""
    _stand_still()
    odile = db.session.scalars(select(Agent).filter_by(name="Odile")).one()
    for vendor in db.session.scalars(select(Vendor).order_by(Vendor.id).limit(3)).all():
        tickets = db.session.scalars(select(Ticket).filter_by(vendor_id=vendor.id)).all()
        _lines(vendor, tickets, dice)
        _voices(vendor, tickets, dice)
        for ticket in tickets:
            names = {"carrier": dice.choice(CARRIERS), "product": dice.choice(PRODUCTS)}
            note_purchase(ticket, **names)
    db.session.flush()
    for table in SUMS:
        db.session.execute(delete(table))
    sum_up(true())
    _standards(odile)
    db.session.commit()


def _stand_still() -> None:
    """The desk's worker counts nothing again: neither at its start, which may come after this,
    nor when a clock of these tickets ticks."""
    none_newer = {"settled": 10**9, "reached": 10**9, "reached_at": now().isoformat()}
    db.session.merge(Heartbeat(name=SIGN, at=now(), said=none_newer))


def _lines(vendor: Vendor, tickets: Sequence[Ticket], dice: Random) -> None:
    query = select(Agent.id).filter_by(vendor_id=vendor.id, role=Role.AGENT)
    agents = db.session.scalars(query).all()
    rows = [
        _line(vendor, dice.choice(tickets), dice.choice(agents), measure, back, dice)
        for back in range(DAYS)
        for measure in Measure
        for _ in range(dice.randint(0, 3))
    ]
    db.session.execute(insert(ScoreLine), rows)


def _line(
    vendor: Vendor, ticket: Ticket, agent_id: int, measure: Measure, back: int, dice: Random
) -> dict[str, Any]:
    hit = dice.random() < SHARES[measure] - (0.25 if vendor.slug == RESTRICTED else 0)
    values = {
        Measure.ANSWER: dice.randint(10, 1_400) if hit else dice.choice([None, 2_000]),
        Measure.EXCHANGES: min(9, 1 + int(dice.expovariate(0.6))),
        Measure.SATISFACTION: dice.choice([4, 5] if hit else [1, 2, 3]),
    }
    return {
        "ticket_id": ticket.id, "vendor_id": vendor.id, "agent_id": agent_id,
        "level": ticket.level, "measure": str(measure),
        "day": now().date() - timedelta(days=back), "hit": hit, "value": values.get(measure),
        "excused": dice.random() < 0.02,
    }  # fmt: skip


def _voices(vendor: Vendor, tickets: Sequence[Ticket], dice: Random) -> None:
    said = ("Quick and friendly, thank you!", "I had to write three times.", "", "")
    for ticket in tickets:
        at = now() - timedelta(days=dice.randint(0, 25))
        score = dice.choice([None, 1, 2, 4, 5, 5])
        survey = Survey(
            key=random_id(16), ticket_id=ticket.id, vendor_id=vendor.id, lang=ticket.lang,
            buyer_id=ticket.buyer_id, agent_id=ticket.assignee_id, closed_at=at, asked_at=at,
            score=score, answered_at=at if score else None, words_lang="en",
            words=dice.choice(said) if score else "", empathy=score, reliability=score,
        )  # fmt: skip
        db.session.add(survey)


def _standards(odile: Agent) -> None:
    """Readings of six days; a notice that waits, a plan to answer, a restriction half told."""
    vendors = db.session.scalars(select(Vendor).order_by(Vendor.id).limit(3)).all()
    at = now()
    rules = (
        Rule(Measure.ANSWER, warn=0.95, bound=0.9, days=7, least=20),
        Rule(Measure.SATISFACTION, warn=0.85, bound=0.75, days=7, least=20),
    )
    answer, _ = [set_standard(rule, None, odile, at=at) for rule in rules]
    for back in range(6, 0, -1):  # one day less than proposes anything
        look_at_day(at.date() - timedelta(days=back), now=at)
    kinds = (
        (StepKind.PLAN, StepState.CONFIRMED), (StepKind.RESTRICTION, StepState.CONFIRMED),
        (StepKind.NOTICE, StepState.PROPOSED),
    )  # fmt: skip
    for vendor, (kind, state) in zip(vendors, kinds, strict=True):
        reading = db.session.scalars(
            select(Reading).filter_by(vendor_id=vendor.id, measure="answer")
            .order_by(Reading.day.desc()).limit(1)
        ).one()  # fmt: skip
        step = Step(
            vendor_id=vendor.id, measure="answer", standard_id=answer.id, kind=kind, state=state,
            day=reading.day, share=reading.share, counted=reading.counted, proposed_at=at,
        )  # fmt: skip
        db.session.add(step)
        if state == StepState.CONFIRMED:
            step.decided_at, step.decided_by_id = at, odile.id
        _fill(step, at)


def _fill(step: Step, at: datetime) -> None:
    if step.kind == StepKind.PLAN:
        step.due_at, step.reason = at + timedelta(days=7), "Every fifth buyer waits too long."
    if step.kind == StepKind.RESTRICTION:
        db.session.flush()
        call = WebhookCall(
            name=random_id(32), body="{}", created_at=at, delivery="queued", tries=3,
            failure="answered 503", next_try_at=at + timedelta(days=30),
        )  # fmt: skip
        db.session.add(StepCall(call=call, step_id=step.id, state="confirmed"))
