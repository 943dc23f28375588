"""A vendor's page: its contact card, for its own supervisor and the operator, and within how many
hours it answers, which is the operator's to say."""

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from sqlalchemy import select, tuple_
from werkzeug.wrappers import Response

from app.accounts.card import LENGTHS, BadCard, Card, card_of, keep_card, read_card
from app.accounts.models import Agent, Vendor, VendorEvent
from app.accounts.terms import LONGEST, BadTerms, set_hours
from app.extensions import db, part
from app.lib.clock import now
from app.web.fragments import see_other
from app.web.guards import operator_only, supervisors_only
from app.web.i18n import gettext

blueprint = Blueprint("vendors", __name__)

Answer = str | Response | tuple[str, int]
PAGE = 50


@blueprint.get("/vendors")
@operator_only
def show_all() -> str:
    """Every vendor by name, with what is missing on its card."""
    query = select(Vendor).order_by(Vendor.name, Vendor.id).limit(PAGE + 1)
    after = request.args.get("after", type=int)
    if after is not None:
        last = select(Vendor.name).where(Vendor.id == after).scalar_subquery()
        query = query.where(tuple_(Vendor.name, Vendor.id) > tuple_(last, after))
    found = db.session.scalars(query).all()
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("accounts/vendors.html", vendors=found[:PAGE], more=more)


@blueprint.get("/vendors/<slug>")
@supervisors_only
def show(slug: str) -> str:
    """The vendor's card, the hours and who changed them."""
    return _page(_vendor(slug))


@blueprint.post("/vendors/<slug>/card")
@supervisors_only
def change_card(slug: str) -> Answer:
    """Keep the contact card; 422 with the form when nobody could use it."""
    vendor, card = _vendor(slug), read_card(request.form)
    try:
        keep_card(vendor, card, current_user, at=now())
    except BadCard as fault:
        db.session.rollback()
        return _page(_vendor(slug), card=card, complaint=gettext(str(fault))), 422
    db.session.commit()
    flash(gettext("Kept."))
    return see_other("vendors.show", slug=slug)


@blueprint.post("/vendors/<slug>/hours")
@operator_only
def change_hours(slug: str) -> Answer:
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


@blueprint.app_template_global("card_field")
def field_name(name: str) -> str:
    """A field of the card, as people call it."""
    return {
        "postal_address": gettext("Postal address"),
        "phone": gettext("Telephone"),
        "email": gettext("E-mail"),
        "hours": gettext("Hours"),
    }[name]


def _number(typed: str) -> int | None:
    """Hours as they were typed; something impossible for what is no number."""
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


def _vendor(slug: str) -> Vendor:
    """The vendor, for the operator and for its own supervisor; for others there is none."""
    query = select(Vendor).filter_by(slug=slug)
    if not current_user.is_operator:
        query = query.where(Vendor.id == (current_user.vendor_id or 0))
    return db.session.scalar(query) or abort(404)


def _page(
    vendor: Vendor, *, typed: str | None = None, card: Card | None = None, complaint: str = ""
) -> str:
    query = (
        select(VendorEvent, Agent.name)
        .outerjoin(Agent, Agent.id == VendorEvent.agent_id)
        .where(VendorEvent.vendor_id == vendor.id, VendorEvent.kind.in_(("hours_set", "card")))
        .order_by(VendorEvent.id.desc())
        .limit(20)
    )
    return render_template(
        "accounts/vendor.html",
        vendor=vendor, typed=typed, longest=LONGEST, history=db.session.execute(query).all(),
        usual=part("settings").answer_within_hours, card=card or card_of(vendor),
        complaint=complaint, lengths=LENGTHS,
    )  # fmt: skip
