"""Who is told of a stage: the lines in their bells, and the calls to the marketplace's machine.

An alert is told once: it is claimed by the transaction that writes the lines, so any number of
workers may tell at once. Sends nothing: mails are made of the lines later, and a mail that fails
keeps nobody from being told here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, text, update
from sqlalchemy.orm import lazyload

from app.accounts.models import Agent, Role
from app.deadlines.models import Alert, Excuse, Manner
from app.deadlines.quiet import quiet_until
from app.deadlines.telling_models import Matter, Telling, TellingHabit
from app.deadlines.webhook import note_calls
from app.extensions import db
from app.lib.clock import now
from app.lib.database import insert_or_skip, reading
from app.tickets.clocks.due import Stage
from app.tickets.models import Ticket

BATCH = 1_000
# What is long past becomes one line a person, so it is taken in one go.
PAST_BATCH = 20_000
NOT_PASSED = text("alert.manner <> 'passed'")  # in these words the index has it
LATE = frozenset({Stage.BREACH, Stage.HALF_DAY_OVER, Stage.DAY_OVER})


@dataclass(frozen=True)
class People:
    """Who answers for a ticket, by id: the assignee, the vendor's and the operator's
    supervisors."""

    assignee: int | None = None
    supervisors: Sequence[int] = ()
    operators: Sequence[int] = ()


@dataclass(frozen=True)
class Staff:
    """The people who can be told, and how each of them wants it."""

    agents: Mapping[int, Agent] = field(default_factory=dict)
    habits: Mapping[int, TellingHabit] = field(default_factory=dict)

    def of(self, vendor_id: int, assignee_id: int | None) -> People:
        """Who answers for a ticket of this vendor."""
        leads = [one for one in self.agents.values() if one.is_supervisor]
        return People(
            assignee=assignee_id if assignee_id in self.agents else None,
            supervisors=[one.id for one in leads if one.vendor_id == vendor_id],
            operators=[one.id for one in leads if one.is_operator],
        )


def readers(stage: Stage, people: People) -> list[int]:
    """Who is told: the assignee; from the breach on the vendor's supervisors too; a day later the
    operator's. Where a step has nobody, the next one stands in, so that somebody always knows."""
    told = [people.assignee] if people.assignee is not None else []
    if stage in LATE or not told:
        told += people.supervisors
    if stage is Stage.DAY_OVER or not told:
        told += people.operators
    return list(dict.fromkeys(told))


def tell_due(*, batch: int = BATCH) -> int:
    """Tell what nobody was told yet. How many alerts were told; each batch is committed."""
    told = 0
    for manner, limit in ((Manner.NEWS, batch), (Manner.DIGEST, PAST_BATCH)):
        alerts = _claim(manner, limit) if _waits(manner) else []
        if alerts:
            _tell(alerts, manner)
        db.session.commit()
        told += len(alerts)
    return told


def _tell(alerts: Sequence[Any], manner: Manner) -> None:
    tickets = _tickets([alert.ticket_id for alert in alerts])
    excused = _excused(tickets)
    alerts = [one for one in alerts if (one.ticket_id, one.clock) not in excused]
    note_calls(alerts, tickets, manner)
    lines = _lines(alerts, tickets, manner)
    if lines:
        db.session.execute(insert_or_skip(Telling), lines)


def _untold(manner: Manner) -> Select[*tuple[Any, ...]]:
    return (
        select(Alert.id, Alert.ticket_id, Alert.clock, Alert.stage, Alert.reached_at)
        .where(Alert.told_at.is_(None), NOT_PASSED, Alert.manner == manner)
        .order_by(Alert.id)
    )


def _waits(manner: Manner) -> bool:
    with reading():
        found = db.session.execute(_untold(manner).limit(1)).first() is not None
        db.session.commit()
    return found


def _claim(manner: Manner, limit: int) -> Sequence[Any]:
    found = db.session.execute(_untold(manner).limit(limit).with_for_update(skip_locked=True)).all()
    for start in range(0, len(found), BATCH):
        ids = [alert.id for alert in found[start : start + BATCH]]
        db.session.execute(update(Alert).where(Alert.id.in_(ids)).values(told_at=now()))
    return found


