"""The demo desk's page "What the buyer sees"."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from app.mail.smtp import MaildirTransport
from app.relay.outbox import find_letter, letters
from tests.browser import Browser
from tests.factories import KIM, Cast, write_mail

MASK = "cabc@reply.dragoman.test"


@pytest.fixture
def outbox(desk: Flask, tmp_path: Path) -> Any:
    """A maildir of the desk's own with two mails, the second one newer."""
    usual = desk.extensions["settings"]
    desk.extensions["settings"] = replace(usual, data_dir=tmp_path)
    box = desk.extensions["settings"].outbox_dir
    for number, text in enumerate(("First answer.", "Second <b>answer</b>.")):
        MaildirTransport(box).send(
            sender="r1@reply.dragoman.test",
            recipient=KIM,
            content=write_mail(KIM, text, sender=MASK),
        )
        for path in (box / "new").iterdir():
            if text.encode() in path.read_bytes():
                os.utime(path, (number, number))
    return box


@pytest.fixture
def odile(cast: Cast) -> Any:
    cast.odile.is_demo = True
    db.session.commit()
    return cast.odile


def test_the_newest_mail_stands_first_and_is_inert(
    outbox: Path, odile: Any, browser: Browser
) -> None:
    page = browser.be(odile).get("/demo/outbox").text
    assert page.index("Second &lt;b&gt;answer") < page.index("First answer.")
    assert KIM in page


def test_a_letter_is_found_by_its_key_and_by_no_path(outbox: Path) -> None:
    key = letters(outbox)[0].key
    assert find_letter(outbox, key) is not None
    assert find_letter(outbox, f"../new/{key}") is None


def test_no_outbox_is_no_letter(tmp_path: Path) -> None:
    assert letters(tmp_path / "none") == []


def test_the_page_is_for_the_operator_s_demo_account_alone(
    outbox: Path, cast: Cast, browser: Browser
) -> None:
    cast.lea.is_demo = cast.ana.is_demo = True
    db.session.commit()
    assert browser.be(cast.ana).get("/demo/outbox").status_code == 403
    assert browser.be(cast.lea).get("/demo/outbox").status_code == 403
    assert browser.be(cast.odile).get("/demo/outbox").status_code == 404


@pytest.mark.parametrize(
    "visit",
    [
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
    ],
)
def test_the_page_exists_on_the_machine_itself_alone(
    outbox: Path, odile: Any, browser: Browser, visit: dict[str, Any]
) -> None:
    assert browser.be(odile).get("/demo/outbox", **visit).status_code == 404


def test_the_page_is_gone_once_a_mail_server_is_set(
    desk: Flask, outbox: Path, odile: Any, browser: Browser
) -> None:
    desk.extensions["settings"] = replace(
        desk.extensions["settings"], outbound_smtp_url="smtp://mail.example"
    )
    assert browser.be(odile).get("/demo/outbox").status_code == 404


def test_a_closed_mail_door_is_a_sentence(
    desk: Flask, outbox: Path, odile: Any, browser: Browser
) -> None:
    desk.extensions["settings"] = replace(desk.extensions["settings"], smtp_port=1)
    key = letters(outbox)[0].key
    found = browser.be(odile).post(f"/demo/outbox/{key}/answers", data={"text": "Thanks"})
    assert found.status_code == 303
    assert "mail door did not take it" in browser.get("/demo/outbox").text


def test_an_empty_answer_is_refused(outbox: Path, odile: Any, browser: Browser) -> None:
    key = letters(outbox)[0].key
    found = browser.be(odile).post(f"/demo/outbox/{key}/answers", data={"text": " "})
    assert found.status_code == 422


def test_what_the_desk_told_its_own_people_is_not_a_buyer_s_mail(outbox: Path) -> None:
    content = write_mail("ana@desk.example", "3 deadlines need you.", sender=MASK)
    MaildirTransport(outbox).send(sender="", recipient="ana@desk.example", content=content)
    assert {letter.recipient for letter in letters(outbox)} == {KIM}
