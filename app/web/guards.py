"""Who may open a page, beyond being logged in. Which tickets they see is `tickets/access`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, abort, request
from flask_login import current_user, login_required

from app.config import is_loopback

P = ParamSpec("P")
R = TypeVar("R")

PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def _only(allowed: Callable[[Any], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not allowed(current_user):
                abort(403)
            return view(*args, **kwargs)

        return login_required(guarded)  # type: ignore[no-any-return]

    return guard


def people_only(blueprint: Blueprint) -> None:
    """Every address of this blueprint is for people of the desk."""

    @blueprint.before_request
    @login_required  # type: ignore[untyped-decorator]
    def nobody_without_a_session() -> None:
        pass


supervisors_only = _only(lambda person: bool(person.is_supervisor))
operator_only = _only(lambda person: bool(person.is_operator))


def asked_from_this_machine() -> bool:
    """True when server and visitor are on this machine and no proxy stands between them."""
    server = str(request.environ.get("SERVER_NAME", ""))
    return (
        is_loopback(server)
        and is_loopback(request.remote_addr or "")
        and not any(name in request.headers for name in PASSED_ON)
    )
