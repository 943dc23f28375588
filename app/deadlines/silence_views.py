"""A sample of "no reply needed" for supervisors: who said it of what, and whether it was right."""

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.deadlines import silences
from app.deadlines.deed_words import rule_words
from app.deadlines.silences import Of, get_silence
from app.extensions import db
from app.lib.clock import now
from app.tickets.clocks.words import silence_names
from app.tickets.forms import read_number
from app.tickets.models import NotAllowed
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import supervisors_only
from app.web.i18n import gettext

blueprint = Blueprint("silences", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule said no."""
    db.session.rollback()
    return error_page(422, rule_words(error))


@blueprint.get("/deadlines/silences")
@supervisors_only
def show() -> str:
    """Who says it how often, and a few to read."""
    asked, by, at = request.args.get("of"), read_number(request.args, "by"), now()
    of = Of(asked) if asked in set(Of) else Of.CHANCE
    return render_template(
        "deadlines/silences.html",
        counts=silences.counts(current_user, at), of=of, by=by, reads=current_user.reads,
        found=silences.some(current_user, at, of=of, by=by), reasons=silence_names(),
    )  # fmt: skip


@blueprint.post("/deadlines/silences/<int:silence_id>/approval")
@supervisors_only
def agree(silence_id: int) -> Answer:
    """No reply was needed."""
    silence, _ = get_silence(current_user, silence_id)
    silences.agree(silence, current_user, at=now())
    db.session.commit()
    return _back(gettext("Looked over: no reply was needed."))


@blueprint.post("/deadlines/silences/<int:silence_id>/objection")
@supervisors_only
def disagree(silence_id: int) -> Answer:
    """A reply was needed."""
    silence, ticket = get_silence(current_user, silence_id)
    silences.disagree(silence, ticket, current_user, at=now())
    db.session.commit()
    return _back(gettext("The clock of #%(number)s runs on from where it was.", number=ticket.id))


def _back(said: str) -> Response:
    flash(said)
    kept = {name: request.args[name] for name in ("of", "by") if name in request.args}
    return see_other("silences.show", **kept)
