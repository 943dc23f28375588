"""Stages told to a machine: signed, once, without a person in it, through a real server."""

import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.deadlines import webhook as stages
from app.deadlines.deeds import excuse
from app.deadlines.sweep import sweep
from app.deadlines.telling import tell_due
from app.deadlines.telling_models import Telling
from app.extensions import db
from app.lib import webhook
from app.lib.webhook import WebhookCall, call_due
from app.tickets.models import DeliveryState
from tests.factories import KIM, Cast, make_ticket
from tests.fakes import SteppedClock

SECRET = "a word between two machines"


@dataclass
class Market:
    """A receiver that answers as it was told to, and keeps what it got."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    slow: float = 0
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def stages(self) -> list[dict[str, Any]]:
        return [stage for _, _, body in self.taken for stage in json.loads(body)["stages"]]


def handler_for(market: Market) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            market.taken.append((self.path, dict(self.headers), body))
            status = market.answers.pop(0) if market.answers else 204
            time.sleep(market.slow)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", market.url + "/elsewhere")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@pytest.fixture
def market(desk: Flask) -> Iterator[Market]:
    """A receiver on this machine whose address stands in the settings."""
    market = Market()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(market))
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    market.url = f"http://127.0.0.1:{server.server_port}"
    listen(desk, market.url + "/stages?of=desk")
    yield market
    server.shutdown()
    server.server_close()
    thread.join()


def listen(desk: Flask, url: str) -> None:
    settings = desk.extensions["settings"]
    desk.extensions["settings"] = replace(settings, webhook_url=url, webhook_secret=SECRET)


def reached(clock: SteppedClock, **span: float) -> None:
    sweep(clock.advance(**span))
    tell_due()


def the_call() -> WebhookCall:
    return db.session.scalars(select(WebhookCall)).one()


def test_a_stage_is_told_with_its_true_moment_and_nothing_of_a_person(
    cast: Cast, clock: SteppedClock, market: Market
) -> None:
    ticket = make_ticket(cast.lavande)
    began = clock.at
    reached(clock, hours=12, minutes=7)
    assert call_due() == 1
    assert call_due() == 0
    ((path, headers, body),) = market.taken
    assert path == "/stages?of=desk"
    assert headers["Content-Type"] == "application/json"
    assert market.stages == [
        {
            "ticket": ticket.id, "vendor": "lavande", "clock": "reply", "stage": "half",
            "reached_at": (began + timedelta(hours=12)).isoformat(), "late": False,
        }
    ]  # fmt: skip
    for person in (KIM, "Kim", "Buyer", "Ana", "where is my order", ticket.subject):
        assert person.encode() not in body


def test_the_receiver_can_prove_who_calls_and_when(
    cast: Cast, clock: SteppedClock, market: Market
) -> None:
    make_ticket(cast.lavande)
    reached(clock, hours=12)
    call_due()
    ((_, headers, body),) = market.taken
    at = headers["Dragoman-Timestamp"]
    assert int(at) == clock.at.timestamp()
    expected = hmac.new(SECRET.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    assert headers["Dragoman-Signature"] == f"v1={expected}"
    assert headers["Dragoman-Delivery"] == json.loads(body)["id"] == the_call().name


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 410, 429, 500, 503])
def test_any_other_answer_is_tried_again_with_the_same_body(
    cast: Cast, clock: SteppedClock, market: Market, status: int
) -> None:
    make_ticket(cast.lavande)
    reached(clock, hours=12)
    market.answers = [status]
    assert call_due() == 1
    assert the_call().failure == f"answered {status}"
    assert call_due() == 0
    clock.advance(minutes=1)
    assert call_due() == 1
    assert the_call().delivery == DeliveryState.SENT
    first, second = market.taken
    assert first[2] == second[2]
    assert first[0] == second[0] == "/stages?of=desk"  # no redirect was followed
    assert first[1]["Dragoman-Signature"] != second[1]["Dragoman-Signature"]


def test_it_is_given_up_after_a_day(cast: Cast, clock: SteppedClock, market: Market) -> None:
    make_ticket(cast.lavande)
    reached(clock, hours=12)
    market.answers = [500] * 100
    for _ in range(60):
        clock.advance(minutes=61)
        call_due()
    assert the_call().delivery == DeliveryState.FAILED
    assert 20 < the_call().tries < 30


def test_nobody_at_home_and_a_slow_server_stop_neither_the_sweep_nor_the_bell(
    desk: Flask, cast: Cast, clock: SteppedClock, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.2)
    make_ticket(cast.lavande)
    reached(clock, hours=12)
    market.slow = 1
    began = time.monotonic()
    call_due()
    assert time.monotonic() - began < 0.9
    assert the_call().failure == "no answer"
    listen(desk, "http://127.0.0.1:9/closed")
    clock.advance(minutes=1)
    assert call_due() == 1
    reached(clock, hours=12)
    stages = db.session.scalars(select(Telling.stage)).all()
    assert {"half", "breach"} <= set(stages)


def test_a_server_that_speaks_a_byte_at_a_time_is_hung_up_on(
    desk: Flask, cast: Cast, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.3)
    make_ticket(cast.lavande)
    with dripping() as port:
        listen(desk, f"http://127.0.0.1:{port}/")
        reached(clock, hours=12)
        began = time.monotonic()
        call_due()
    assert time.monotonic() - began < 1.5
    assert the_call().failure == "no answer"


@contextmanager
def dripping() -> Iterator[int]:
    """A server that never ends its first line."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(10)

        def serve() -> None:
            with suppress(OSError), door.accept()[0] as visitor:
                visitor.sendall(b"HTTP/1.1 200 ")
                for _ in range(50):
                    visitor.sendall(b"a")
                    time.sleep(0.1)

        thread = Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        thread.join()


def test_what_is_long_past_is_said_to_be_late_and_many_stages_share_a_call(
    cast: Cast, clock: SteppedClock, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STAGES", 2)
    tickets = [make_ticket(cast.lavande, sender=f"kim{one}@mailbox.example") for one in range(5)]
    reached(clock, days=4)
    assert call_due() == 3
    assert {stage["ticket"] for stage in market.stages} == {ticket.id for ticket in tickets}
    assert {(stage["stage"], stage["late"]) for stage in market.stages} == {("day_over", True)}


def test_an_excused_clock_is_not_told_further(
    cast: Cast, clock: SteppedClock, market: Market
) -> None:
    ticket = make_ticket(cast.lavande)
    reached(clock, hours=24)
    call_due()
    excuse(ticket, cast.lea, "The carrier's strike", at=clock.at)
    db.session.commit()
    reached(clock, hours=12)
    assert call_due() == 0
    assert [stage["stage"] for stage in market.stages] == ["breach"]


def test_without_an_address_nothing_is_queued(cast: Cast, clock: SteppedClock) -> None:
    make_ticket(cast.lavande)
    reached(clock, hours=12)
    assert db.session.scalars(select(WebhookCall)).all() == []
