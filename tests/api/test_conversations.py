"""A conversation comes through the REST door: once a key, through the same intake as mail."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.tokens import ApiToken, add_token, find_token
from app.api.models import ApiRequest
from app.extensions import db
from app.lib.clock import now
from app.privacy.keys import vault
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.models import StoredMail
from app.tickets.models import Message, Ticket
from app.tickets.purchases import Purchase
from tests.api.conftest import WORDS, Ask
from tests.browser import Browser
from tests.factories import KIM, Cast, make_cast, mask_of, write_mail
from tests.fakes import SteppedClock
from tests.threats.oracle import Marks, found_in


def tickets() -> list[Ticket]:
    return list(db.session.scalars(db.select(Ticket).order_by(Ticket.id)))


def test_a_conversation_is_a_ticket_with_a_mask(cast: Cast, ask: Ask, clock: SteppedClock) -> None:
    answer = ask(subject=f"from {KIM}")
    (ticket,) = tickets()
    assert answer.status_code == 201
    assert answer.json == {"ticket": ticket.id, "mask": mask_of(ticket)}
    assert (ticket.vendor_id, ticket.order_ref) == (cast.lavande.id, "2938475610")
    assert (ticket.lang, ticket.assignee_id) == ("en", cast.ana.id)
    assert ticket.unanswered_since == clock()
    assert KIM not in ticket.subject


def test_what_the_order_is_of_is_kept_where_it_is_said(ask: Ask) -> None:
    ask("k1")
    assert db.session.scalars(db.select(Purchase)).all() == []
    ask("k2", carrier=" Schneckenpost ", product="Lamp Aurora")
    (found,) = db.session.scalars(db.select(Purchase)).all()
    assert (found.carrier, found.product) == ("Schneckenpost", "Lamp Aurora")
    assert ask("k2", carrier="Blitzpost", product="Lamp Aurora").status_code == 422


def test_a_key_of_before_these_fields_still_names_the_same_request(ask: Ask) -> None:
    ask("k1")
    known = '{"buyer": "%s", "locale": "en", "order": "2938475610", "subject": "", "text": "%s", '
    body = known % (KIM, WORDS["text"]) + '"vendor": "lavande"}'
    (request,) = db.session.scalars(db.select(ApiRequest)).all()
    assert request.body_index == vault().blind(body, about="api request")


def test_the_buyer_writes_on_by_mail_at_the_mask(ask: Ask) -> None:
    mask = (ask().json or {})["mask"]
    receive(write_mail(mask, "And now?"), Envelope(mask, KIM))
    read_waiting()
    assert len(tickets()) == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Message)) == 2


def test_the_same_key_and_body_get_the_same_answer(ask: Ask) -> None:
    first, again = ask("k1"), ask("k1")
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert len(tickets()) == 1
    assert ask("k2").json != first.json


def test_the_same_key_with_another_body_is_refused(ask: Ask) -> None:
    ask("k1")
    refused = ask("k1", text="Something else.")
    assert refused.status_code == 422
    assert "another body" in (refused.json or {})["error"]
    assert len(tickets()) == 1


def test_spaces_and_the_order_of_fields_do_not_make_another_body(ask: Ask) -> None:
    first = ask("k1")
    turned = dict(reversed(list(WORDS.items()))) | {"buyer": f" {KIM.upper()} "}
    assert ask("k1", body=turned).json == first.json


def test_two_programs_may_use_the_same_key(ask: Ask, client: FlaskClient, desk: Flask) -> None:
    first = ask("k1")
    said = desk.test_cli_runner().invoke(args=["accounts", "add-token", "other"])
    headers = {"Authorization": f"Bearer {said.output.strip()}", "Idempotency-Key": "k1"}
    other = client.post("/api/v1/conversations", json=WORDS, headers=headers)
    assert other.status_code == 201
    assert other.json != first.json


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"vendor": "nobody"}, "vendor"),
        ({"vendor": None}, "vendor"),
        ({"vendor": 7}, "vendor"),
        ({"order": ""}, "order"),
        ({"order": "x" * 61}, "order"),
        ({"order": "a\nb"}, "order"),
        ({"buyer": "kim.buyer at mailbox"}, "buyer"),
        ({"buyer": "kim.büyer@mailbox.example"}, "buyer"),
        ({"buyer": "c" * 23 + "@reply.dragoman.test"}, "buyer"),
        ({"locale": "english"}, "locale"),
        ({"locale": "1"}, "locale"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "a\ud800b"}, "text"),
        ({"subject": "two\nlines"}, "subject"),
        ({"carrier": "x" * 41}, "carrier"),
        ({"carrier": 7}, "carrier"),
        ({"product": "two\nlines"}, "product"),
        ({"product": f"Lamp of {KIM}"}, "product"),
        ({"kim.buyer@mailbox.example": 1}, "unknown field"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_not_repeated(
    ask: Ask, fields: dict[str, object], field: str
) -> None:
    refused = ask("k1", **fields)
    assert refused.status_code == 422
    error = (refused.json or {})["error"]
    assert field in error
    assert error.endswith(".")
    assert "kim" not in refused.text.lower()
    assert tickets() == []


@pytest.mark.parametrize("body", [[], "words", 7, False])
def test_a_body_that_is_no_object_is_refused(
    client: FlaskClient, ask: Ask, token: str, body: object
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/conversations", json=body, headers=headers)
    assert answer.status_code == 422
    assert "JSON object" in (answer.json or {})["error"]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{not json", "application/json", 400),
        (b"[" * 100_000, "application/json", 422),
        (b"vendor=lavande", "application/x-www-form-urlencoded", 415),
        (b'{"text": "' + b"x" * 140_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_json_gets_a_sentence(
    client: FlaskClient, ask: Ask, token: str, data: bytes, kind: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/conversations", data=data, content_type=kind, headers=headers)
    assert answer.status_code == status
    assert (answer.json or {})["error"].endswith(".")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer dragoman_guess", "Basic dragoman", "bearer \u00e9"]
)
def test_without_a_token_that_counts_nobody_gets_in(
    cast: Cast, client: FlaskClient, header: str
) -> None:
    answer = client.post("/api/v1/conversations", json=WORDS, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert tickets() == []


def test_a_revoked_token_is_refused(desk: Flask, ask: Ask, token: str) -> None:
    run = desk.test_cli_runner()
    assert run.invoke(args=["accounts", "revoke-token", "shop front"]).exit_code == 0
    assert ask().status_code == 401
    assert "no token called" in run.invoke(args=["accounts", "revoke-token", "x"]).output
    assert "already" in run.invoke(args=["accounts", "add-token", "shop front"]).output


def test_a_token_is_kept_as_a_hash(token: str) -> None:
    row = db.session.scalars(db.select(ApiToken)).one()
    assert token not in (row.token_hash, row.name)
    assert find_token(token) is row
    row.revoked_at = now()
    assert find_token(token) is None


def test_a_fault_is_a_sentence_without_the_request_s_words(
    desk: Flask, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    whole, desk.extensions["classifier"] = desk.extensions["classifier"], Broken
    try:
        answer = ask("k1")
    finally:
        desk.extensions["classifier"] = whole
    assert answer.status_code == 500
    assert KIM not in answer.text + caplog.text
    assert ask("k1").status_code == 201
    assert len(tickets()) == 1


class Broken:
    def classify_many(self, *_: object) -> None:
        raise ZeroDivisionError(KIM)


def test_the_original_can_be_revealed_and_is_kept_sealed(
    cast: Cast, ask: Ask, browser: Browser
) -> None:
    ask(text=f"Write to {KIM}, please.")
    (ticket,) = tickets()
    message = db.session.scalars(db.select(Message)).one()
    assert KIM not in message.body
    kept = db.session.scalars(db.select(StoredMail)).one()
    assert KIM.encode() not in kept.raw_sealed
    browser.application.config["WTF_CSRF_ENABLED"] = False
    shown = browser.be(cast.odile).post(
        f"/tickets/{ticket.id}/messages/{message.id}/reveal", data={"reason": "a court asks"}
    )
    assert f"Write to {KIM}, please." in shown.text


def test_what_the_door_remembers_and_answers_names_nobody(ask: Ask) -> None:
    answers = [ask("k1"), ask("k1"), ask("k1", text="x"), ask(buyer="@"), ask(vendor="v")]
    rows = [
        json.dumps({name: str(value) for name, value in vars(row).items()})
        for row in db.session.scalars(db.select(ApiRequest))
    ]
    for content in [*(answer.data for answer in answers), *rows]:
        assert found_in("api", content, Marks()) == []


def test_the_same_request_twice_at_once_is_one_ticket(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        make_cast()
        secret = add_token("shop front")
        db.session.commit()
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"}

    def send(_number: int) -> object:
        answer = fresh_app.test_client().post("/api/v1/conversations", json=WORDS, headers=headers)
        return answer.status_code, answer.json

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(8)))
    assert len({str(answer) for answer in answers}) == 1
    assert answers[0][0] == 201  # type: ignore[index]
    with fresh_app.app_context():
        assert len(tickets()) == 1
