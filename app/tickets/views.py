"""The ticket page, and what people do on it. The queue is `queue`.

Every address takes its ticket from `access`. A change answers with a 303, a refused form with
the page again, its text kept: 422 when something is wrong with it, 409 when the conversation
went on meanwhile.
"""

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts.entering import me
from app.accounts.models import Agent
from app.extensions import db
from app.lib.clock import now
from app.tickets import conversation, present, queries
from app.tickets.access import get_ticket
from app.tickets.composer.naming import insist
from app.tickets.composer.seat_views import people_only
from app.tickets.composer.sending import Refused, approved, refuse_too_long, was_sent_already
from app.tickets.conversation import Word
from app.tickets.forms import (
    ReplyForm,
    read_local_moment,
    read_number,
    read_reply,
)
from app.tickets.languages.correcting import correct_language
from app.tickets.models import Message, MessageKind, NotAllowed, Ticket
from app.tickets.own_details import for_the_vendor
from app.tickets.page import (
    Composer,
    Turn,
    desk_languages,
    is_foreign,
    sendable,
    taken_back,
    voices_of,
)
from app.tickets.queries import Filters, View
from app.tickets.queue.lists import queue_page
from app.tickets.showing import composer_again, ticket_page
from app.translation import draft as drafts
from app.translation.models import Draft
from app.web.fragments import is_fragment, see_other
from app.web.i18n import gettext, language_name

blueprint = Blueprint("tickets", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]


# --- the ticket page -----------------------------------------------------------------------


@blueprint.get("/tickets/<int:ticket_id>")
def show(ticket_id: int) -> Answer:
    """One conversation with everything that is needed to work it."""
    ticket = get_ticket(me(), ticket_id)
    draft_id, macro_id = read_number(request.args, "draft"), read_number(request.args, "macro")
    form = ReplyForm(draft_id=draft_id, macro_id=macro_id)
    if draft_id is not None:
        return ticket_page(ticket, Composer(form=form))
    again = taken_back(ticket, read_number(request.args, "again"))
    if again:
        return ticket_page(ticket, Composer(form=again))
    return ticket_page(ticket, Composer(is_fresh=True, begins_with=macro_id))


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """A rule of the ticket said no; its sentence is shown over the text that was sent."""
    return refused(Refused([present.rule_words(error)]))


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Answer:
    """The page again, in the tab from which it came."""
    return composer_again(error, tab="note" if request.endpoint == "tickets.add_note" else None)


# --- answering -----------------------------------------------------------------------------


@blueprint.post("/tickets/<int:ticket_id>/replies")
def reply(ticket_id: int) -> Answer:
    """Queue the text that stands in the right field."""
    ticket = get_ticket(me(), ticket_id)
    form = read_reply(request.form)
    if was_sent_already(ticket, me(), form):
        return see_other("tickets.show", ticket_id=ticket.id)
    send = conversation.reply_and_close if form.closes else conversation.reply
    message = send(ticket, me(), approved(ticket, me(), form), at=now())
    db.session.commit()
    flash(gettext("Queued to be sent in %(language)s.", language=language_name(message.lang)))
    if request.form.get("then") == "next":
        return _next(ticket)
    return see_other("tickets.show", ticket_id=ticket.id, anchor=f"m{message.id}")


def _next(ticket: Ticket) -> Response:
    """The ticket of mine that is due next, or my queue when none is left."""
    page = queue_page(me(), View.MINE, now=now(), filters=Filters())
    waiting = [row.id for row in page.rows if row.id != ticket.id]
    if not waiting:
        return see_other("queue.show", view=View.MINE.value)
    return see_other("tickets.show", ticket_id=waiting[0])


@blueprint.post("/tickets/<int:ticket_id>/acknowledgement")
def acknowledge(ticket_id: int) -> Answer:
    """Tell the buyer who looks after it and when news comes; that date is the next deadline."""
    ticket = get_ticket(me(), ticket_id)
    form = read_reply(request.form)
    if was_sent_already(ticket, me(), form):
        return see_other("tickets.show", ticket_id=ticket.id)
    until = read_local_moment(form.until, me().timezone)
    if ticket.level != 2:
        raise Refused([gettext("Only a level-2 ticket is acknowledged; answer this one.")])
    if until is None:
        raise Refused([gettext("Give the date of the next news.")])
    answer = approved(ticket, me(), form, has_date=True)
    told = conversation.acknowledge(ticket, me(), answer, until=until, at=now())
    insist(answer, Word(me(), until))
    db.session.commit()
    flash(gettext("Acknowledged. The promised date is the next deadline."))
    return see_other("tickets.show", ticket_id=ticket.id, anchor=f"m{told.message_id}")


@blueprint.post("/tickets/<int:ticket_id>/promises")
def promise(ticket_id: int) -> Answer:
    """Answer, and keep the date by which the text promises further news: the next deadline."""
    ticket = get_ticket(me(), ticket_id)
    form = read_reply(request.form)
    if was_sent_already(ticket, me(), form):
        return see_other("tickets.show", ticket_id=ticket.id)
    until = read_local_moment(form.until, me().timezone)
    if until is None:
        raise Refused([gettext("Give the date of the next news.")])
    answer = approved(ticket, me(), form, has_date=True)
    message = conversation.reply(ticket, me(), answer, at=now())
    conversation.give_word(ticket, Word(me(), until), at=now(), message=message)
    db.session.commit()
    flash(gettext("Sent. The promised date is the next deadline."))
    return see_other("tickets.show", ticket_id=ticket.id, anchor=f"m{message.id}")


