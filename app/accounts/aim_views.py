"""A vendor's own aim in working hours: its supervisor and the operator say it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.aim import BadAim, aim_of, read_aim
from app.accounts.models import Vendor, VendorEvent
from app.extensions import db
from app.lib.clock import now
from app.web.fragments import see_other
from app.web.guards import supervisors_only
from app.web.i18n import gettext

blueprint = Blueprint("aims", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/vendors/<slug>/aim")
@supervisors_only
def show(slug: str) -> Answer:
    """Hours, zone and week."""
    vendor = _vendor(slug)
    return _page(vendor, _typed(vendor))


@blueprint.post("/vendors/<slug>/aim")
@supervisors_only
def change(slug: str) -> Answer:
    """Keep the aim; empty hours take it away. 422 with the form when no week can be so."""
    vendor = _vendor(slug)
    try:
        aim = read_aim(request.form)
    except BadAim as fault:
        return _page(vendor, request.form, complaint=_words(str(fault))), 422
    vendor.own_aim = aim.kept() if aim else None
    said = {"hours": aim.hours if aim else None}
    db.session.add(
        VendorEvent(
            vendor_id=vendor.id, kind="aim_set", at=now(), agent_id=current_user.id, data=said
        )
    )
    db.session.commit()
    flash(gettext("Kept. The marketplace’s own clock runs on as before."))
    return see_other("aims.show", slug=slug)


def _vendor(slug: str) -> Vendor:
    """The vendor, for its own supervisor and the operator; the same 404 for all others."""
    query = select(Vendor).filter_by(slug=slug)
    if not current_user.is_operator:
        query = query.where(Vendor.id == (current_user.vendor_id or 0))
    return db.session.scalar(query) or abort(404)


def _typed(vendor: Vendor) -> dict[str, Any]:
    aim = aim_of(vendor.own_aim)
    if aim is None:
        return {"zone": current_user.timezone}
    typed: dict[str, Any] = {"hours": aim.hours, "zone": aim.zone}
    for day, shift in enumerate(aim.week):
        if shift is not None:
            typed[f"begins{day}"] = f"{shift.begins:%H:%M}"
            typed[f"ends{day}"] = f"{shift.ends:%H:%M}"
    return typed


def _page(vendor: Vendor, typed: Mapping[str, Any], complaint: str | None = None) -> str:
    return render_template(
        "accounts/aim.html", vendor=vendor, typed=typed, complaint=complaint, days=_days()
    )


def _days() -> list[str]:
    return [
        gettext("Monday"), gettext("Tuesday"), gettext("Wednesday"), gettext("Thursday"),
        gettext("Friday"), gettext("Saturday"), gettext("Sunday"),
    ]  # fmt: skip


def _words(said: str) -> str:
    return {
        "The hours are a whole number from 1 to 168, or empty.": gettext(
            "The hours are a whole number from 1 to 168, or empty."
        ),
        "Name a time zone such as Europe/Paris.": gettext("Name a time zone such as Europe/Paris."),
        "Give the working hours of at least one day.": gettext(
            "Give the working hours of at least one day."
        ),
        "Give both hours of a day as 09:00 and 18:00, or none.": gettext(
            "Give both hours of a day as 09:00 and 18:00, or none."
        ),
        "A working day ends after it begins; midnight is 00:00.": gettext(
            "A working day ends after it begins; midnight is 00:00."
        ),
    }.get(said, said)
