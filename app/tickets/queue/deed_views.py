"""Many tickets at once: the form under the queue, and its answer; one macro to many buyers, looked
at first, and taken back as long as nothing has left."""

from collections.abc import Sequence

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.entering import me
from app.extensions import db
from app.lib.clock import now
from app.tickets import present
from app.tickets.forms import read_day, read_number, read_text
from app.tickets.models import NotAllowed, Ticket
from app.tickets.queue import deeds as queue_deeds
from app.tickets.queue import many_answers
from app.tickets.queue.deeds import Done
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext, ngettext

blueprint = Blueprint("many", __name__)
people_only(blueprint)

NAMED = 12  # tickets that a refusal names
BACK = "back_"

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """Nothing was done at all."""
    db.session.rollback()
    return error_page(422, present.rule_words(error))


@blueprint.post("/tickets/many")
def do() -> Answer:
    """One deed on every ticket that was selected; what could not be done is named."""
    numbers = _numbers("id")
    if not numbers:
        raise NotAllowed(gettext("Select tickets first."))
    if request.form.get("deed") == "answer":
        wanted = sorted(set(numbers))[: queue_deeds.MOST]
        return see_other("many.prepare", id=wanted, **_with_back())
    done = _do(queue_deeds.chosen(current_user, numbers))
    db.session.commit()
    said = ngettext("%(num)d ticket changed.", "%(num)d tickets changed.", done.count)
    say(done, said)
    return see_other("queue.show", **_back())


def _do(tickets: Sequence[Ticket]) -> Done:
    match request.form.get("deed"):
        case "assign":
            to = read_number(request.form, "agent_id") or None
            return queue_deeds.assign_all(tickets, current_user, to, at=now())
        case "tag":
            word = read_text(request.form, "tag")
            return queue_deeds.tag_all(tickets, current_user, word, at=now())
        case "close":
            return queue_deeds.close_all(tickets, current_user, at=now())
        case _:
            raise NotAllowed(gettext("Choose what to do."))


def _numbers(name: str) -> list[int]:
    values = request.values.getlist(name)
    return [int(one) for one in values if one.isascii() and one.isdecimal() and len(one) < 16]


def _with_back() -> dict[str, str]:
    """The fields that say to which list a form leads back."""
    return {name: value for name, value in request.values.items() if name.startswith(BACK)}


def _back() -> dict[str, str]:
    """The address of that list."""
    return {name.removeprefix(BACK): value for name, value in _with_back().items()}


def say(done: Done, said: str) -> None:
    """What was done, and which tickets were left as they are and why."""
    if done.count:
        flash(said)
    for reason, numbers in done.refused.items():
        named = ", ".join(f"#{number}" for number in numbers[:NAMED])
        if len(numbers) > NAMED:
            named += " …"
        words = present.rule_words(NotAllowed(reason))
        flash(gettext("Not done: %(named)s. %(reason)s", named=named, reason=words))


# --- one macro to many buyers --------------------------------------------------------------


@blueprint.get("/tickets/many/answers")
def prepare() -> Answer:
    """What each buyer would get, to be looked at before anything is sent."""
    numbers, macro_id = _numbers("id"), read_number(request.args, "macro")
    day = read_day(request.args, "day")
    tickets = queue_deeds.chosen(current_user, numbers)
    if not tickets:
        raise NotAllowed(gettext("Select tickets first."))
    return render_template(
        "tickets/many_answers.html",
        tickets=tickets, macro_id=macro_id, day=day, back=_with_back(), back_to=_back(),
        macros=many_answers.offered(me(), tickets), reads=current_user.reads,
        prepared=many_answers.prepare(me(), tickets, macro_id, day=day) if macro_id else (),
    )  # fmt: skip


@blueprint.post("/tickets/many/answers")
def answer() -> Answer:
    """Queue the answers that were looked at. The rest is named with its reason."""
    tickets = queue_deeds.chosen(current_user, _numbers("id"))
    macro_id, day = read_number(request.form, "macro") or 0, read_day(request.form, "day")
    prepared = many_answers.prepare(me(), tickets, macro_id, day=day)
    done, sent = many_answers.send(me(), prepared, request.form.getlist("approved"), at=now())
    db.session.commit()
    say(done, ngettext("%(num)d ticket answered.", "%(num)d tickets answered.", done.count))
    return see_other("queue.show", **_back(), sent="~".join(map(str, sent)) or None)


@blueprint.post("/tickets/many/answers/withdrawal")
def take_back() -> Answer:
    """Take back what has not left yet."""
    done = queue_deeds.take_back_all(me(), _numbers("message"), at=now())
    db.session.commit()
    say(done, ngettext("%(num)d answer taken back.", "%(num)d answers taken back.", done.count))
    return see_other("queue.show", **_back())
