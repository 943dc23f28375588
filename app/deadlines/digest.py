"""Mails that tell people what their bells hold: one digest a person in a quarter of an hour.

The row is the queue, as with every mail of the desk: claimed by conditional update, composed from
the row, one Message-ID for all attempts. A digest names tickets by their numbers and holds nothing
of a buyer's. Commits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.letters import Words, post
from app.accounts.models import Agent
from app.config import Settings
from app.deadlines.digest_words import Line, body_words, subject_words
from app.deadlines.step_bell import steps_of
from app.deadlines.telling import mail_moment
from app.deadlines.telling_models import BY_PEOPLE, Digest, Matter, Telling, TellingHabit
from app.extensions import db, part
from app.lib.clock import now
from app.lib.database import reading
from app.lib.ids import random_id
from app.lib.outgoing import DeliveryState, Pace, claim_due
from app.tickets.access import visible_to
from app.tickets.clocks.due import Clock
from app.tickets.models import Ticket

EACH = timedelta(minutes=15)
LINES = 500
PACE = Pace(longest_wait=timedelta(hours=1), give_up_after=timedelta(days=1))


# --- making them ---------------------------------------------------------------------------


def make_digests() -> int:
    """Put what is to be mailed into digests. How many were made."""
    return sum(_make(agent_id) for agent_id in _people_waiting(now()))


def _people_waiting(at: datetime) -> Sequence[int]:
    with reading():
        query = select(Telling.agent_id).where(Telling.mail_at <= at).distinct()
        found = db.session.scalars(query).all()
        db.session.commit()
    return found


def _make(agent_id: int) -> bool:
    at = now()
    lines = db.session.scalars(_waiting(agent_id, at)).all()
    person = db.session.get_one(Agent, agent_id)
    wait = _not_before(person, at)
    if wait > at and not person.disabled_at:
        _leave(lines, wait)
        return False
    shown = [] if person.disabled_at else _shown(person, lines)
    digest = _keep(person, shown, at) if shown else None
    for one in lines:
        one.mail_at, one.digest_id = None, digest.id if digest else None
    db.session.commit()
    return digest is not None


def _waiting(agent_id: int, at: datetime) -> Select[Telling]:
    return (
        select(Telling)
        .where(Telling.agent_id == agent_id, Telling.mail_at <= at)
        .order_by(Telling.id)
        .limit(LINES)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _not_before(person: Agent, at: datetime) -> datetime:
    """The earliest moment of the next digest: a quarter of an hour after the last, never in quiet
    hours."""
    last = db.session.scalar(
        select(func.max(Digest.created_at)).where(Digest.agent_id == person.id)
    )
    earliest = max(at, last + EACH) if last else at
    return mail_moment(person, db.session.get(TellingHabit, person.id), earliest)


def _leave(lines: Sequence[Telling], until: datetime | None) -> None:
    for one in lines:
        one.mail_at = until
    db.session.commit()


def _keep(person: Agent, shown: Sequence[Line], at: datetime) -> Digest:
    settings: Settings = part("settings")
    with force_locale(person.ui_lang):
        subject = subject_words(shown)
        body = body_words(person, shown, desk_url=settings.desk_url)
    digest = Digest(
        agent_id=person.id, slot=int(at.timestamp() // EACH.total_seconds()), lang=person.ui_lang,
        subject=subject[:200], body=body, created_at=at, delivery=DeliveryState.QUEUED,
        mail_id=random_id(32), next_try_at=at,
    )  # fmt: skip
    db.session.add(digest)
    db.session.flush()
    return digest


def _shown(person: Agent, tellings: Sequence[Telling]) -> list[Line]:
    """The lines that still matter, with what this person may know of their tickets."""
    query = (
        select(Ticket)
        .where(Ticket.id.in_([one.ticket_id for one in tellings if one.ticket_id]))
        .where(visible_to(person))
        .options(joinedload(Ticket.vendor))
    )
    tickets = {ticket.id: ticket for ticket in db.session.scalars(query)}
    names = _names({one.by_id for one in tellings if one.by_id})
    steps = steps_of(person, [one.step_id for one in tellings if one.step_id])
    lines = [
        Line(one, tickets.get(one.ticket_id or 0), names.get(one.by_id or 0),
             steps.get(one.step_id or 0))
        for one in tellings
    ]  # fmt: skip
    return [line for line in lines if _matters(line)]


def _matters(line: Line) -> bool:
    """False when the ticket was answered, or went to somebody else, or the step went on, before
    the mail was made."""
    if line.telling.matter == Matter.PAST:
        return True
    if line.telling.matter == Matter.STEP:
        return line.step is not None and line.step.state == line.telling.stage
    if line.ticket is None:
        return False
    if line.telling.matter in BY_PEOPLE:
        return True
    waits = line.ticket.unanswered_since, line.ticket.promised_for
    return waits[line.telling.clock == Clock.PROMISE] is not None


def _names(ids: set[int]) -> dict[int, str]:
    query = select(Agent.id, Agent.name).where(Agent.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}


# --- sending them --------------------------------------------------------------------------


def send_digests(*, limit: int = 20) -> int:
    """Send up to `limit` digests whose time has come. How many were tried."""
    digests = claim_due(Digest, limit=limit)
    for digest in digests:
        _send(digest)
        db.session.commit()
    return len(digests)


def _send(digest: Digest) -> None:
    """Hand one digest over. What it says is in the bell all the same."""
    query = select(Agent).where(Agent.id == digest.agent_id)
    person = db.session.scalars(query.options(lazyload(Agent.languages))).one()
    post(digest, person, Words(digest.subject, digest.body, digest.lang), pace=PACE)
