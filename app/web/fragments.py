"""Answers for two kinds of browser: htmx gets a piece of the page, a plain form a 303.

The same address serves both; what it does never depends on which one asks.
"""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response


def is_fragment() -> bool:
    """True when htmx asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true"


def see_other(endpoint: str, *, anchor: str | None = None, **values: Any) -> Response:
    """The 303 after a change, so that "reload" never does it twice."""
    return redirect(url_for(endpoint, _anchor=anchor, **values), code=303)