def _lines(
    alerts: Sequence[Any], tickets: Mapping[int, Any], manner: Manner
) -> list[dict[str, Any]]:
    """The lines of everybody's bell: one a stage, or one in all for what is long past."""
    staff = staff_of({one.vendor_id for one in tickets.values()}, tickets.values())
    told = [
        (alert, staff.agents[reader])
        for alert in alerts
        for reader in readers(Stage(alert.stage), staff.of(*tickets[alert.ticket_id][1:]))
        if _wants(staff.habits.get(reader), alert.stage)
    ]
    if manner is Manner.DIGEST:
        counts = Counter(person.id for _, person in told)
        return [
            line(staff.agents[reader], staff.habits.get(reader), matter=Matter.PAST, count=count)
            for reader, count in counts.items()
        ]
    return [
        line(
            person, staff.habits.get(person.id), matter=Matter.STAGE, alert_id=alert.id,
            ticket_id=alert.ticket_id, clock=alert.clock, stage=alert.stage,
            reached_at=alert.reached_at,
        )
        for alert, person in told
    ]  # fmt: skip


def _wants(habit: TellingHabit | None, stage: str) -> bool:
    return stage != Stage.HALF or habit is None or habit.half_time


def lines_for(staff: Staff, told: Iterable[int], **values: Any) -> list[dict[str, Any]]:
    """The same line for each of several people."""
    return [line(staff.agents[one], staff.habits.get(one), **values) for one in told]


def put_up(lines: Sequence[Mapping[str, Any]]) -> None:
    """Put lines that are told by people's deeds into the bells. Not committed."""
    if lines:
        db.session.execute(insert(Telling), lines)


def line(person: Agent, habit: TellingHabit | None, **values: Any) -> dict[str, Any]:
    """One line of a person's bell, as their habits want it: when it is mailed, if ever."""
    at = now()
    muted = habit is not None and habit.muted_until is not None and habit.muted_until > at
    mailed = not muted and (habit is None or habit.by_mail)
    everything = {
        "agent_id": person.id, "at": at, "count": 1, "muted": muted, "alert_id": None,
        "ticket_id": None, "step_id": None, "by_id": None, "clock": None, "stage": None,
        "reached_at": None,
        "mail_at": mail_moment(person, habit, at) if mailed else None,
    }  # fmt: skip
    return everything | values


def mail_moment(person: Agent, habit: TellingHabit | None, at: datetime) -> datetime:
    """When a mail may go to this person: now, or when their quiet hours are over."""
    if habit is None:
        return at
    quiet = quiet_until(at, person.timezone, start=habit.quiet_from, end=habit.quiet_to)
    return quiet or at


def _tickets(ids: Sequence[int]) -> dict[int, Any]:
    found = {}
    for start in range(0, len(ids), BATCH):
        query = select(Ticket.id, Ticket.vendor_id, Ticket.assignee_id).where(
            Ticket.id.in_(ids[start : start + BATCH])
        )
        found.update({row.id: row for row in db.session.execute(query)})
    return found


def _excused(tickets: Mapping[int, Any]) -> set[tuple[int, str]]:
    """The running clocks that a supervisor excused: of these nothing more is told."""
    ids, found = list(tickets), set()
    for start in range(0, len(ids), BATCH):
        query = (
            select(Excuse.ticket_id, Excuse.clock)
            .join(Ticket, (Ticket.id == Excuse.ticket_id) & (Ticket.clock == Excuse.clock))
            .where(
                Excuse.ticket_id.in_(ids[start : start + BATCH]),
                Excuse.clock_started_at == Ticket.clock_started_at,
            )
        )
        found.update({(row.ticket_id, row.clock) for row in db.session.execute(query)})
    return found


def staff_of(vendor_ids: Iterable[int], tickets: Iterable[Any]) -> Staff:
    """The supervisors of these vendors and the operator's, and whoever looks after a ticket."""
    assignees = {one.assignee_id for one in tickets if one.assignee_id is not None}
    leads = (Agent.role == Role.SUPERVISOR) & (
        Agent.vendor_id.in_(list(vendor_ids))
        | (Agent.vendor_id.is_(None) & Agent.team_id.is_(None))
    )
    query = (
        select(Agent)
        .where(leads | Agent.id.in_(assignees), Agent.disabled_at.is_(None))
        .order_by(Agent.id)
        .options(lazyload(Agent.languages), lazyload(Agent.vendor))
    )
    agents = {one.id: one for one in db.session.scalars(query)}
    return Staff(agents, habits_of(agents))


def habits_of(agent_ids: Iterable[int]) -> dict[int, TellingHabit]:
    """How these people want to be told, where they said so."""
    query = select(TellingHabit).where(TellingHabit.agent_id.in_(list(agent_ids)))
    return {habit.agent_id: habit for habit in db.session.scalars(query)}
