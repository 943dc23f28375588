"""The pages on which supervisors look after their people: invite, change, hours, switch on again.

Absence and switching off hand tickets over, so they are `triage/away_views`.
"""

from flask import Blueprint, flash, render_template, request, session
from werkzeug.wrappers import Response

from app.accounts import people
from app.accounts.entering import me
from app.accounts.history import history_of, note_change
from app.accounts.links import LinkKind, desk_url, end_links, find_link, make_link, token_of
from app.accounts.models import Agent
from app.accounts.people import BadPerson, PersonForm, PersonNotFound, read_person
from app.accounts.person_words import change_words
from app.config import DESK_LANGUAGES
from app.extensions import db
from app.lib.clock import now
from app.lib.week import BadHours, read_week
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.guards import supervisors_only
from app.web.i18n import UI_LANGUAGES, gettext

blueprint = Blueprint("people", __name__)

Answer = str | Response | tuple[str, int]
FRESH = "fresh_link"  # shown on the next page, once


@blueprint.app_errorhandler(PersonNotFound)
def not_found(_error: PersonNotFound) -> Answer:
    """Another vendor's person, or nobody."""
    return error_page(404)


@blueprint.app_context_processor
def for_templates() -> dict[str, object]:
    """What the pieces about people ask."""
    return {"colleagues_of": people.colleagues_of, "now": now}


@blueprint.get("/people")
@supervisors_only
def show_all() -> str:
    """Everybody whom this supervisor looks after, by name."""
    found, more = people.people_page(me(), after=request.args.get("after", type=int))
    return render_template("accounts/people.html", people=found, more=more)


@blueprint.get("/people/new")
@supervisors_only
def new() -> str:
    """The form of an invitation."""
    return _new_page(PersonForm("", "", "agent", 1, (me().reads[0],), me().ui_lang))


@blueprint.post("/people")
@supervisors_only
def invite() -> Answer:
    """A new person, and the link that lets them in."""
    form = _form()
    try:
        person = people.invite(form, me())
    except BadPerson as fault:
        db.session.rollback()
        return _new_page(form, gettext(str(fault))), 422
    return _with_link(person, LinkKind.INVITATION)


@blueprint.get("/people/<int:agent_id>")
@supervisors_only
def show(agent_id: int) -> str:
    """One person's page."""
    return _page(people.get_person(me(), agent_id))


@blueprint.post("/people/<int:agent_id>")
@supervisors_only
def change(agent_id: int) -> Answer:
    """Name, role, level, languages."""
    person = people.get_person(me(), agent_id)
    try:
        people.change(person, _form(), me())
    except BadPerson as fault:
        db.session.rollback()
        return _page(person, gettext(str(fault))), 422
    return _kept(agent_id)


@blueprint.post("/people/<int:agent_id>/hours")
@supervisors_only
def set_hours(agent_id: int) -> Answer:
    """When this person works; routing asks whether they come before a deadline."""
    person = people.get_person(me(), agent_id)
    try:
        person.work_hours = read_week(request.form)
    except BadHours as fault:
        return _page(person, gettext(str(fault))), 422
    return _kept(agent_id)


@blueprint.post("/people/<int:agent_id>/link")
@supervisors_only
def make_new_link(agent_id: int) -> Answer:
    """A fresh link for somebody who lost theirs, or forgot the password."""
    return _with_link(people.get_person(me(), agent_id), LinkKind.INVITATION)


@blueprint.post("/people/<int:agent_id>/second-factor-removal")
@supervisors_only
def lose_second_factor(agent_id: int) -> Answer:
    """Their device is lost."""
    people.lose_second_factor(people.get_person(me(), agent_id), me())
    return _kept(agent_id)


@blueprint.post("/people/<int:agent_id>/reopening")
@supervisors_only
def reopen(agent_id: int) -> Answer:
    """Switch the account on again."""
    people.reopen(people.get_person(me(), agent_id), me())
    return _kept(agent_id)


def _with_link(person: Agent, kind: LinkKind) -> Response:
    end_links(person, at=now())
    link = make_link(person, kind, at=now(), by=me())
    note_change(person, "link", by=me())
    db.session.commit()
    session[FRESH] = token_of(link)
    return see_other("people.show", agent_id=person.id)


def _fresh_link(person: Agent) -> str:
    """The address of a link that was just made for this person, shown this once."""
    token = session.get(FRESH, "")
    link = find_link(token, at=now()) if token else None
    if link is None or link.agent_id != person.id:
        return ""
    session.pop(FRESH)
    return f"{desk_url() or request.host_url.rstrip('/')}/enter/{token}"


def _kept(agent_id: int) -> Response:
    db.session.commit()
    flash(gettext("Kept."))
    return see_other("people.show", agent_id=agent_id)


def _form() -> PersonForm:
    return read_person(request.form, request.form.getlist("also"))


def _new_page(form: PersonForm, complaint: str = "") -> str:
    return render_template(
        "accounts/new_person.html", form=form, complaint=complaint, places=people.places(me()),
        langs=DESK_LANGUAGES, ui_langs=UI_LANGUAGES,
    )  # fmt: skip


def _page(person: Agent, complaint: str = "") -> str:
    form = PersonForm(
        person.name, person.email, person.role, person.handles_level, person.reads, person.ui_lang
    )
    lines = [(event.at, change_words(event), name) for event, name in history_of(person)]
    return render_template(
        "accounts/person.html", person=person, form=form, complaint=complaint, history=lines,
        fresh=_fresh_link(person), mailed=bool(desk_url()), langs=DESK_LANGUAGES,
        ui_langs=UI_LANGUAGES,
    )  # fmt: skip
