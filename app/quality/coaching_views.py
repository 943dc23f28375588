"""An agent's own page: figures, reviews, the team's best answers. Supervisors write the reviews."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user, login_required
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.models import Agent
from app.extensions import db
from app.lib.clock import now
from app.phrasebook import INTENTS
from app.quality import coaching, wording
from app.quality.coaching_models import POINTS, Mark, Review
from app.quality.measures import Measure
from app.quality.score_models import ScoreLine
from app.quality.scorecard_views import SPANS, months, read_period
from app.tickets.access import get_ticket
from app.tickets.forms import read_number, read_text
from app.triage.wording import intent_words
from app.web.fragments import see_other
from app.web.guards import supervisors_only
from app.web.i18n import gettext

blueprint = Blueprint("coaching", __name__, url_prefix="/quality/people")

LONGEST = 2_000


@blueprint.get("/<int:agent_id>")
@login_required  # type: ignore[untyped-decorator]
def show(agent_id: int) -> str:
    """The own page, or for a supervisor that of a person of the own vendor."""
    return _page(_person(agent_id))


@blueprint.post("/<int:agent_id>/reviews")
@supervisors_only
def review(agent_id: int) -> Response | tuple[str, int]:
    """Write down how a ticket was worked. Nobody reviews their own."""
    person = _person(agent_id)
    ticket = get_ticket(current_user, read_number(request.form, "ticket") or abort(404))
    marks = {point: read_number(request.form, point) for point in POINTS}
    if person.id == current_user.id or not _closed_by(person, ticket.id):
        abort(404)
    if not set(marks.values()) <= set(Mark):
        return _page(person, said=gettext("Answer all four questions.")), 422
    known = select(Review).filter_by(ticket_id=ticket.id, agent_id=person.id)
    if db.session.scalar(known) is None:
        words = read_text(request.form, "words").strip()[:LONGEST]
        db.session.add(
            Review(ticket_id=ticket.id, agent_id=person.id, by_id=current_user.id, at=now(),
                   words=words, **marks)
        )  # fmt: skip
        db.session.commit()
        flash(gettext("The review is on %(name)s’s page.", name=person.name))
    return see_other("coaching.show", agent_id=person.id)


def _person(agent_id: int) -> Agent:
    """Whose page it is, where this person may see it. Another vendor's looks like none."""
    found = db.session.get(Agent, agent_id)
    own = found is not None and found.id == current_user.id
    led = current_user.is_operator or (
        current_user.is_supervisor
        and found is not None
        and current_user.vendor_id is not None
        and found.vendor_id == current_user.vendor_id
    )
    if found is None or not (own or led):
        abort(404)
    return found


def _closed_by(person: Agent, ticket_id: int) -> bool:
    query = select(ScoreLine.id).filter_by(
        ticket_id=ticket_id, agent_id=person.id, measure=Measure.EXCHANGES
    )
    return db.session.scalar(query.limit(1)) is not None


def _page(person: Agent, *, said: str = "") -> str:
    period, today = read_period(), now().date()
    intent = request.args.get("intent")
    leads = current_user.is_supervisor and current_user.id != person.id
    return render_template(
        "quality/coaching.html", person=person, period=period, spans=SPANS, months=months(),
        entries=coaching.own_entries(person, period.span), wording=wording, said=said,
        reviews=coaching.reviews_of(person), points=POINTS, marks=Mark, leads=leads,
        samples=coaching.to_review(person, today) if leads else [],
        intents=sorted(INTENTS, key=intent_words), intent=intent, intent_words=intent_words,
        best=_best(person, intent), Measure=Measure,
    )  # fmt: skip


def _best(person: Agent, intent: str | None) -> Any:
    if intent not in INTENTS or person.vendor_id is None:
        return []
    return coaching.best_answers(person.vendor_id, intent, now().date())
