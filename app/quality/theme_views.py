"""The barometer's page: for a vendor's supervisor of the own vendor, for the operator of one or of
all. Reads only."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from sqlalchemy import select

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.clock import now
from app.phrasebook import INTENTS
from app.quality import themes as read
from app.quality.score_models import UNKNOWN
from app.quality.themes import WEEKS, Chosen
from app.tickets.page import desk_languages
from app.triage.wording import intent_words
from app.web.guards import supervisors_only

blueprint = Blueprint("themes", __name__, url_prefix="/quality/themes")


@blueprint.get("")
@supervisors_only
def show() -> str:
    """Every theme, what rises first."""
    vendors, chosen = _vendors(), _chosen()
    found = read.themes(chosen, now().date())
    return render_template(
        "quality/themes.html", themes=found, vendors=vendors, chosen=chosen, weeks=WEEKS,
        languages=read.by_language(found), desk_languages=desk_languages(), spark=read.spark,
        intent_words=intent_words, gap=read.promise_gap(chosen, now().date()),
        unhappy=read.dissatisfied(chosen, now().date()),
    )  # fmt: skip


@blueprint.get("/<intent>")
@supervisors_only
def sample(intent: str) -> str:
    """What buyers said of one theme this week, in their first words."""
    if intent not in {*INTENTS, UNKNOWN}:
        abort(404)
    chosen = _chosen()
    return render_template(
        "quality/theme.html", intent=intent, chosen=chosen, intent_words=intent_words,
        samples=read.sample(intent, chosen, now().date()),
    )  # fmt: skip


def _chosen() -> Chosen:
    """What the address narrows to. A vendor's supervisor is always at the own vendor."""
    lang = request.args.get("lang") or None
    if lang is not None and lang not in desk_languages():
        abort(404)
    if not current_user.is_operator:
        return Chosen(current_user.vendor_id or 0, lang)
    slug = request.args.get("vendor")
    if not slug:
        return Chosen(None, lang)
    vendor_id = db.session.scalar(select(Vendor.id).filter_by(slug=slug))
    return Chosen(vendor_id if vendor_id is not None else abort(404), lang)


def _vendors() -> Sequence[Vendor]:
    """Whom the operator may choose."""
    if not current_user.is_operator:
        return []
    return db.session.scalars(select(Vendor).order_by(Vendor.name)).all()
