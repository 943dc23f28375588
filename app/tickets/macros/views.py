"""The page on which a vendor writes its own prepared answers, language by language."""

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.models import Vendor
from app.extensions import db
from app.tickets.forms import read_number, read_text
from app.tickets.macros import own as own_macros
from app.tickets.macros.own import Written
from app.tickets.page import desk_languages
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext

blueprint = Blueprint("own_macros", __name__, url_prefix="/settings/macros")
people_only(blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.get("")
def show() -> Answer:
    """The vendor's own, and the form for one more."""
    return _page(_vendor_id())


@blueprint.post("")
def write() -> Answer:
    """Keep one language of one macro."""
    vendor_id = _vendor_id()
    written = Written(
        lang=request.form.get("lang", ""),
        title=" ".join(read_text(request.form, "title").split()),
        body=read_text(request.form, "body"),
    )
    complaint = _complaint(vendor_id, written)
    if complaint:
        return _page(vendor_id, written, complaint), 422
    level = read_number(request.form, "level")
    own_macros.write(
        vendor_id or 0, request.form.get("key"), written,
        intent=read_text(request.form, "intent")[:30], level=2 if level == 2 else 1,
    )  # fmt: skip
    db.session.commit()
    flash(gettext("Kept."))
    return see_other("own_macros.show", vendor=request.form.get("vendor"))


@blueprint.post("/removal")
def take_away() -> Answer:
    """Take one language of a macro away."""
    vendor_id = _vendor_id()
    if vendor_id is None:
        abort(403)
    own_macros.take_away(vendor_id, request.form.get("key", ""), request.form.get("lang", ""))
    db.session.commit()
    flash(gettext("Taken away."))
    return see_other("own_macros.show", vendor=request.form.get("vendor"))


def _vendor_id() -> int | None:
    return own_macros.vendor_of(current_user, read_number(request.values, "vendor"))


def _complaint(vendor_id: int | None, written: Written) -> str:
    if vendor_id is None or db.session.get(Vendor, vendor_id) is None:
        return gettext("Choose a vendor first.")
    if written.lang not in desk_languages():
        return gettext("The desk does not know that language.")
    if not written.title or not written.body:
        return gettext("A macro needs a title and a text.")
    return ""


def _page(vendor_id: int | None, written: Written | None = None, complaint: str = "") -> str:
    vendors = db.session.scalars(db.select(Vendor).order_by(Vendor.name)).all()
    return render_template(
        "macros/page.html",
        vendor_id=vendor_id,
        vendors=vendors if current_user.is_operator else (),
        page=own_macros.own_macros(vendor_id or 0, after=request.args.get("after")),
        written=written, complaint=complaint, languages=desk_languages(),
        form=request.form, own=current_user.reads[0],
    )  # fmt: skip
