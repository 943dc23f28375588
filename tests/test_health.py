"""Alive, ready, stalled."""

from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.lib.heartbeat import beat
from app.relay.inbound import Envelope, receive
from app.relay.masks import door_address
from tests.factories import KIM, Cast, write_mail
from tests.fakes import SteppedClock


def living() -> None:
    beat("sweep")
    beat("door")
    db.session.commit()


def test_the_web_process_answers_for_itself(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_desk_whose_parts_live_is_ready(client: FlaskClient, desk: Flask) -> None:
    living()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_after_two_minutes_without_a_sweep_the_desk_is_stalled(
    client: FlaskClient, clock: SteppedClock
) -> None:
    living()
    clock.advance(minutes=2, seconds=1)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "The worker has not swept" in answer.json["wrong"][0]


def test_mail_that_waits_is_counted_with_its_age(
    client: FlaskClient, cast: Cast, clock: SteppedClock
) -> None:
    door = door_address(cast.lavande)
    receive(write_mail(door), Envelope(door, KIM))
    clock.advance(seconds=90)
    living()
    waiting = client.get("/readyz").json["queues"]["mail"]
    assert waiting == {"waiting": 1, "oldest_seconds": 90.0}
