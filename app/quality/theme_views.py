"""The barometer's page: for a vendor's supervisor of the own vendor, for the operator of one or of
all. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from sqlalchemy import select

from app.accounts.models import Vendor
from app.extensions import db
from app.lib.clock import now
from app.phrasebook import INTENTS
from app.quality import themes as read
from app.quality.score_models import UNKNOWN
from app.quality.themes import ABOUTS, Chosen
from app.tickets.page import desk_languages
from app.triage.wording import intent_words
from app.web.guards import supervisors_only

blueprint = Blueprint("themes", __name__, url_prefix="/quality/themes")


@blueprint.get("")
@supervisors_only
def show() -> str:
    """Every theme, what rises first."""
    chosen, today = _chosen(), now().date()
    return render_template(
        "quality/themes.html", themes=read.themes(chosen, today), vendors=_vendors(),
        chosen=chosen, desk_languages=desk_languages(), spark=read.spark,
        intent_words=intent_words, gap=read.promise_gap(chosen, today), here=_query(),
        unhappy=read.dissatisfied(chosen, today), abouts=_abouts(chosen, today),
    )  # fmt: skip


def _abouts(chosen: Chosen, today: date) -> Mapping[str, Any]:
    """The carriers and the products with what buyers said; none while one of them is chosen."""
    if chosen.about is not None:
        return {}
    return {
        about: (found, read.dissatisfied(chosen, today, by=about))
        for about in ABOUTS
        if (found := read.abouts(about, chosen, today))
    }


@blueprint.get("/<intent>")
@supervisors_only
def sample(intent: str) -> str:
    """What buyers said of one theme this week, in their first words."""
    if intent not in {*INTENTS, UNKNOWN}:
        abort(404)
    chosen = _chosen()
    return render_template(
        "quality/theme.html", intent=intent, here=_query(), intent_words=intent_words,
        samples=read.sample(intent, chosen, now().date()),
    )  # fmt: skip


def _query() -> dict[str, str]:
    """What narrows this page, for the addresses of others that are narrowed alike."""
    return {name: said for name in ("vendor", "lang", *ABOUTS) if (said := request.args.get(name))}


def _chosen() -> Chosen:
    """What the address narrows to. A vendor's supervisor is always at the own vendor."""
    lang = request.args.get("lang") or None
    if lang is not None and lang not in desk_languages():
        abort(404)
    said = ((about, request.args.get(about)) for about in ABOUTS)
    about = next(((which, name) for which, name in said if name), None)
    return Chosen(_vendor_id(), lang, about)


def _vendor_id() -> int | None:
    if not current_user.is_operator:
        return current_user.vendor_id or 0
    slug = request.args.get("vendor")
    if not slug:
        return None
    found = db.session.scalar(select(Vendor.id).filter_by(slug=slug))
    return found if found is not None else abort(404)


def _vendors() -> Sequence[Vendor]:
    """Whom the operator may choose."""
    if not current_user.is_operator:
        return []
    return db.session.scalars(select(Vendor).order_by(Vendor.name)).all()
