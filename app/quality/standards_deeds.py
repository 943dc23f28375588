"""Setting standards, who may see a step, and telling of it: people by their bells, the
marketplace's machine by a call. Changes; commits nothing.

Bells belong to those who know deadlines, and these know quality: the bell is a part of the desk.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload

from app.accounts.models import Agent, Vendor, VendorEvent
from app.extensions import db, part
from app.lib.webhook import queue_call
from app.quality.standards_models import UNSAID, Standard, Step, StepCall, StepKind, StepState
from app.quality.standards_rules import Rule, check


def set_standard(rule: Rule, vendor: Vendor | None, by: Agent, *, at: datetime) -> Standard:
    """A standard for one vendor, or for all, in place of the one that stood. Raises BadStandard."""
    check(rule)
    vendor_id = vendor.id if vendor else None
    for old in db.session.scalars(_standing(str(rule.measure), vendor_id)).all():
        end_standard(old, by, at=at)
    standard = Standard(
        vendor_id=vendor_id, measure=str(rule.measure), warn=rule.warn, bound=rule.bound,
        days=rule.days, least=rule.least, set_at=at, set_by_id=by.id,
    )  # fmt: skip
    db.session.add(standard)
    db.session.flush()
    _note(standard, "standard_set", by, at)
    return standard


def end_standard(standard: Standard, by: Agent, *, at: datetime) -> None:
    """It is held against nobody any more; what followed from it stays."""
    if standard.ended_at is None:
        standard.ended_at, standard.ended_by_id = at, by.id
        _note(standard, "standard_ended", by, at)


def _standing(measure: str, vendor_id: int | None) -> Select[Standard]:
    whose = Standard.vendor_id.is_(None) if vendor_id is None else Standard.vendor_id == vendor_id
    return select(Standard).where(Standard.measure == measure, whose, Standard.ended_at.is_(None))


def _note(standard: Standard, kind: str, by: Agent, at: datetime) -> None:
    """A vendor's own standard stands in its history; one for all is its own history."""
    if standard.vendor_id is not None:
        said = {"standard": standard.id, "measure": standard.measure}
        db.session.add(
            VendorEvent(vendor_id=standard.vendor_id, kind=kind, at=at, agent_id=by.id, data=said)
        )


def lock_step(step_id: int) -> Step | None:
    """The step as it is now, with its vendor: of two decisions the second is refused."""
    query = select(Step).where(Step.id == step_id).options(joinedload(Step.vendor))
    query = query.with_for_update(of=Step).execution_options(populate_existing=True)
    return db.session.scalar(query)


class Bell(Protocol):
    """Tells those whom a step concerns where it stands now, but not `by`, who did it. Never
    commits."""

    def __call__(self, step: Step, *, by: Agent | None) -> None: ...


def step_visible_to(agent: Agent) -> ColumnElement[bool]:
    """The condition on steps that `agent` may see: a vendor its own, once they are confirmed."""
    if agent.is_operator:
        return true()
    return (Step.vendor_id == (agent.vendor_id or 0)) & Step.state.not_in(UNSAID)


def stands_in(agent: Agent, state: str) -> bool:
    """Whether the person is told what is meant for the vendor, which has nobody to be told."""
    return agent.is_operator and state in {StepState.CONFIRMED, StepState.LIFTED}


def tell(step: Step, *, by: Agent | None, at: datetime) -> None:
    """Tell people, and of a restriction the marketplace's machine too."""
    bell: Bell = part("bell")
    bell(step, by=by)
    if step.kind == StepKind.RESTRICTION and step.state not in UNSAID:
        _call_marketplace(step, at)


def _call_marketplace(step: Step, at: datetime) -> None:
    """Queue what became of a restriction; numbers and codes, nothing of a person's."""
    said = {
        "step": step.id, "vendor": step.vendor.slug, "measure": step.measure,
        "state": step.state, "at": at.isoformat(),
    }  # fmt: skip
    call = queue_call("restriction", {"restriction": said})
    if call is not None:
        db.session.add(StepCall(call=call, step_id=step.id, state=step.state))
