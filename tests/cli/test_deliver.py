"""Mail through a pipe, with the exit codes that mail servers understand."""

from dataclasses import replace

import pytest
from flask import Flask

from app.extensions import db
from app.relay.masks import MaskKind, door_address, mint, relay_domain
from app.relay.models import StoredMail
from tests.factories import KIM, Cast, write_mail


def deliver(desk: Flask, to: str, raw: bytes) -> int:
    command = ["relay", "deliver", "--to", to, "--from", KIM]
    return desk.test_cli_runner().invoke(args=command, input=raw).exit_code


def test_a_mail_on_stdin_is_taken(desk: Flask, cast: Cast) -> None:
    door = door_address(cast.lavande)
    assert deliver(desk, door, write_mail(door)) == 0


@pytest.mark.parametrize(("local", "code"), [("nobody", 67), ("orphan", 75)])
def test_exit_codes(desk: Flask, cast: Cast, local: str, code: int) -> None:
    address = f"{mint(MaskKind.BUYER) if local == 'orphan' else local}@{relay_domain()}"
    assert deliver(desk, address, write_mail(address)) == code


def test_a_mail_without_a_sender_is_refused(desk: Flask, cast: Cast) -> None:
    assert deliver(desk, door_address(cast.lavande), b"Subject: x\r\n\r\nhello\r\n") == 77


def test_a_mail_over_the_limit_is_refused_as_at_the_doors(desk: Flask, cast: Cast) -> None:
    desk.extensions["settings"] = replace(desk.extensions["settings"], mail_max_bytes=10_000)
    door = door_address(cast.lavande)
    assert deliver(desk, door, write_mail(door, "So many words. " * 1_000)) == 77
    assert db.session.query(StoredMail).count() == 0
