"""Logging in and out. Says the same for a wrong password, no such person and a closed account,
and slows down whoever tries often, whether there is such an account or not."""

from flask import Blueprint, flash, render_template, request
from flask_login import current_user, login_required
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.demo import DEMO_PASSWORD, demo_accounts, demo_is_open
from app.accounts.entering import (
    come_half_way,
    enter,
    half_way,
    knock_of,
    leave,
    must_set_up,
    this_visit,
)
from app.accounts.forms import LoginForm, read_login
from app.accounts.links import desk_url
from app.accounts.models import Agent, password_fits
from app.accounts.second import accepts
from app.accounts.throttle import Knock, forget_failures, is_slowed_down, note_failure
from app.accounts.visits import SEEN_EVERY, Visit, find_visitor
from app.extensions import db, login
from app.lib.clock import now
from app.lib.database import mark_reading
from app.web.fragments import is_fragment, see_other
from app.web.i18n import gettext
from app.web.redirects import safe_next

blueprint = Blueprint("accounts", __name__)

Answer = str | Response | tuple[str, int]
# Where somebody without the second factor that the desk wants may go: to set it up, and out.
OPEN_BLUEPRINTS = frozenset({None, "health", "api", "accounts", "second", "links"})


@login.user_loader  # type: ignore[untyped-decorator]
def load_agent(agent_id: str) -> Agent | None:
    """The agent of a session with their languages, in one query. None when either is gone."""
    visit_id = this_visit()
    found = find_visitor(visit_id, int(agent_id)) if visit_id and agent_id.isdecimal() else None
    if found is None:
        return None
    agent, seen_at = found
    if request.method == "GET" and now() - seen_at > SEEN_EVERY:
        _note_seen(visit_id)
    return agent


def _note_seen(visit_id: str) -> None:
    """Write that the session is used. A page that only looks writes this one thing, and rather
    leaves it than fail."""
    db.session.commit()
    mark_reading(False)
    try:
        db.session.execute(update(Visit).where(Visit.id == visit_id).values(seen_at=now()))
        db.session.commit()
    except OperationalError:
        db.session.rollback()
    finally:
        mark_reading(True)


@login.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_log_in() -> Answer:
    """A page leads to the log-in and back; a form keeps its text in the page behind this one."""
    if request.method == "GET" and not is_fragment():
        return see_other("accounts.login_page", next=safe_next(request.full_path.rstrip("?")))
    what = gettext("You are logged out.")
    then = gettext(
        "Nothing was changed. Log in again in another tab, then go back: your text is still there."
    )
    template = "errors/_error.html" if is_fragment() else "errors/page.html"
    return render_template(template, code=401, what=what, then=then), 401


@blueprint.before_app_request
def lead_to_the_second_factor() -> Response | None:
    """Who must have a second factor and has none sets it up before anything else."""
    if request.blueprint in OPEN_BLUEPRINTS or not current_user.is_authenticated:
        return None
    return see_other("second.show") if must_set_up(current_user) else None


@blueprint.get("/login")
def login_page() -> Answer:
    """The form, and on a demo desk the people one can be."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")), code=303)
    return _page(then=safe_next(request.args.get("next")))


@blueprint.post("/login")
def log_in() -> Answer:
    """Open a session, ask for the second factor, or say that the two do not fit."""
    mark_reading(True)  # checking a password takes its time and must not hold the write lock
    form = read_login(request.form)
    knock = knock_of(form.email)
    if is_slowed_down(knock, at=now()):
        return _page(then=form.then, email=form.email, error=slowed_down()), 429
    agent = _who(form)
    _write_from_here()
    if agent is None:
        _count(knock)
        error = gettext("The e-mail address and the password do not fit together.")
        return _page(then=form.then, email=form.email, error=error), 422
    forget_failures(knock)
    if agent.has_second_factor:
        come_half_way(agent, form.then)
        db.session.commit()
        return see_other("accounts.second_page")
    return _come_in(agent, form.then)


@blueprint.get("/login/code")
def second_page() -> Answer:
    """Asks for the second factor after the password."""
    return _second_page() if half_way() else see_other("accounts.login_page")


@blueprint.post("/login/code")
def second_step() -> Answer:
    """Open the session when the code is right; it counts once."""
    agent_id, then = half_way() or (0, "")
    agent = db.session.get(Agent, agent_id)
    if agent is None or not agent.is_active:
        return see_other("accounts.login_page")
    knock = knock_of(f"code of {agent.id}")
    if is_slowed_down(knock, at=now()):
        return _second_page(slowed_down()), 429
    if not accepts(agent, request.form.get("code", "")[:80], at=now()):
        _count(knock)
        return _second_page(gettext("This code is not right, or it was used already.")), 422
    forget_failures(knock)
    return _come_in(agent, then)


@blueprint.post("/logout")
@login_required  # type: ignore[untyped-decorator]
def log_out() -> Answer:
    """End the session."""
    leave(current_user)
    db.session.commit()
    flash(gettext("You are logged out."))
    return see_other("accounts.login_page")


def slowed_down() -> str:
    """What somebody reads who tried too often."""
    return gettext("Too many tries. Wait a quarter of an hour, then try again.")


def _who(form: LoginForm) -> Agent | None:
    agent = db.session.scalar(select(Agent).where(Agent.email == form.email))
    if not password_fits(agent, form.password) or agent is None or not agent.is_active:
        return None
    return None if agent.is_demo and not demo_is_open() else agent


def _write_from_here() -> None:
    db.session.commit()
    mark_reading(False)


def _count(knock: Knock) -> None:
    note_failure(knock, at=now())
    db.session.commit()


def _come_in(agent: Agent, then: str) -> Response:
    enter(agent)
    db.session.commit()
    return redirect(safe_next(then), code=303)


def _page(*, then: str, email: str = "", error: str = "") -> str:
    return render_template(
        "accounts/login.html",
        then=then,
        email=email,
        error=error,
        people=demo_accounts(),
        demo_password=DEMO_PASSWORD,
        mails=bool(desk_url()),
    )


def _second_page(error: str = "") -> str:
    return render_template("accounts/code.html", error=error)
