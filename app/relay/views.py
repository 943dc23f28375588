"""The demo desk's page "What the buyer sees". A buyer's address stands on it on purpose, for it is
the buyer's own mailbox: so it opens for the operator's demo account alone, on this machine alone,
and only while no mail server is set.
"""

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.demo import demo_is_open
from app.config import Settings
from app.extensions import db, part
from app.mail.smtp import SendingFailed
from app.relay.outbox import find_letter, letters, write_back
from app.web.fragments import see_other
from app.web.guards import operator_only
from app.web.i18n import gettext

blueprint = Blueprint("relay", __name__)

LONGEST = 5_000


def _demo_settings() -> Settings:
    """The settings where the page may exist, else 404."""
    settings: Settings = part("settings")
    if settings.outbound_smtp_url or not current_user.is_demo or not demo_is_open():
        abort(404)
    return settings


@blueprint.get("/demo/outbox")
@operator_only
def outbox() -> str:
    """The newest mails of all buyers."""
    return render_template("relay/outbox.html", letters=letters(_demo_settings().outbox_dir))


@blueprint.post("/demo/outbox/<key>/answers")
@operator_only
def answer(key: str) -> Response:
    """Write back as the buyer, through the desk's own mail door."""
    settings = _demo_settings()
    letter = find_letter(settings.outbox_dir, key) or abort(404)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()[:LONGEST]
    if not text:
        abort(422)
    # On SQLite this form holds the only write lock, which the mail door is about to need.
    db.session.rollback()
    try:
        write_back(letter, text, settings)
    except SendingFailed:
        flash(gettext("The desk’s mail door did not take it. Is the worker running?"))
    else:
        flash(gettext("Sent. It is on the desk in a moment."))
    return see_other("relay.outbox")
