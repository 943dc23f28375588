"""Logging in and out. Says the same for a wrong password, no such person and a closed account."""

from flask import Blueprint, flash, render_template, request
from flask_login import current_user, login_required, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.demo import DEMO_PASSWORD, demo_accounts, demo_is_open
from app.accounts.forms import LoginForm, read_login
from app.accounts.models import Agent, password_fits
from app.extensions import db, login
from app.lib.database import mark_reading
from app.web.fragments import is_fragment, see_other
from app.web.i18n import gettext
from app.web.limits import limiter
from app.web.redirects import safe_next

blueprint = Blueprint("accounts", __name__)

Answer = str | Response | tuple[str, int]


@login.user_loader  # type: ignore[untyped-decorator]
def load_agent(agent_id: str) -> Agent | None:
    """The agent of a session with their languages, in one query. None when they are gone."""
    if not agent_id.isdecimal():
        return None
    return db.session.get(Agent, int(agent_id), options=[joinedload(Agent.languages)])


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


@blueprint.get("/login")
def login_page() -> Answer:
    """The form, and on a demo desk the people one can be."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")), code=303)
    return _page(then=safe_next(request.args.get("next")))


@blueprint.post("/login")
@limiter.limit("60 per minute", error_message="")
@limiter.limit(
    "8 per minute;40 per hour",
    key_func=lambda: f"login:{read_login(request.form).email}",
    deduct_when=lambda response: response.status_code != 303,
)
def log_in() -> Answer:
    """Open a session, or say that the two do not fit."""
    mark_reading(True)  # checking a password takes its time and must not hold the write lock
    form = read_login(request.form)
    agent = _who(form)
    if agent is None:
        error = gettext("The e-mail address and the password do not fit together.")
        return _page(then=form.then, email=form.email, error=error), 422
    login_user(agent)
    return redirect(form.then, code=303)


@blueprint.post("/logout")
@login_required  # type: ignore[untyped-decorator]
def log_out() -> Answer:
    """End the session."""
    logout_user()
    flash(gettext("You are logged out."))
    return see_other("accounts.login_page")


def _who(form: LoginForm) -> Agent | None:
    agent = db.session.scalar(select(Agent).where(Agent.email == form.email))
    if not password_fits(agent, form.password) or agent is None or not agent.is_active:
        return None
    return None if agent.is_demo and not demo_is_open() else agent


def _page(*, then: str, email: str = "", error: str = "") -> str:
    return render_template(
        "accounts/login.html",
        then=then,
        email=email,
        error=error,
        people=demo_accounts(),
        demo_password=DEMO_PASSWORD,
    )
