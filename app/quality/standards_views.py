"""The pages of standards and steps: the operator sets and decides, a vendor's supervisor sees its
own and answers a plan. Another vendor's step looks like none."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.clock import now
from app.quality import standards_words, wording
from app.quality.figures import SMALL
from app.quality.measures import NEITHER, Measure
from app.quality.standards_deeds import (
    end_standard,
    lock_step,
    set_standard,
    step_visible_to,
    tell,
)
from app.quality.standards_models import (
    NotPossible,
    Reading,
    Standard,
    Step,
    StepCall,
    StepKind,
    StepState,
)
from app.quality.standards_rules import BadStandard, Rule
from app.tickets.forms import read_local_moment, read_number, read_text
from app.web.fragments import see_other
from app.web.guards import operator_only, supervisors_only
from app.web.i18n import gettext
from app.web.paging import PAGE_SIZE, Cursor, Page, read_cursor

blueprint = Blueprint("standards", __name__, url_prefix="/quality/standards")

Answer = str | Response | tuple[str, int]
MEASURES = tuple(measure for measure in Measure if measure not in NEITHER)
SHOWN_DAYS = 30
SHOWN_PLAN = 4_000


@blueprint.app_template_global("steps_open")
def steps_open() -> int:
    """For the tabs: the steps that wait for whoever looks."""
    mine = (
        Step.state == StepState.PROPOSED
        if current_user.is_operator
        else (Step.state == StepState.CONFIRMED) & (Step.kind == StepKind.PLAN)
    )
    query = select(Step.id).where(step_visible_to(current_user), mine).limit(100)
    return len(db.session.scalars(query).all())


@blueprint.get("")
@supervisors_only
def show() -> str:
    """What is held against whom, and the steps, the newest first."""
    return _page()


@blueprint.post("")
@operator_only
def set_one() -> Answer:
    """A standard for all vendors or for one; 422 with the form when it makes no sense."""
    try:
        set_standard(_read_rule(), _read_vendor(), current_user, at=now())
    except BadStandard as fault:
        db.session.rollback()
        return _page(standards_words.refusal_words(fault)), 422
    db.session.commit()
    flash(gettext("Kept. It is looked at from tonight on."))
    return see_other("standards.show")


@blueprint.post("/<int:standard_id>/ending")
@operator_only
def end_one(standard_id: int) -> Response:
    """End a standard."""
    standard: Standard = db.session.get(Standard, standard_id) or abort(404)
    end_standard(standard, current_user, at=now())
    db.session.commit()
    return see_other("standards.show")


@blueprint.get("/steps/<int:step_id>")
@supervisors_only
def show_step(step_id: int) -> str:
    """One step with the days that led to it and everything that was decided."""
    return _step_page(_step(step_id))


@blueprint.post("/steps/<int:step_id>/decision")
@operator_only
def decide(step_id: int) -> Answer:
    """Confirm or dismiss a proposed step."""
    step = lock_step(step_id) or abort(404)
    reason = read_text(request.form, "reason")[:SHOWN_PLAN]
    try:
        if request.form.get("decision") == "dismiss":
            step.dismiss(current_user, reason, at=now())
        else:
            due_at = read_local_moment(request.form.get("due", ""), current_user.timezone)
            step.confirm(current_user, at=now(), due_at=due_at, reason=reason)
            tell(step, by=current_user, at=now())
    except NotPossible as fault:
        return _refused(step_id, fault)
    db.session.commit()
    return see_other("standards.show_step", step_id=step_id)


@blueprint.post("/steps/<int:step_id>/plan")
@supervisors_only
def answer(step_id: int) -> Answer:
    """The vendor's plan, by its own supervisor."""
    step = lock_step(_step(step_id).id) or abort(404)
    if current_user.vendor_id != step.vendor_id:
        abort(403)
    try:
        step.take_answer(current_user, read_text(request.form, "plan")[:SHOWN_PLAN], at=now())
        tell(step, by=current_user, at=now())
    except NotPossible as fault:
        return _refused(step_id, fault)
    db.session.commit()
    flash(gettext("Kept. The operator sees your plan."))
    return see_other("standards.show_step", step_id=step_id)


@blueprint.post("/steps/<int:step_id>/lifting")
@operator_only
def lift(step_id: int) -> Answer:
    """End a restriction, and tell the marketplace."""
    step = lock_step(step_id) or abort(404)
    try:
        step.lift(current_user, at=now())
        tell(step, by=current_user, at=now())
    except NotPossible as fault:
        return _refused(step_id, fault)
    db.session.commit()
    return see_other("standards.show_step", step_id=step_id)


# --- what a form says ------------------------------------------------------------------------


