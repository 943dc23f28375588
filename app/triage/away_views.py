"""Who goes, and who takes over: absence, by a person or their supervisor, and switching off."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import people
from app.accounts.entering import me
from app.accounts.models import Agent
from app.accounts.people import BadPerson
from app.extensions import db
from app.lib.clock import now
from app.triage.away import come_back as be_back
from app.triage.away import go_away, hand_over
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import people_only, supervisors_only
from app.web.i18n import N_, gettext, ngettext

blueprint = Blueprint("away", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(BadPerson)
def refused(error: BadPerson) -> Answer:
    """A rule said no."""
    db.session.rollback()
    return error_page(422, gettext(str(error)))


@blueprint.post("/people/<int:agent_id>/absence")
def go(agent_id: int) -> Answer:
    """Away from now on; what waits is handed over."""
    person, at = _person(agent_id), now()
    until, to = _back_on(person, at), _heir(person)
    go_away(person, me(), until=until, at=at)
    db.session.flush()
    return _handed_over(person, to, at)


@blueprint.post("/people/<int:agent_id>/return")
def come_back(agent_id: int) -> Answer:
    """Here again."""
    be_back(_person(agent_id), me())
    db.session.commit()
    flash(gettext("Back again: new tickets come as before."))
    return _page_of(agent_id)


@blueprint.post("/people/<int:agent_id>/closure")
@supervisors_only
def close(agent_id: int) -> Answer:
    """Switch an account off; what waits is handed over, and its sessions end."""
    person = people.get_person(me(), agent_id)
    to = _heir(person)
    people.close(person, me())
    db.session.flush()
    return _handed_over(person, to, now())


def _handed_over(person: Agent, to: Agent | None, at: datetime) -> Response:
    count = hand_over(person, to, me(), at=at)
    db.session.commit()
    flash(ngettext("%(num)d ticket was handed over.", "%(num)d tickets were handed over.", count))
    return _page_of(person.id)


def _person(agent_id: int) -> Agent:
    """Oneself, or somebody whom one supervises."""
    if agent_id == current_user.id:
        return me()
    if not current_user.is_supervisor:
        raise people.PersonNotFound
    return people.get_person(me(), agent_id)


def _heir(person: Agent) -> Agent | None:
    """The colleague who takes over, None: the desk decides."""
    chosen = request.form.get("to", type=int)
    if chosen is None:
        return None
    found = next((one for one in people.colleagues_of(person) if one.id == chosen), None)
    if found is None:
        raise BadPerson(N_("This colleague cannot take over: choose somebody who is here."))
    return found


def _back_on(person: Agent, at: datetime) -> datetime | None:
    """The first moment of the day on which they are back, in their own zone."""
    said = request.form.get("until", "").strip()
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
        moment = datetime.combine(day, time(), ZoneInfo(person.timezone))
    except ValueError:
        raise BadPerson(N_("Give the day as 2026-12-31.")) from None
    if moment <= at:
        raise BadPerson(N_("The day of return must be after today."))
    return moment


def _page_of(agent_id: int) -> Response:
    if agent_id == current_user.id:
        return see_other("me.show", anchor="absence")
    return see_other("people.show", agent_id=agent_id)
