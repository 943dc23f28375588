"""Coming in by a link: an invitation, or a forgotten password. For people who are not logged in.

Whether an address has an account is never said: the answer to "forgotten" is always the same.
"""

from flask import Blueprint, flash, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.entering import knock_of
from app.accounts.forms import read_login
from app.accounts.links import (
    EntryLink,
    LinkKind,
    desk_url,
    find_link,
    make_link,
    use_up,
    was_asked_often,
)
from app.accounts.models import Agent
from app.accounts.passwords import BadPassword
from app.accounts.profile_views import choose_password
from app.accounts.throttle import is_slowed_down, note_failure
from app.accounts.views import slowed_down
from app.accounts.visits import end_visits
from app.extensions import db
from app.lib.clock import now
from app.web.errors import error_page
from app.web.fragments import see_other
from app.web.i18n import gettext

blueprint = Blueprint("links", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/forgotten")
def forgotten() -> str:
    """Asks for the address of the account."""
    return render_template("accounts/forgotten.html", error="", mails=bool(desk_url()))


@blueprint.post("/forgotten")
def send_link() -> Answer:
    """Mail a link, if there is somebody to mail it to. The answer does not say."""
    email, at = read_login(request.form).email, now()
    knock = knock_of(f"forgotten {email}")
    if is_slowed_down(knock, at=at):
        page = render_template("accounts/forgotten.html", error=slowed_down(), mails=True)
        return page, 429
    note_failure(knock, at=at)
    person = db.session.scalar(select(Agent).where(Agent.email == email))
    if person and desk_url() and _may_be_mailed(person) and not was_asked_often(person, at=at):
        make_link(person, LinkKind.FORGOTTEN, at=at)
    db.session.commit()
    flash(gettext("If there is an account with this address, a mail with a link is on its way."))
    return see_other("accounts.login_page")


def _may_be_mailed(person: Agent) -> bool:
    return person.is_active and not person.is_demo


@blueprint.get("/enter/<token>")
def enter(token: str) -> Answer:
    """The form for the password, if the link still counts."""
    link = find_link(token, at=now())
    return _page(link, token) if link else _over()


@blueprint.post("/enter/<token>")
def choose(token: str) -> Answer:
    """Keep the password and use up the link. All sessions end; the log-in is next."""
    link = find_link(token, at=now())
    if link is None or not use_up(link, at=now()):
        return _over()
    try:
        choose_password(link.agent, request.form.get("new", ""), request.form.get("again", ""))
    except BadPassword as fault:
        db.session.rollback()
        link = find_link(token, at=now())
        return (_page(link, token, wrong=gettext(str(fault))), 422) if link else _over()
    end_visits(link.agent_id)
    db.session.commit()
    flash(gettext("Your password is set. Log in with it."))
    return see_other("accounts.login_page")


def _page(link: EntryLink, token: str, *, wrong: str = "") -> str:
    return render_template("accounts/enter.html", link=link, token=token, wrong=wrong)


def _over() -> Answer:
    return error_page(
        404,
        gettext("This link was used, is too old, or was cut off by the mail program."),
        then=gettext("Ask for a new one: on the log-in page, or from your supervisor."),
    )
