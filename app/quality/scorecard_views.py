"""The scorecards: of all vendors for the operator, of one vendor for its supervisor, and the
tickets behind every figure. Reads only."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from sqlalchemy import ColumnElement, select, tuple_
from werkzeug.wrappers import Response

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.clock import now
from app.quality import wording
from app.quality.export import as_csv, as_xlsx, rows_of
from app.quality.figures import Span
from app.quality.measures import TARGET_EXCHANGES, Measure
from app.quality.score_models import ScoreLine
from app.quality.scorecard import card, standings
from app.tickets.access import visible_to
from app.tickets.forms import read_day, read_number
from app.tickets.models import Ticket
from app.web.fragments import see_other
from app.web.guards import operator_only, supervisors_only
from app.web.paging import PAGE_SIZE

blueprint = Blueprint("quality", __name__, url_prefix="/quality")

for words in (wording.minutes_words, wording.decimal_words):
    blueprint.add_app_template_filter(words)

SPANS = (7, 30, 90)
NARROWED = {"agent": ScoreLine.agent_id, "level": ScoreLine.level}
MONTHS = 12
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Period:
    """A span as the address names it: `days` back from today, or from the day that it says, or a
    whole `month`."""

    span: Span
    days: int | None = None
    month: str | None = None
    until: date | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The same period in another address."""
        if self.month:
            return {"month": self.month}
        return {"days": self.days} | ({"until": self.until.isoformat()} if self.until else {})


@blueprint.get("")
@supervisors_only
def overview() -> str | Response:
    """All vendors, the worst first; a vendor's supervisor comes to their own."""
    if not current_user.is_operator:
        slug = current_user.vendor.slug if current_user.vendor else abort(404)
        return see_other("quality.vendor", slug=slug)
    period = read_period()
    return render_template(
        "quality/overview.html", standings=standings(period.span), **_page(period)
    )


@blueprint.get("/vendors/<slug>")
@supervisors_only
def vendor(slug: str) -> str:
    """One vendor's card."""
    whose, period = _vendor(slug), read_period()
    return render_template(
        "quality/scorecard.html", vendor=whose, card=card(whose, period.span), **_page(period)
    )


@blueprint.get("/vendors/<slug>/<measure>")
@supervisors_only
def tickets(slug: str, measure: str) -> str:
    """The tickets behind one figure, the newest day first: all, or only those it did not meet."""
    whose, period = _vendor(slug), read_period()
    which = Measure(measure) if measure in set(Measure) else abort(404)
    hit = {"1": 1, "0": 0}.get(request.args.get("hit", ""))
    narrowed = _narrowed()
    wanted = [NARROWED[name] == number for name, number in narrowed.items()]
    if hit is not None:
        wanted.append(ScoreLine.hit == bool(hit))
    rows, after = _behind(whose, which, period.span, *wanted)
    return render_template(
        "quality/tickets.html", vendor=whose, measure=which, rows=rows, after=after, hit=hit,
        here=period.query | narrowed, **_page(period),
    )  # fmt: skip


def _narrowed() -> dict[str, int]:
    """Whose or which level's tickets the address asks for."""
    asked = {name: read_number(request.args, name) for name in NARROWED}
    return {name: number for name, number in asked.items() if number and number < 2**31}


@blueprint.get("/figures.csv")
@operator_only
def csv() -> Response:
    """Every vendor's figures as a table."""
    period = read_period()
    return _file(as_csv(rows_of(standings(period.span))), "text/csv", "csv", period)


@blueprint.get("/figures.xlsx")
@operator_only
def xlsx() -> Response:
    """The same as a workbook."""
    period = read_period()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(as_xlsx(rows_of(standings(period.span))), kind, "xlsx", period)


def _file(content: bytes, kind: str, ending: str, period: Period) -> Response:
    name = f"figures-{period.span.first}-{period.span.last}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)


def _vendor(slug: str) -> Vendor:
    """The vendor, where this supervisor may see it. Another's looks like none."""
    found = db.session.scalar(select(Vendor).filter_by(slug=slug))
    if found is None or not (current_user.is_operator or current_user.vendor_id == found.id):
        abort(404)
    return found


def read_period() -> Period:
    """The period that the address asks for: thirty days where it does not say."""
    month = request.args.get("month")
    if month:
        return Period(_month(month) or abort(404), month=month)
    days = read_number(request.args, "days") or 30
    if days not in SPANS:
        abort(404)
    until = _until()
    last = until or now().date()
    return Period(Span(last - timedelta(days=days - 1), last), days=days, until=until)


def _until() -> date | None:
    """The day that the address names as the last one, if it names one."""
    if not request.args.get("until"):
        return None
    found = read_day(request.args, "until")
    return found if found and found > LONG_AGO else abort(404)


def _month(text: str) -> Span | None:
    """The span of "2026-11"."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return Span(first, _next_month(first) - timedelta(days=1))


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def months() -> list[str]:
    """The last twelve months, this one first."""
    first, found = now().date().replace(day=1), []
    for _ in range(MONTHS):
        found.append(first.isoformat()[:7])
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def _page(period: Period) -> dict[str, Any]:
    return {
        "period": period, "spans": SPANS, "months": months(), "wording": wording,
        "Measure": Measure, "target": TARGET_EXCHANGES,
    }  # fmt: skip


def _behind(
    vendor: Vendor, measure: Measure, span: Span, *wanted: ColumnElement[bool]
) -> tuple[list[Any], str | None]:
    """A page of lines with their tickets, and the cursor of the next one."""
    query = (
        select(
            ScoreLine.id, ScoreLine.day, ScoreLine.hit, ScoreLine.value, ScoreLine.excused,
            Ticket.id.label("ticket_id"), Ticket.subject, Ticket.level, Ticket.lang,
            Agent.name.label("agent"),
        )
        .join(Ticket, Ticket.id == ScoreLine.ticket_id)
        .outerjoin(Agent, Agent.id == ScoreLine.agent_id)
        .where(
            ScoreLine.vendor_id == vendor.id, ScoreLine.measure == measure,
            ScoreLine.day.between(span.first, span.last), visible_to(current_user), *wanted,
        )
        .order_by(ScoreLine.day.desc(), ScoreLine.id.desc())
        .limit(PAGE_SIZE + 1)
    )  # fmt: skip
    if after := _cursor(request.args.get("after")):
        query = query.where(tuple_(ScoreLine.day, ScoreLine.id) < after)
    rows = list(db.session.execute(query))
    more = len(rows) > PAGE_SIZE
    last = rows[PAGE_SIZE - 1] if more else None
    return rows[:PAGE_SIZE], f"{last.day}~{last.id}" if last else None


def _cursor(text: str | None) -> tuple[date, int] | None:
    if not text:
        return None
    try:
        day, number = text.split("~")
        return date.fromisoformat(day), int(number)
    except ValueError:
        return abort(404)
