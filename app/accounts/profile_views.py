"""A person's own page: how the desk looks to them, their password, and where they are logged in."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.entering import me, this_visit
from app.accounts.history import note_change
from app.accounts.links import end_links
from app.accounts.models import Agent, password_fits
from app.accounts.passwords import BadPassword, check_password
from app.accounts.visits import end_visit, end_visits, visits_of
from app.extensions import db
from app.lib.clock import now
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import UI_LANGUAGES, gettext

blueprint = Blueprint("me", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]
THEMES = ("", "light", "dark")


@blueprint.get("/me")
def show() -> str:
    """Everything a person may set for themselves."""
    return _page()


@blueprint.post("/me")
def change() -> Answer:
    """Keep zone, language, theme and keys; 422 with the form when one of them is none."""
    form = request.form
    zone, lang, theme = (form.get(name, "") for name in ("timezone", "ui_lang", "theme"))
    if zone not in zones() or lang not in UI_LANGUAGES or theme not in THEMES:
        return _page(complaint=gettext("Choose a time zone and a language from the lists.")), 422
    person = me()
    person.timezone, person.ui_lang, person.theme = zone, lang, theme
    person.single_keys = "single_keys" in form
    db.session.commit()
    flash(gettext("Kept."))
    return see_other("me.show")


@blueprint.post("/me/password")
def change_password() -> Answer:
    """A new password; every other session ends."""
    form, person = request.form, me()
    if not password_fits(person, form.get("current", "")[:200]):
        return _page(wrong=gettext("That is not your password of now.")), 422
    try:
        choose_password(person, form.get("new", ""), form.get("again", ""))
    except BadPassword as fault:
        return _page(wrong=gettext(str(fault))), 422
    end_visits(person.id, but=this_visit())
    db.session.commit()
    flash(gettext("Your password is changed. You are logged out everywhere else."))
    return see_other("me.show")


@blueprint.post("/me/sessions/<visit_id>/end")
def end_session(visit_id: str) -> Answer:
    """Log out one device."""
    end_visit(current_user.id, visit_id)
    db.session.commit()
    flash(gettext("That session is over."))
    return see_other("me.show", anchor="sessions")


@blueprint.post("/me/sessions/end")
def end_sessions() -> Answer:
    """Log out everywhere but here."""
    end_visits(current_user.id, but=this_visit())
    db.session.commit()
    flash(gettext("You are logged out everywhere else."))
    return see_other("me.show", anchor="sessions")


def choose_password(person: Agent, new: str, again: str) -> None:
    """Give this person a password that they chose. Raises BadPassword. Not committed."""
    check_password(new, again, known=(person.name, person.email))
    person.set_password(new)
    end_links(person, at=now())
    note_change(person, "password", by=person)


def zones() -> list[str]:
    """Every zone that has a place or is UTC, in order."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")


def _page(*, complaint: str = "", wrong: str = "") -> str:
    return render_template(
        "accounts/me.html", complaint=complaint, wrong=wrong, zones=zones(), ui_langs=UI_LANGUAGES,
        visits=visits_of(current_user.id), here=this_visit(),
    )  # fmt: skip
