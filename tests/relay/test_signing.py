"""What leaves is signed, alike at every attempt, and verifies against the published key."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings, SettingsError, complete
from app.extensions import db
from app.mail.smtp import TryAgain
from app.relay.compose import composed
from app.relay.outbound import deliver_due
from app.relay.senders import Client, Standing, check
from app.relay.signing import Signer, make_signer
from tests.doors import Names
from tests.factories import KIM, Cast, answer, mail_in
from tests.fakes import MemorySmtp, SteppedClock
from tests.relay.test_senders import PEM, PUBLISHED

DOMAIN = Settings().relay_domain
DNS = Names({f"desk._domainkey.{DOMAIN}": [PUBLISHED]})
MAIL = f"From: <x@{DOMAIN}>\r\nSubject: hi\r\n\r\nHello.\r\n".encode()


@pytest.fixture
def signing(desk: Flask) -> Flask:
    desk.extensions["signer"] = Signer(DOMAIN, "desk", PEM)
    return desk


def test_an_answer_leaves_signed(cast: Cast, post: MemorySmtp, signing: Flask) -> None:
    answer(mail_in(cast.lavande), cast.ana)
    deliver_due()
    content = post.sent[0].content
    assert check(content, DOMAIN, Client(), DNS) == Standing.PASS
    assert message_from_bytes(content)["DKIM-Signature"].count("relaxed/relaxed") == 1


def test_every_attempt_has_the_same_signature(
    cast: Cast, post: MemorySmtp, signing: Flask, clock: SteppedClock
) -> None:
    message = answer(mail_in(cast.lavande), cast.ana)
    first = composed(message, KIM)
    post.failures = [TryAgain(451, "RCPT TO")]
    deliver_due()
    clock.advance(hours=5)
    deliver_due()
    db.session.commit()
    assert post.sent[0].content == first


def test_the_signature_is_dated_by_the_mail() -> None:
    signed = Signer(DOMAIN, "desk", PEM).signed(MAIL, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert b"t=1772442000;" in signed


def test_from_is_signed_twice_so_that_no_second_one_fits_in_front() -> None:
    signed = Signer(DOMAIN, "desk", PEM).signed(MAIL, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    fields = b"".join(signed.partition(b"h=")[2].partition(b";")[0].split())
    assert fields.split(b":").count(b"from") == 2


def test_one_changed_letter_breaks_it() -> None:
    signed = Signer(DOMAIN, "desk", PEM).signed(MAIL, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert check(signed, DOMAIN, Client(), DNS) == Standing.PASS
    assert check(signed.replace(b"Hello", b"Hallo"), DOMAIN, Client(), DNS) == Standing.FAIL


def test_the_key_is_read_once_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(PEM)
    settings = complete(Settings(data_dir=tmp_path, dkim_key=str(path), dkim_selector="desk"))
    signer = make_signer(settings)
    assert signer == Signer(settings.relay_domain, "desk", PEM)
    assert "RSA" not in repr(signer)


def test_without_a_key_mail_leaves_unsigned(tmp_path: Path) -> None:
    assert make_signer(complete(Settings(data_dir=tmp_path))) is None


@pytest.mark.parametrize("content", [b"", b"no key", PEM[:200]])
def test_a_key_that_is_none_refuses_to_start(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    settings = replace(Settings(), dkim_key=str(path), dkim_selector="desk")
    with pytest.raises(SettingsError, match="DKIM_KEY"):
        make_signer(settings)
