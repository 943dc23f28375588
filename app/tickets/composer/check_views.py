"""Judging a text in a language that the agent does not read: its back-translation, sentence by
sentence, and earlier answers that may stand in its place.

Nothing is changed but the queue of drafts. What was typed comes back with every answer, so a
browser without JavaScript gets the whole page instead of a 303 that would lose it; asking twice
finds the same draft.
"""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.tickets import present, queries
from app.tickets.access import get_ticket
from app.tickets.composer import draft_words
from app.tickets.composer.seat_views import people_only
from app.tickets.forms import read_number, read_reply
from app.tickets.languages.translating import scope_of_check
from app.tickets.models import Ticket
from app.tickets.page import Composer, Voices, voices_of
from app.tickets.showing import ticket_page
from app.translation import draft as drafts
from app.translation.models import Draft
from app.web.fragments import is_fragment, see_other
from app.web.i18n import gettext

blueprint = Blueprint("checks", __name__, url_prefix="/tickets/<int:ticket_id>")
people_only(blueprint)
for words in (
    draft_words.remembered, draft_words.suggestions, draft_words.check_rows, draft_words.facts_in,
):  # fmt: skip
    blueprint.add_app_template_global(words)

Answer = str | Response | tuple[str, int]


@blueprint.post("/checks")
def ask_check(ticket_id: int) -> Answer:
    """Ask what the text that is about to be sent says in the agent's own language."""
    ticket = get_ticket(current_user, ticket_id)
    form, voices = read_reply(request.form), voices_of(current_user, ticket)
    if voices.direct:
        return _said(ticket, voices, gettext("You read this language, or it is not known yet."))
    if not form.text:
        return _said(ticket, voices, gettext("There is no text to check yet."))
    if form.is_too_long:
        return _said(ticket, voices, gettext("This text is too long to be checked."))
    check = drafts.ask(
        scope_of_check(ticket), form.text,
        source=voices.buyers, target=voices.own, keep=queries.verbatim(ticket),
    )  # fmt: skip
    db.session.commit()
    return _shown(ticket, voices, check)


@blueprint.get("/checks/<int:check_id>")
def show_check(ticket_id: int, check_id: int) -> Answer:
    """The check under the composer, asked for until it is there."""
    ticket = get_ticket(current_user, ticket_id)
    check = drafts.find(scope_of_check(ticket), check_id) or abort(404)
    if not is_fragment():
        return see_other("tickets.show", ticket_id=ticket.id, anchor="composer")
    return _shown(ticket, voices_of(current_user, ticket), check)


def _shown(ticket: Ticket, voices: Voices, check: Draft) -> Answer:
    if not is_fragment():
        form = read_reply(request.form)
        return ticket_page(ticket, Composer(form=form, check=check))
    return render_template("tickets/_check.html", ticket=ticket, voices=voices, check=check)


def _said(ticket: Ticket, voices: Voices, complaint: str) -> Answer:
    if not is_fragment():
        composer = Composer(form=read_reply(request.form), complaints=[complaint])
        return ticket_page(ticket, composer), 422
    body = render_template(
        "tickets/_check.html", ticket=ticket, voices=voices, check=None, complaint=complaint
    )
    return body, 422


@blueprint.post("/drafts/<int:draft_id>/offers")
def use_offer(ticket_id: int, draft_id: int) -> Answer:
    """Put an earlier answer in the place of a drafted sentence."""
    ticket = get_ticket(current_user, ticket_id)
    draft = drafts.find(queries.scope_of(ticket), draft_id) or abort(404)
    number = read_number(request.form, "offer")
    offered = draft_words.suggestion(draft, -1 if number is None else number) or abort(404)
    form = read_reply({**request.form, "draft_id": str(draft.id)})
    form = form.with_text(draft_words.put_in(form.text, offered))
    if not is_fragment():
        return ticket_page(ticket, Composer(form=form))
    return render_template(
        "tickets/_draft.html",
        ticket=ticket, form=form, draft=draft, present=present,
        voices=voices_of(current_user, ticket),
    )  # fmt: skip
