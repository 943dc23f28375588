"""How somebody comes in and goes out: the row of their session, and the cookie that names it.

Between the password and the second factor a person is known and not in: `HALF` says who, and for
how long that is believed. Commits nothing.
"""

from flask import request, session
from flask_login import current_user, login_user, logout_user

from app.accounts.models import Agent
from app.accounts.throttle import Knock, visitor_address
from app.accounts.visits import device_name, end_visit, open_visit
from app.config import Settings
from app.extensions import part
from app.lib.clock import now

VISIT, HALF = "visit", "half"
HALF_LASTS = 600  # seconds


def enter(agent: Agent) -> None:
    """Open a session on this device. Not committed."""
    visit = open_visit(agent, device_name(request.user_agent.string))
    session.pop(HALF, None)
    login_user(agent)
    session[VISIT] = visit.id


def leave(agent: Agent) -> None:
    """End this device's session. Not committed."""
    end_visit(agent.id, this_visit())
    logout_user()
    session.pop(VISIT, None)


def this_visit() -> str:
    """The session that the browser names; "" for none."""
    return str(session.get(VISIT, ""))


def me() -> Agent:
    """Who is logged in, as the row itself, which others may compare and keep."""
    agent: Agent = current_user._get_current_object()
    return agent


def come_half_way(agent: Agent, then: str) -> None:
    """The password was right; the second factor is asked for."""
    session[HALF] = [agent.id, int(now().timestamp()), then]


def half_way() -> tuple[int, str] | None:
    """Whose password was right a moment ago, and where they want to go."""
    agent_id, since, then = session.get(HALF) or (0, 0, "")
    return (agent_id, then) if int(now().timestamp()) - since < HALF_LASTS else None


def knock_of(typed: str) -> Knock:
    """This visitor's knock at an account."""
    passed_on = request.headers.get("X-Forwarded-For", "")
    return Knock.of(typed, visitor_address(request.remote_addr or "", passed_on))


def must_set_up(agent: Agent) -> bool:
    """Whether the desk wants a second factor of this person, and there is none."""
    settings: Settings = part("settings")
    wanted = settings.second_factor == "everyone" or (
        settings.second_factor == "supervisors" and agent.is_supervisor
    )
    return wanted and not agent.has_second_factor
