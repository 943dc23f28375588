"""A vendor's page for the operator: its contact card, and within how many hours it answers."""

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.models import Agent, Vendor, VendorEvent
from app.accounts.terms import LONGEST, BadTerms, set_hours
from app.extensions import db, part
from app.lib.clock import now
from app.web.fragments import see_other
from app.web.guards import operator_only
from app.web.i18n import gettext

blueprint = Blueprint("vendors", __name__)


@blueprint.get("/vendors/<slug>")
@operator_only
def show(slug: str) -> str:
    """The vendor's card, the hours and who changed them."""
    return _page(_vendor(slug))


@blueprint.post("/vendors/<slug>/hours")
@operator_only
def change_hours(slug: str) -> Response | tuple[str, int]:
    """Set the hours for clocks that start from now on; empty means the desk's own."""
    vendor, typed = _vendor(slug), request.form.get("hours", "").strip()
    try:
        set_hours(vendor, _number(typed), current_user, at=now())
    except BadTerms:
        db.session.rollback()
        return _page(_vendor(slug), typed=typed), 422
    db.session.commit()
    flash(gettext("Kept. It applies to clocks that start from now on."))
    return see_other("vendors.show", slug=slug)


def _number(typed: str) -> int | None:
    """Hours as they were typed; something impossible for what is no number."""
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


def _vendor(slug: str) -> Vendor:
    return db.session.scalar(select(Vendor).filter_by(slug=slug)) or abort(404)


def _page(vendor: Vendor, *, typed: str | None = None) -> str:
    query = (
        select(VendorEvent, Agent.name)
        .outerjoin(Agent, Agent.id == VendorEvent.agent_id)
        .where(VendorEvent.vendor_id == vendor.id, VendorEvent.kind == "hours_set")
        .order_by(VendorEvent.id.desc())
        .limit(20)
    )
    return render_template(
        "accounts/vendor.html",
        vendor=vendor, typed=typed, longest=LONGEST, history=db.session.execute(query).all(),
        usual=part("settings").answer_within_hours,
    )  # fmt: skip