@blueprint.post("/tickets/<int:ticket_id>/notes")
def add_note(ticket_id: int) -> Answer:
    """Write something for the desk alone."""
    ticket = get_ticket(me(), ticket_id)
    form = read_reply(request.form)
    refuse_too_long(form)
    note = for_the_vendor(form.note, ticket).text if me().is_operator else form.note
    message = conversation.note(ticket, me(), note, at=now())
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket.id, anchor=f"m{message.id}")


# --- drafts and translations ---------------------------------------------------------------


@blueprint.post("/tickets/<int:ticket_id>/drafts")
def ask_draft(ticket_id: int) -> Answer:
    """Ask for the own text in the buyer's language."""
    ticket = get_ticket(me(), ticket_id)
    form, voices = read_reply(request.form), voices_of(me(), ticket)
    refuse_too_long(form)
    if not form.own_text:
        raise Refused([gettext("Write your answer on the left first.")])
    draft = drafts.ask(
        queries.scope_of(ticket), form.own_text,
        source=voices.own, target=voices.buyers, keep=queries.verbatim(ticket),
    )  # fmt: skip
    db.session.commit()
    return _draft_answer(ticket, draft)


@blueprint.get("/tickets/<int:ticket_id>/drafts/<int:draft_id>")
def show_draft(ticket_id: int, draft_id: int) -> Answer:
    """The right-hand side of the composer, asked for until the draft is there."""
    ticket = get_ticket(me(), ticket_id)
    draft = drafts.find(queries.scope_of(ticket), draft_id) or abort(404)
    return _draft_answer(ticket, draft)


def _draft_answer(ticket: Ticket, draft: Draft) -> Answer:
    if not is_fragment():
        macro = read_number(request.form, "macro_id")
        values = {"ticket_id": ticket.id, "draft": draft.id, "macro": macro}
        return see_other("tickets.show", anchor="composer", **values)
    form = ReplyForm(text=sendable(draft), own_text=draft.source_text, draft_id=draft.id)
    return render_template(
        "tickets/_draft.html",
        ticket=ticket, form=form, draft=draft, present=present, voices=voices_of(me(), ticket),
    )  # fmt: skip


@blueprint.post("/tickets/<int:ticket_id>/messages/<int:message_id>/translation")
def ask_translation(ticket_id: int, message_id: int) -> Answer:
    """Ask for a buyer's message in the agent's language."""
    ticket = get_ticket(me(), ticket_id)
    message = _buyers_message(ticket, message_id)
    if not is_foreign(me(), message):
        raise Refused([gettext("You read this language, or it is not known yet.")])
    drafts.ask(queries.scope_of(ticket), message.body, source=message.lang, target=me().reads[0])
    db.session.commit()
    return show_translation(ticket_id, message_id)


@blueprint.get("/tickets/<int:ticket_id>/messages/<int:message_id>/translation")
def show_translation(ticket_id: int, message_id: int) -> Answer:
    """A buyer's words with their translation, asked for until it is there."""
    ticket = get_ticket(me(), ticket_id)
    message = _buyers_message(ticket, message_id)
    if not is_fragment():
        return see_other("tickets.show", ticket_id=ticket.id, anchor=f"m{message.id}")
    found = queries.translation_of(ticket, message, me().reads[0])
    turn = Turn(message, translation=found, foreign=is_foreign(me(), message))
    return render_template(
        "tickets/_words.html", turn=turn, ticket=ticket, reads=me().reads, present=present
    )


def _buyers_message(ticket: Ticket, message_id: int) -> Message:
    message = queries.message_of(ticket, message_id)
    if message is None or message.kind != MessageKind.BUYER:
        abort(404)
    return message


# --- what else is decided about a ticket ---------------------------------------------------


@blueprint.post("/tickets/<int:ticket_id>/assignment")
def assign(ticket_id: int) -> Answer:
    """Give the ticket to somebody of its team, or back to the team."""
    ticket = get_ticket(me(), ticket_id)
    wanted = read_number(request.form, "agent_id")
    person = _of_team(ticket, wanted) if wanted else None
    ticket.assign(person, at=now(), by=me().id, why="by hand")
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket.id)


def _of_team(ticket: Ticket, agent_id: int) -> Agent:
    allowed = [*queries.team_of(ticket), me()]
    for person in allowed:
        if person.id == agent_id:
            return person
    raise NotAllowed("This person does not work on this ticket’s team.")


@blueprint.post("/tickets/<int:ticket_id>/closure")
def close(ticket_id: int) -> Answer:
    """End a conversation in which nobody waits."""
    ticket = get_ticket(me(), ticket_id)
    ticket.close(at=now(), agent_id=me().id)
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket.id)


@blueprint.post("/tickets/<int:ticket_id>/language")
def set_language(ticket_id: int) -> Answer:
    """Correct the buyer's language."""
    ticket = get_ticket(me(), ticket_id)
    lang = request.form.get("lang", "")
    if lang not in desk_languages():
        raise Refused([gettext("The desk does not know that language.")])
    messages = queries.thread_of(ticket)
    correct_language(ticket, messages, lang, at=now(), agent_id=me().id)
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket.id)