def _read_rule() -> Rule:
    """The standard as it was entered; shares are typed in percent."""
    measure = request.form.get("measure", "")
    if measure not in set(MEASURES):
        raise BadStandard("Choose a measure.")
    return Rule(
        Measure(measure), _read_share("warn"), _read_share("bound"),
        days=read_number(request.form, "days") or 0, least=read_number(request.form, "least") or 0,
    )  # fmt: skip


def _read_share(name: str) -> float:
    """A percentage as people type it; something impossible for what is none."""
    try:
        return float(request.form.get(name, "").replace(",", ".").strip(" %")) / 100
    except ValueError:
        return -1.0


def _read_vendor() -> Vendor | None:
    slug = request.form.get("vendor", "")
    if not slug:
        return None
    found = db.session.scalar(select(Vendor).filter_by(slug=slug))
    if found is None:
        raise BadStandard("There is no such vendor.")
    return found


# --- what is shown ---------------------------------------------------------------------------


def _step(step_id: int) -> Step:
    query = select(Step).where(Step.id == step_id, step_visible_to(current_user))
    query = query.options(joinedload(Step.vendor), joinedload(Step.standard))
    return db.session.scalar(query) or abort(404)


def _refused(step_id: int, fault: NotPossible) -> tuple[str, int]:
    db.session.rollback()
    return _step_page(_step(step_id), standards_words.refusal_words(fault)), 422


def _page(complaint: str = "") -> str:
    return render_template(
        "quality/standards.html", standards=_standards(), complaint=complaint, small=SMALL,
        page=_steps(read_cursor(request.args.get("after"))), measures=MEASURES,
        vendors=_vendors(), typed=request.form, words=standards_words, wording=wording,
        Measure=Measure,
    )  # fmt: skip


def _standards() -> Sequence[Standard]:
    """Those that stand: all for the operator, for a vendor what applies to it."""
    query = select(Standard).where(Standard.ended_at.is_(None)).options(joinedload(Standard.vendor))
    query = query.order_by(Standard.measure, Standard.vendor_id)
    if current_user.is_operator:
        return db.session.scalars(query).all()
    own = Standard.vendor_id == (current_user.vendor_id or 0)
    found = db.session.scalars(query.where(or_(own, Standard.vendor_id.is_(None)))).all()
    replaced = {one.measure for one in found if one.vendor_id}
    return [one for one in found if one.vendor_id or one.measure not in replaced]


def _vendors() -> Sequence[Vendor]:
    if not current_user.is_operator:
        return []
    return db.session.scalars(select(Vendor).order_by(Vendor.name)).all()


def _steps(after: Cursor | None) -> Page[Step]:
    query = (
        select(Step)
        .where(step_visible_to(current_user))
        .order_by(Step.proposed_at.desc(), Step.id.desc())
        .limit(PAGE_SIZE + 1)
        .options(joinedload(Step.vendor), joinedload(Step.standard))
    )
    if after:
        query = query.where(tuple_(Step.proposed_at, Step.id) < (after.at, after.row_id))
    found = db.session.scalars(query).all()
    rows = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return Page(rows, str(Cursor(rows[-1].proposed_at, rows[-1].id)) if more else None)


def _step_page(step: Step, complaint: str = "") -> str:
    return render_template(
        "quality/standards_step.html", step=step, complaint=complaint, typed=request.form,
        readings=_readings(step), history=_history(step), calls=_calls(step),
        words=standards_words, wording=wording,
        Measure=Measure, StepKind=StepKind, StepState=StepState,
    )  # fmt: skip


def _readings(step: Step) -> Sequence[Reading]:
    """The days around the step, the newest first."""
    query = select(Reading).where(
        Reading.vendor_id == step.vendor_id, Reading.measure == step.measure
    )
    return db.session.scalars(query.order_by(Reading.day.desc()).limit(SHOWN_DAYS)).all()


def _calls(step: Step) -> Sequence[StepCall]:
    """For the operator: what became of telling the marketplace's machine."""
    if not current_user.is_operator:
        return []
    query = select(StepCall).where(StepCall.step_id == step.id).order_by(StepCall.call_id)
    return db.session.scalars(query.options(joinedload(StepCall.call))).all()


def _history(step: Step) -> Sequence[Any]:
    """What was decided on this vendor over this measure, with who did it."""
    query = (
        select(Step, Agent.name)
        .outerjoin(Agent, Agent.id == Step.decided_by_id)
        .where(
            Step.vendor_id == step.vendor_id,
            Step.measure == step.measure,
            step_visible_to(current_user),
        )
        .where(Step.decided_at.is_not(None))
        .order_by(Step.id.desc())
        .limit(20)
    )
    return db.session.execute(query).all()
