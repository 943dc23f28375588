"""Rings for those whom a step over a standard concerns: the operator's supervisors when it is
proposed or a plan came, the vendor's when the operator confirmed or lifted it. Where a vendor has
none, the operator's are told so, whoever decided.

Says nothing to a vendor of what was not confirmed. Commits nothing.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Agent
from app.deadlines.telling import People, lines_for, put_up, staff_of
from app.deadlines.telling_models import Matter, Telling
from app.extensions import db
from app.quality.standards_deeds import stands_in, step_visible_to
from app.quality.standards_models import Step, StepState


def step_readers(state: StepState, people: People) -> Sequence[int]:
    """Who is told that a step came to this state, by id."""
    match state:
        case StepState.PROPOSED | StepState.ANSWERED:
            return people.operators
        case StepState.CONFIRMED | StepState.LIFTED:
            return people.supervisors or people.operators
        case StepState.DISMISSED:
            return ()


def ring(step: Step, *, by: Agent | None) -> None:
    """A line in the bell of each of them, but not of whoever did it, who knows, nor of who has not
    read the same yet."""
    staff, state = staff_of({step.vendor_id}, ()), StepState(step.state)
    told = set(step_readers(state, staff.of(step.vendor_id, None))) - _waiting(step)
    if by is not None and not stands_in(by, state):
        told.discard(by.id)
    said = {"matter": Matter.STEP, "step_id": step.id, "stage": str(state)}
    put_up(lines_for(staff, sorted(told), by_id=by.id if by else None, **said))


def _waiting(step: Step) -> set[int]:
    """Who has a line that says the same and is not read."""
    query = select(Telling.agent_id).where(
        Telling.step_id == step.id, Telling.stage == step.state, Telling.read_at.is_(None)
    )
    return set(db.session.scalars(query))


def steps_of(agent: Agent, step_ids: Sequence[int]) -> dict[int, Step]:
    """Those of these steps that the person may see, with their vendors."""
    if not step_ids:
        return {}
    query = select(Step).where(Step.id.in_(step_ids), step_visible_to(agent))
    return {step.id: step for step in db.session.scalars(query.options(joinedload(Step.vendor)))}
