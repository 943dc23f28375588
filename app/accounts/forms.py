"""What the log-in form brings. Reads and trims, decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.web.redirects import safe_next


@dataclass(frozen=True)
class LoginForm:
    """An e-mail address, a password that is never shown again, and where to go afterwards."""

    email: str
    password: str = field(repr=False)
    then: str


def read_login(form: Mapping[str, str]) -> LoginForm:
    """The form's fields; an address is compared in lower case."""
    return LoginForm(
        email=form.get("email", "").strip().lower()[:254],
        password=form.get("password", "")[:200],
        then=safe_next(form.get("next")),
    )
