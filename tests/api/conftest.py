"""The marketplace's program, with its token."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.tokens import add_token
from app.extensions import db
from tests.browser import browser
from tests.factories import KIM, Cast

__all__ = ["browser"]

WORDS = {
    "vendor": "lavande",
    "order": "2938475610",
    "buyer": KIM,
    "locale": "en-GB",
    "text": "Hello, where is my order? It is late.",
}

Ask = Callable[..., TestResponse]


@pytest.fixture
def token(cast: Cast) -> str:
    secret = add_token("shop front")
    db.session.commit()
    return secret


@pytest.fixture
def ask(desk: Flask, client: FlaskClient, token: str) -> Ask:
    """Send a conversation; `key` is its Idempotency-Key, other fields replace the usual ones."""
    desk.config["WTF_CSRF_ENABLED"] = True

    def send(key: str | None = None, body: Any = None, **fields: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        asked = WORDS | fields if body is None else body
        return client.post("/api/v1/conversations", json=asked, headers=headers)

    yield send  # type: ignore[misc]
    desk.config["WTF_CSRF_ENABLED"] = False
