"""Row V22 to the bottom: a canary buyer goes through the whole desk, then everything that the desk
keeps, shows, says and sends is searched for the canary, byte by byte.

Pages and exports are walked by address, so a new one is searched as soon as it exists.
"""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.tokens import add_token
from app.deadlines.sweep import sweep
from app.extensions import db
from app.lib.clock import now
from app.relay.masks import door_address
from app.relay.outbound import deliver_due
from app.tickets.models import Ticket
from tests.api.conftest import WORDS
from tests.browser import Browser
from tests.factories import KIM, Cast, answer, mask_of
from tests.fakes import MemorySmtp, SteppedClock
from tests.threats.mails import PHONE, arrive, letter, own_sent_mail
from tests.threats.oracle import Found, Marks, addresses, found_everywhere, found_in

MARKS = Marks(KIM, phones=(PHONE,))
LOUD = f"I am {KIM}, call {PHONE}, or {KIM.upper()}.\n\n-- \nKim\n{PHONE}\n{KIM}"


@pytest.fixture
def lived(
    desk: Flask, cast: Cast, client: FlaskClient, clock: SteppedClock, post: MemorySmtp
) -> str:
    """The canary wrote by mail and by form, was answered, bounced, held and overdue. What the REST
    door said of it all."""
    arrive(door_address(cast.lavande), letter(door_address(cast.lavande), LOUD))
    ticket = db.session.scalars(db.select(Ticket)).one()
    answer(ticket, cast.ana)
    deliver_due()
    clock.advance(minutes=5)
    deliver_due()
    mask = mask_of(ticket)
    arrive(mask, letter(mask, own_sent_mail(mask)))
    arrive(mask, letter(mask, LOUD, Auto_Submitted="auto-replied"))
    arrive(mask, letter(mask, LOUD, Reply_To=KIM), sender="bounces@mailbox.example")
    arrive(post.sent[0].sender, f"Subject: {KIM} is full\r\n\r\n{LOUD}".encode(), sender="")
    headers = {"Authorization": f"Bearer {add_token('shop')}", "Idempotency-Key": "k1"}
    db.session.commit()
    bodies = (WORDS | {"text": LOUD, "subject": KIM}, WORDS | {"buyer": f"<{KIM}"}, {KIM: PHONE})
    said = [client.post("/api/v1/conversations", json=body, headers=headers) for body in bodies]
    clock.advance(hours=30)
    sweep(now())
    db.session.commit()
    return "\n".join(each.text for each in said)


def cells() -> Iterator[tuple[str, bytes]]:
    """Every value of every table, as bytes."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)):
            for column, value in row._mapping.items():
                raw = value if isinstance(value, bytes) else str(value).encode()
                yield f"{table.name}.{column}", raw


def test_V22_nothing_of_the_canary_is_kept_in_the_clear(desk: Flask, lived: str) -> None:
    found: list[Found] = []
    for place, value in cells():
        found += found_in(place, value, MARKS) if len(value) < 100_000 else []
    for path in desk.extensions["settings"].files_dir.rglob("*"):
        if path.is_file():
            found += found_in(path.name, path.read_bytes(), MARKS)
    assert found == []
    assert sum(1 for place, _ in cells() if place == "stored_mail.raw_sealed") >= 5


def test_V22_nothing_of_the_canary_is_shown_said_sent_or_logged(
    desk: Flask, cast: Cast, lived: str, caplog: pytest.LogCaptureFixture
) -> None:
    formatter = logging.Formatter()
    log = "\n".join(formatter.format(record) for record in caplog.records)
    assert found_everywhere(desk, cast, MARKS, log=log) == []
    assert found_in("api", lived, MARKS) == []


def test_V22_errors_and_fragments_repeat_nothing_for_anybody(
    desk: Flask, cast: Cast, browser: Browser, lived: str
) -> None:
    found: list[Found] = []
    for path in addresses(desk):
        for asked in (f"{path}&x={KIM}" if "?" in path else f"{path}?q={KIM}", f"{path}/{KIM}"):
            answer_ = browser.be(cast.omar).get(asked)
            if answer_.status_code >= 400:
                found += found_in(asked, answer_.data, MARKS)
    assert found == []
