"""The charter and the way to going live: a vendor's supervisor accepts, has people trained and sees
what is open; the operator names the test ticket and lets the shop open."""

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.lib.clock import now
from app.quality import charter_words
from app.quality.charter_facts import acceptance_of, onboarding_of, readiness_of
from app.quality.charter_models import (
    VERSION,
    VERSIONS,
    Acceptance,
    NotReady,
    Onboarding,
    Training,
    note,
)
from app.quality.charter_rules import is_ready
from app.tickets.forms import read_number
from app.tickets.models import Ticket
from app.web.fragments import see_other
from app.web.guards import operator_only, supervisors_only
from app.web.i18n import choose_locale, gettext
from app.web.paging import PAGE_SIZE

blueprint = Blueprint("charter", __name__, url_prefix="/quality")

Answer = str | Response | tuple[str, int]


# --- the charter -----------------------------------------------------------------------------


@blueprint.get("/charter")
@supervisors_only
def show_charter() -> str:
    """The text in the reader's language, with who accepted it for their vendor."""
    version = request.args.get("version", VERSION)
    if version not in VERSIONS:
        abort(404)
    vendor = current_user.vendor
    return render_template(
        "quality/charter.html", version=version, is_current=version == VERSION,
        text=f"quality/charter_{version}.{choose_locale()}.html",
        acceptance=acceptance_of(vendor) if vendor else None,
    )  # fmt: skip


@blueprint.post("/charter/acceptance")
@supervisors_only
def accept() -> Answer:
    """A vendor's own supervisor accepts today's charter; once, whoever presses twice."""
    vendor: Vendor = current_user.vendor or abort(403)
    if request.form.get("version") != VERSION or request.form.get("agreed") != "yes":
        return _charter_again(), 422
    acceptance = Acceptance(
        vendor_id=vendor.id, version=VERSION, lang=choose_locale(), agent_id=current_user.id,
        at=now(),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(acceptance)
        note(vendor.id, "charter_accepted", current_user, now(), version=VERSION)
    except IntegrityError:
        flash(gettext("The charter was accepted already."))
    db.session.commit()
    return see_other("charter.show", slug=vendor.slug)


def _charter_again() -> str:
    return render_template(
        "quality/charter.html", version=VERSION, is_current=True, acceptance=None,
        text=f"quality/charter_{VERSION}.{choose_locale()}.html",
        complaint=gettext("Tick that you have read it and accept it for your shop."),
    )  # fmt: skip


# --- the way to going live -------------------------------------------------------------------


@blueprint.get("/onboarding")
@supervisors_only
def show_all() -> str | Response:
    """Every vendor by name, live or not; a vendor's supervisor comes to their own."""
    if not current_user.is_operator:
        return see_other("charter.show", slug=(current_user.vendor or abort(404)).slug)
    after = read_number(request.args, "after")
    query = select(Vendor, Onboarding.live_at).outerjoin(
        Onboarding, Onboarding.vendor_id == Vendor.id
    )
    if after is not None:
        last = select(Vendor.name, Vendor.id).where(Vendor.id == after)
        query = query.where(tuple_(Vendor.name, Vendor.id) > last.scalar_subquery())
    found = db.session.execute(query.order_by(Vendor.name, Vendor.id).limit(PAGE_SIZE + 1)).all()
    more = found[PAGE_SIZE - 1][0].id if len(found) > PAGE_SIZE else None
    return render_template("quality/charter_vendors.html", rows=found[:PAGE_SIZE], more=more)


@blueprint.get("/onboarding/<slug>")
@supervisors_only
def show(slug: str) -> str:
    """One vendor's list."""
    return _page(_vendor(slug))


@blueprint.post("/onboarding/<slug>/training")
@supervisors_only
def train(slug: str) -> Answer:
    """Somebody was trained, or was marked so by mistake."""
    vendor = _vendor(slug)
    agent = db.session.get(Agent, read_number(request.form, "agent") or 0)
    if agent is None or agent.vendor_id != vendor.id:
        abort(404)
    known = db.session.get(Training, agent.id)
    if request.form.get("trained") == "yes" and known is None:
        db.session.add(Training(agent_id=agent.id, at=now(), by_id=current_user.id))
        note(vendor.id, "trained", current_user, now(), agent=agent.id)
    elif request.form.get("trained") == "no" and known is not None:
        db.session.delete(known)
        note(vendor.id, "untrained", current_user, now(), agent=agent.id)
    db.session.commit()
    return see_other("charter.show", slug=slug)


@blueprint.post("/onboarding/<slug>/test-ticket")
@operator_only
def name_test(slug: str) -> Answer:
    """The operator wrote to the shop as a buyer would, and says which ticket that became."""
    vendor = _vendor(slug)
    number = read_number({"ticket": request.form.get("ticket", "").strip().lstrip("#")}, "ticket")
    ticket = db.session.get(Ticket, number) if number else None
    if ticket is None or ticket.vendor_id != vendor.id:
        return _page(vendor, gettext("This vendor has no such ticket.")), 422
    onboarding = onboarding_of(vendor)
    db.session.add(onboarding)
    onboarding.name_test(ticket.id, current_user, at=now())
    db.session.commit()
    return see_other("charter.show", slug=slug)


@blueprint.post("/onboarding/<slug>/going-live")
@operator_only
def go_live(slug: str) -> Answer:
    """The shop opens, when nothing on the list is open."""
    vendor = _vendor(slug)
    ready = readiness_of(vendor)
    db.session.add(ready.onboarding)
    try:
        ready.onboarding.go_live(current_user, is_ready=is_ready(ready.items), at=now())
    except NotReady as fault:
        db.session.rollback()
        return _page(_vendor(slug), charter_words.refusal_words(fault)), 422
    db.session.commit()
    flash(gettext("%(vendor)s is live.", vendor=vendor.name))
    return see_other("charter.show", slug=slug)


def _vendor(slug: str) -> Vendor:
    """The vendor, where this supervisor may see it. Another's looks like none."""
    found = db.session.scalar(select(Vendor).filter_by(slug=slug))
    if found is None or not (current_user.is_operator or current_user.vendor_id == found.id):
        abort(404)
    return found


def _page(vendor: Vendor, complaint: str = "") -> str:
    ready = readiness_of(vendor)
    return render_template(
        "quality/charter_list.html", ready=ready, vendor=vendor, complaint=complaint,
        is_ready=is_ready(ready.items), words=charter_words, typed=request.form, version=VERSION,
    )  # fmt: skip
