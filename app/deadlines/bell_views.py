"""The bell and its settings: for everybody who works at the desk, each their own."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.deadlines import bell
from app.deadlines.digest_words import matter_words, past_words, step_words
from app.deadlines.quiet import read_hour
from app.deadlines.telling_models import Matter, TellingHabit
from app.extensions import db
from app.lib.clock import now
from app.tickets.forms import read_number
from app.web.fragments import is_fragment, see_other
from app.web.guards import people_only
from app.web.i18n import gettext
from app.web.paging import read_cursor

blueprint = Blueprint("bell", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]
MUTES = {"hour": timedelta(hours=1), "shift": timedelta(hours=8), "week": timedelta(days=7)}


@blueprint.app_template_global("unread_tellings")
def unread() -> int:
    """For the header: how many lines are new."""
    return bell.unread(current_user)


@blueprint.get("/bell")
def show() -> str:
    """What this person was told, the newest first."""
    page = bell.lines_of(current_user, after=read_cursor(request.args.get("after")))
    return render_template(
        "bell/bell.html", page=page, zone=current_user.timezone, Matter=Matter,
        matter_words=matter_words, past_words=past_words, step_words=step_words,
    )  # fmt: skip


@blueprint.get("/bell/count")
def count() -> Answer:
    """The header's piece, asked for while a page is open."""
    return render_template("bell/_count.html") if is_fragment() else see_other("bell.show")


@blueprint.post("/bell/reading")
def mark_read() -> Answer:
    """One line, or all that stood on the page and before, were read."""
    only = read_number(request.form, "line")
    up_to = read_number(request.form, "up_to") or 0
    bell.read(current_user, at=now(), up_to=up_to, only=only)
    db.session.commit()
    return see_other("bell.show")


# --- how a person wants to be told ---------------------------------------------------------


@blueprint.get("/bell/settings")
def settings() -> str:
    """Mail, half time, quiet hours, mute."""
    return _settings(_habit())


@blueprint.post("/bell/settings")
def change_settings() -> Answer:
    """Keep them; 422 with the form when an hour is none."""
    habit = _habit()
    complaint = _fill(habit)
    if complaint:
        db.session.rollback()
        return _settings(habit, complaint), 422
    db.session.add(habit)
    db.session.commit()
    flash(gettext("Kept."))
    return see_other("bell.settings")


def _habit() -> TellingHabit:
    found = db.session.get(TellingHabit, current_user.id)
    return found or TellingHabit(
        agent_id=current_user.id, by_mail=True, half_time=True, quiet_from="", quiet_to=""
    )


def _fill(habit: TellingHabit) -> str | None:
    """Put the form into `habit`; what is wrong with it, None when nothing is."""
    form = request.form
    habit.by_mail, habit.half_time = "by_mail" in form, "half_time" in form
    habit.quiet_from, habit.quiet_to = (
        form.get(name, "").strip()[:5] for name in ("quiet_from", "quiet_to")
    )
    habit.muted_until = _muted_until(habit.muted_until, form.get("mute", ""))
    hours = (habit.quiet_from, habit.quiet_to)
    if hours == ("", "") or all(read_hour(hour) for hour in hours):
        return None
    return gettext("Give both hours as 22:00 and 07:00, or none.")


def _muted_until(until: datetime | None, asked: str) -> datetime | None:
    if asked == "off":
        return None
    return now() + MUTES[asked] if asked in MUTES else until


def _settings(habit: TellingHabit, complaint: str | None = None) -> str:
    muted = habit.muted_until if habit.muted_until and habit.muted_until > now() else None
    return render_template(
        "bell/settings.html", habit=habit, complaint=complaint, muted_until=muted
    )
