"""Satisfaction at the desk: the figures, the answers with their tickets, a table to take along.

A supervisor sees their own vendor, the operator all. Reads only. No buyer is named anywhere, and an
answer stays with the vendor who earned it, also after the ticket went to another.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask_login import current_user
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.cells import csv_line
from app.lib.clock import now
from app.quality.figures import Span
from app.quality.scorecard_views import SPANS, read_period
from app.quality.survey_figures import (
    by_agent,
    by_vendor,
    dimensions,
    of_whom,
    together,
    within,
)
from app.quality.survey_models import SCORES, Survey
from app.quality.survey_words import words_in
from app.tickets.models import Ticket
from app.web.guards import supervisors_only
from app.web.i18n import choose_locale
from app.web.paging import PAGE_SIZE, Cursor, Page, read_cursor

blueprint = Blueprint("satisfaction", __name__, url_prefix="/quality/satisfaction")

MOST = 50_000
COLUMNS = (
    "ticket", "vendor", "agent", "language", "closed_at", "asked_at", "answered_at", "score",
    "tangibles", "reliability", "responsiveness", "assurance", "empathy", "has_words",
)  # fmt: skip


@blueprint.app_template_global("surveys_of")
def surveys_of(ticket: Ticket) -> Sequence[Survey]:
    """For the ticket page: what its buyer said after each closing under this vendor."""
    query = (
        select(Survey)
        .where(Survey.ticket_id == ticket.id, Survey.vendor_id == ticket.vendor_id)
        .order_by(Survey.id.desc())
        .limit(3)
        .options(joinedload(Survey.draft))
    )
    return db.session.scalars(query).all()


@blueprint.app_template_global("score_words")
def score_words(score: int) -> str:
    """What a number means, in the interface's language."""
    return str(words_in(choose_locale())["scale"][score - 1])


@blueprint.get("")
@supervisors_only
def show() -> str:
    """Figures of the span, then the answers, the newest first."""
    vendor, period = _vendor(), read_period()
    ids = _ids(vendor)
    vendors = by_vendor(ids, period.span)
    return render_template(
        "quality/survey_desk.html", vendor=vendor, period=period, spans=SPANS, scores=SCORES,
        whole=together(vendors.values()), dimensions=dimensions(ids, period.span),
        agents=by_agent(ids, period.span) if ids else {},
        vendors=_named(vendors) if ids is None else [],
        page=_answers(ids, read_cursor(request.args.get("after"))), t=words_in(choose_locale()),
    )  # fmt: skip


@blueprint.get("/answers.csv")
@supervisors_only
def table() -> Response:
    """Every question of the span: numbers, codes and moments, no words of anybody."""
    ids, period = _ids(_vendor()), read_period()
    lines = stream_with_context(_lines(ids, period.span))
    name = f"satisfaction-{now():%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=headers)


def _vendor() -> Vendor | None:
    """The vendor asked about: a supervisor's own, one of the operator's choice, or None for all."""
    if not current_user.is_operator:
        own: Vendor = current_user.vendor or abort(404)
        return own
    slug = request.args.get("vendor")
    return (db.session.scalar(select(Vendor).filter_by(slug=slug)) or abort(404)) if slug else None


def _ids(vendor: Vendor | None) -> list[int] | None:
    return [vendor.id] if vendor else None


def _named(found: Any) -> list[tuple[Vendor, Any]]:
    """The vendors with their figures, by name: few answers rank nobody."""
    query = select(Vendor).where(Vendor.id.in_(found)).order_by(Vendor.name)
    return [(vendor, found[vendor.id]) for vendor in db.session.scalars(query)]


def _answers(vendor_ids: list[int] | None, after: Cursor | None) -> Page[Survey]:
    query = (
        select(Survey)
        .where(of_whom(vendor_ids), Survey.answered_at.is_not(None))
        .order_by(Survey.answered_at.desc(), Survey.id.desc())
        .limit(PAGE_SIZE + 1)
        .options(
            joinedload(Survey.vendor), joinedload(Survey.draft),
            joinedload(Survey.agent).options(lazyload(Agent.languages), lazyload(Agent.vendor)),
        )
    )  # fmt: skip
    if after:
        place = tuple_(Survey.answered_at, Survey.id)
        query = query.where(place < (after.at, after.row_id))
    found = db.session.scalars(query).all()
    rows = found[:PAGE_SIZE]
    if len(found) <= PAGE_SIZE or rows[-1].answered_at is None:
        return Page(rows, None)
    return Page(rows, str(Cursor(rows[-1].answered_at, rows[-1].id)))


def _lines(vendor_ids: list[int] | None, span: Span) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for row in db.session.execute(_rows(vendor_ids, span)):
        yield csv_line([*row[:-1], int(bool(row[-1]))])


def _rows(vendor_ids: list[int] | None, span: Span) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Survey.ticket_id, Vendor.slug, Survey.agent_id, Survey.lang, Survey.closed_at,
            Survey.asked_at, Survey.answered_at, Survey.score, Survey.tangibles,
            Survey.reliability, Survey.responsiveness, Survey.assurance, Survey.empathy,
            Survey.words,
        )
        .join(Vendor, Vendor.id == Survey.vendor_id)
        .where(of_whom(vendor_ids), within(span))
        .order_by(Survey.asked_at, Survey.id)
        .limit(MOST)
    )  # fmt: skip
