"""The stored mails, for the operator's supervisor alone.

The list and a mail's page show what became of it, with contact data hidden. The mail as it came in
is shown once, to whoever types a reason; that is noted before it is shown.
"""

from flask import Blueprint, abort, flash, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.privacy.redact import redact
from app.relay import stored as stored_mails
from app.relay import stored_words
from app.relay.audit import Deed, deeds_of, record
from app.relay.keeping import raw_of
from app.relay.models import MailState, StoredMail
from app.relay.originals import FROM_API, Original, is_erased, words_of
from app.relay.stored import NotAMask, Search, find_stored, stored_page, ticket_of, vendor_name
from app.tickets import present
from app.tickets.forms import read_text
from app.tickets.models import NotAllowed
from app.web.fragments import see_other
from app.web.guards import operator_only
from app.web.i18n import gettext
from app.web.paging import Page, read_cursor

blueprint = Blueprint("stored", __name__, url_prefix="/relay/mails")

SHORTEST_REASON = 8
SHOWN_SOURCE = 200_000
DOUBTED = "doubted"  # stands among the states: an agent asked what was hidden

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@operator_only
def mails() -> Answer:
    """The list, narrowed to a state or a mask. The mask is typed into the address bar's query,
    so it is the one thing of this page that a proxy's log may show: it stands for nobody there."""
    doubted = request.args.get("state") == DOUBTED
    search = Search(_state(), request.args.get("mask", "").strip()[:100], doubted)
    complaint, page = "", Page[stored_mails.StoredRow]([], None)
    try:
        page = stored_page(search, read_cursor(request.args.get("after")))
    except NotAMask as fault:
        complaint = stored_words.refusal_words(fault)
    body = render_template(
        "relay/stored.html", page=page, search=search, states=list(MailState),
        complaint=complaint, words=stored_words, present=present,
    )  # fmt: skip
    return (body, 422) if complaint else body


def _state() -> MailState | None:
    asked = request.args.get("state")
    if not asked or asked == DOUBTED:
        return None
    return MailState(asked) if asked in set(MailState) else abort(404)


@blueprint.get("/<int:stored_id>")
@operator_only
def mail(stored_id: int) -> Answer:
    """One mail: what became of it, who did what with it, its words with contact data hidden."""
    return _page(_stored(stored_id))


def _stored(stored_id: int) -> StoredMail:
    return find_stored(stored_id) or abort(404)


def _page(stored: StoredMail, *, source: str = "", complaint: str = "") -> str:
    return render_template(
        "relay/stored_mail.html",
        stored=stored, vendor=vendor_name(stored), ticket_id=ticket_of(stored),
        mask=stored_mails.mask_of(stored), to=stored_mails.kind_of_address(stored),
        deeds=deeds_of(stored), shown=_shown(stored), erased=is_erased(stored), source=source,
        complaint=complaint, from_api=FROM_API,
        replayable=stored_mails.REPLAYABLE, words=stored_words, present=present,
    )  # fmt: skip


def _shown(stored: StoredMail) -> Original | None:
    """Subject and words as a vendor would be shown them; None when they cannot be read."""
    words = None if is_erased(stored) else words_of(stored)
    return words and Original(redact(words.subject).text, redact(words.text).text)


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule said no: the page again, with its sentence."""
    db.session.rollback()
    stored = _stored((request.view_args or {})["stored_id"])
    return _page(stored, complaint=stored_words.refusal_words(error)), 422


@blueprint.post("/<int:stored_id>/source")
@operator_only
def show_source(stored_id: int) -> Answer:
    """The mail as it came in, once, for a reason that is noted first."""
    stored, reason = _stored(stored_id), _reason()
    if is_erased(stored):
        raise NotAllowed(gettext("The mail itself is not kept any more."))
    record(Deed.READ_SOURCE, stored=stored, agent=current_user, reason=reason)
    db.session.commit()
    source = raw_of(stored)[:SHOWN_SOURCE].decode("utf-8", "replace")
    answer = make_response(_page(stored, source=source))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reason() -> str:
    reason = " ".join(read_text(request.form, "reason").split())[:200]
    if len(reason) < SHORTEST_REASON:
        raise NotAllowed(gettext("Say why, in a few words: it is kept with your name."))
    return reason


@blueprint.post("/<int:stored_id>/replay")
@operator_only
def replay(stored_id: int) -> Answer:
    """Have the worker read it again."""
    stored_mails.replay(_stored(stored_id), current_user)
    return _done(stored_id, gettext("The worker reads it again in a moment."))


@blueprint.post("/<int:stored_id>/release")
@operator_only
def release(stored_id: int) -> Answer:
    """Let a held mail into its ticket."""
    stored_mails.let_in(_stored(stored_id), current_user)
    return _done(stored_id, gettext("Released: it is in the ticket."))


@blueprint.post("/<int:stored_id>/erasure")
@operator_only
def erase(stored_id: int) -> Answer:
    """Take the mail itself away for good."""
    stored_mails.erase(_stored(stored_id), current_user, _reason())
    return _done(stored_id, gettext("Erased. What became of it stays on this page."))


@blueprint.post("/<int:stored_id>/revocation")
@operator_only
def revoke(stored_id: int) -> Answer:
    """Its mask takes no more mail."""
    stored_mails.revoke_mask(_stored(stored_id), current_user, _reason())
    return _done(stored_id, gettext("The mask is revoked: mail to it is refused."))


@blueprint.post("/<int:stored_id>/reopening")
@operator_only
def reopen(stored_id: int) -> Answer:
    """Its revoked mask takes mail again."""
    stored_mails.reopen_mask(_stored(stored_id), current_user)
    return _done(stored_id, gettext("The mask takes mail again."))


@blueprint.post("/<int:stored_id>/sending")
@operator_only
def send_again(stored_id: int) -> Answer:
    """Answers to its buyer leave again."""
    stored_mails.send_again(_stored(stored_id), current_user)
    return _done(stored_id, gettext("Answers to this buyer leave again."))


def _done(stored_id: int, said: str) -> Response:
    db.session.commit()
    flash(said)
    return see_other("stored.mail", stored_id=stored_id)
