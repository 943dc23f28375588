"""The REST door refuses in JSON, with a sentence and the headers that programs look for."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from limits import parse
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.api.conftest import WORDS, Ask
from tests.factories import KIM

HERE = "/api/v1/conversations"


@dataclass
class Door:
    """Somebody with a token, or without."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, **options: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.open(path, method=method, headers=headers, **options)  # type: ignore[arg-type]


@pytest.fixture
def door(client: FlaskClient, token: str, ask: Ask) -> Door:
    return Door(client, token)


def sentence_of(answer: TestResponse) -> str:
    """The one sentence of a refusal, which is JSON and repeats nothing."""
    assert answer.content_type == "application/json"
    assert set(answer.json or {}) == {"error"}
    said: str = (answer.json or {})["error"]
    assert said.endswith(".")
    assert KIM not in answer.text
    assert "<" not in answer.text
    return said


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/conversations", f"{HERE}/x/buyer", f"{HERE}/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_not_there_is_a_sentence(door: Door, method: str, path: str) -> None:
    answer = door.call(method, f"{path}?buyer={KIM}")
    assert answer.status_code == 404
    assert sentence_of(answer) == "There is nothing at this address."


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_told_the_right_one(door: Door, method: str) -> None:
    answer = door.call(method, HERE)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert sentence_of(answer) == "This address takes POST only."


def test_a_page_that_is_not_there_is_still_a_page(client: FlaskClient) -> None:
    assert client.get("/apiary").content_type.startswith("text/html")
    assert client.post("/apiary").status_code == 404


def test_a_body_that_is_too_large_is_a_sentence(door: Door) -> None:
    answer = door.call("POST", HERE, data=b"x" * 200_000, content_type="application/json")
    assert answer.status_code == 413
    assert "128 KB" in sentence_of(answer)


def test_too_many_requests_are_told_when_to_come_again(limits: Limiter, door: Door) -> None:
    limits.limiter.hit(parse("600 per minute"), "127.0.0.1", "api.add_conversation", cost=601)
    last = door.call("POST", HERE, json={})
    assert last.status_code == 429
    assert last.headers["Retry-After"] == "60"
    sentence_of(last)


class Down:
    def classify_many(self, *_: object) -> None:
        raise OperationalError(f"insert {KIM}", {"buyer": KIM}, ValueError(KIM))


def test_a_database_that_is_down_says_when_to_come_again(
    desk: Flask, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    whole, desk.extensions["classifier"] = desk.extensions["classifier"], Down
    try:
        answer = door.call("POST", HERE, json=WORDS)
    finally:
        desk.extensions["classifier"] = whole
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    sentence_of(answer)
    assert KIM not in caplog.text


def test_without_a_token_even_a_right_request_is_a_sentence(client: FlaskClient, ask: Ask) -> None:
    answer = client.post(HERE, json=WORDS)
    assert answer.status_code == 401
    sentence_of(answer)
