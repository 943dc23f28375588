"""Steps as they stand at some point of their way."""

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.clock import now
from app.quality.measures import Measure
from app.quality.standards_deeds import set_standard
from app.quality.standards_models import Standard, Step, StepKind, StepState
from app.quality.standards_rules import Rule

ANSWER = Rule(Measure.ANSWER, warn=0.95, bound=0.9, days=3, least=20)


def put_standard(by: Agent) -> Standard:
    """The standard for all vendors, committed."""
    found = set_standard(ANSWER, None, by, at=now())
    db.session.commit()
    return found


def put_step(vendor: Vendor, standard: Standard, kind: StepKind, state: StepState) -> Step:
    """A step of this kind that came to this state now, committed."""
    step = Step(
        vendor_id=vendor.id, measure=standard.measure, standard_id=standard.id, kind=kind,
        state=state, day=now().date(), share=0.8, counted=100, proposed_at=now(),
    )  # fmt: skip
    if state != StepState.PROPOSED:
        step.decided_at = now()
    db.session.add(step)
    db.session.commit()
    return step
