"""Many tickets at once: the form under the queue, and its answer."""

from collections.abc import Sequence

from flask import Blueprint, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.lib.clock import now
from app.tickets import present, queue_deeds
from app.tickets.forms import read_number, read_text
from app.tickets.models import NotAllowed, Ticket
from app.tickets.queue_deeds import Done
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext, ngettext

blueprint = Blueprint("many", __name__)
people_only(blueprint)

NAMED = 12  # tickets that a refusal names
BACK = "back_"

Answer = Response | tuple[str, int]


@blueprint.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Answer:
    """Nothing was done at all."""
    db.session.rollback()
    return error_page(422, present.rule_words(error))


@blueprint.post("/tickets/many")
def do() -> Answer:
    """One deed on every ticket that was selected; what could not be done is named."""
    numbers = [int(number) for number in request.form.getlist("id") if number.isdecimal()]
    if not numbers:
        raise NotAllowed(gettext("Select tickets first."))
    done = _do(queue_deeds.chosen(current_user, numbers))
    db.session.commit()
    say(done)
    back = {name.removeprefix(BACK): v for name, v in request.form.items() if name.startswith(BACK)}
    return see_other("queue.show", **back)


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


def say(done: Done) -> None:
    """What was done, and which tickets were left as they are and why."""
    if done.count:
        flash(ngettext("%(num)d ticket changed.", "%(num)d tickets changed.", done.count))
    for reason, numbers in done.refused.items():
        named = ", ".join(f"#{number}" for number in numbers[:NAMED])
        if len(numbers) > NAMED:
            named += " …"
        words = present.rule_words(NotAllowed(reason))
        flash(gettext("Not done: %(named)s. %(reason)s", named=named, reason=words))
