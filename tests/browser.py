"""A browser without JavaScript for tests of pages."""

import re
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.entering import VISIT
from app.accounts.models import Agent
from app.accounts.visits import open_visit
from app.extensions import db


class Browser(FlaskClient):
    """Each request begins with nothing remembered from the one before.

    The tests hold one application context open, in which Flask-Login and Flask-Babel would
    otherwise keep the first request's person and language.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):
            g.pop(name)
        db.session.expire_all()
        return super().open(*args, **kwargs)

    def be(self, agent: Agent | None) -> "Browser":
        """Sit down as this person (None: nobody)."""
        visit = open_visit(agent) if agent else None
        db.session.commit()
        with self.session_transaction() as session:
            session.clear()
            if agent is not None and visit is not None:
                session["_user_id"], session["_fresh"] = str(agent.id), True
                session[VISIT] = visit.id
        return self

    def fragment(self, url: str, method: str = "GET", **kwargs: Any) -> TestResponse:
        """Ask as htmx does."""
        return self.open(url, method=method, headers={"HX-Request": "true"}, **kwargs)


TOKEN = re.compile(r"[\w-]+\.[\w-]{6}\.[\w-]{27}")


def bare(answer: TestResponse) -> str:
    """The page without its forms' tokens, which carry the second in which they were made."""
    return TOKEN.sub("", answer.text)


@pytest.fixture
def browser(desk: Flask) -> Browser:
    """A browser at the desk that nobody has logged in with."""
    return Browser(desk, desk.response_class, use_cookies=True)
