"""What the doors read from a connection: exactly one mail, whatever it holds."""

import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.config import Settings
from app.extensions import db
from app.relay.keeping import raw_of
from app.relay.models import StoredMail
from app.relay.speaking import PIECE, without_stuffing
from tests.doors import open_doors
from tests.factories import KIM, make_cast

HEADER = b"From: kim@mailbox.example\r\nSubject: x\r\n\r\n"
LIMIT = 3 * PIECE


class Wire:
    """A plain connection to the LMTP door, on which a test says what it likes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.socket.makefile("rb")
        self.answer()
        self.say(b"LHLO test\r\n")

    def answer(self) -> str:
        line = self.stream.readline()
        while line[3:4] == b"-":
            line = self.stream.readline()
        return line.decode()

    def say(self, words: bytes) -> str:
        self.socket.sendall(words)
        return self.answer()

    def begin(self, to: str) -> str:
        self.say(b"MAIL FROM:<%s>\r\n" % KIM.encode())
        self.say(b"RCPT TO:<%s>\r\n" % to.encode())
        return self.say(b"DATA\r\n")

    def close(self) -> None:
        self.stream.close()
        self.socket.close()


@pytest.fixture
def doors(fresh_app: Flask) -> Iterator[Settings]:
    with fresh_app.app_context():
        make_cast()
    with open_doors(fresh_app, mail_max_bytes=LIMIT) as settings:
        yield settings


@pytest.fixture
def wire(doors: Settings) -> Iterator[Wire]:
    wire = Wire(doors.lmtp_port)
    yield wire
    wire.close()


@pytest.fixture
def lavande(doors: Settings) -> str:
    return f"lavande@{doors.relay_domain}"


def kept(app: Flask) -> list[bytes]:
    with app.app_context():
        return [raw_of(mail) for mail in db.session.scalars(select(StoredMail).order_by("id"))]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"Hello.\r\n.\r\n", b"Hello.\r\n"),
        (b"..dots\r\n...\r\n.\r\n", b".dots\r\n..\r\n"),
        (b"bare\n.\nfeeds\r\n.\r\n", b"bare\n.\nfeeds\r\n"),
        (b"bare\r.\rreturns\n.\r\n\r\n.\r\n", b"bare\r.\rreturns\n.\r\n\r\n"),
        (b"ends with a dot.\r\n.\r\n", b"ends with a dot.\r\n"),
        (b"x" * (PIECE + 7) + b"\r\n.\r\n", b"x" * (PIECE + 7) + b"\r\n"),
    ],
)
def test_a_mail_is_read_as_it_was_written(
    fresh_app: Flask, wire: Wire, lavande: str, *, sent: bytes, text: bytes
) -> None:
    wire.begin(lavande)
    assert wire.say(HEADER + sent).startswith("250")
    assert kept(fresh_app) == [HEADER + text]


def test_letters_that_come_one_by_one_make_one_mail(
    fresh_app: Flask, wire: Wire, lavande: str
) -> None:
    wire.begin(lavande)
    for place in range(len(whole := HEADER + b"a.\r\n..b\r\n.\r\n") - 1):
        wire.socket.sendall(whole[place : place + 1])
    assert wire.say(whole[-1:]).startswith("250")
    assert kept(fresh_app) == [HEADER + b"a.\r\n.b\r\n"]


def test_what_follows_a_mail_is_the_next_command(
    fresh_app: Flask, wire: Wire, lavande: str
) -> None:
    wire.begin(lavande)
    assert wire.say(HEADER + b"one\r\n.\r\nNOOP\r\n").startswith("250 2.0.0")
    assert wire.answer().startswith("250 OK")
    wire.begin(lavande)
    assert wire.say(HEADER + b"two\r\n.\r\n").startswith("250")
    assert len(kept(fresh_app)) == 2


def test_a_mail_without_a_word_is_answered(wire: Wire, lavande: str) -> None:
    wire.begin(lavande)
    assert wire.say(b".\r\n").startswith("550 5.6.0")


def test_a_mail_over_the_limit_is_heard_out_and_refused(
    fresh_app: Flask, wire: Wire, lavande: str
) -> None:
    wire.begin(lavande)
    big = HEADER + (b"y" * 1_000 + b".\r\n") * (LIMIT // 1_000) + b".\r\n"
    assert wire.say(big).startswith("552 5.3.4")
    assert kept(fresh_app) == []
    wire.begin(lavande)
    assert wire.say(HEADER + b"small\r\n.\r\n").startswith("250")


def test_a_mail_for_nobody_is_not_listened_to(wire: Wire) -> None:
    wire.say(b"MAIL FROM:<kim@mailbox.example>\r\n")
    assert wire.say(b"DATA\r\n").startswith("503")


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        (b"<%s>", "250"),
        (b"<%s> ", "250"),
        (b'<"lavande"@reply.dragoman.test>', "250"),
        (b"<%s> SIZE=3", "555"),
        (b"<%s", "250"),
        (b"nobody", "550"),
    ],
)
def test_addresses_are_read_with_all_their_spellings(
    wire: Wire, lavande: str, address: bytes, answer: str
) -> None:
    wire.say(b"MAIL FROM:<>\r\n")
    spelled = address.replace(b"%s", lavande.encode())
    assert wire.say(b"RCPT TO:" + spelled + b"\r\n").startswith(answer)


@given(st.lists(st.sampled_from([b".", b"..", b"a", b"", b"a.", b".a", b"\n.", b"\r"]), max_size=6))
def test_a_dot_that_was_put_in_front_is_taken_away(lines: list[bytes]) -> None:
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    assert without_stuffing(b"\r\n".join(stuffed)) == b"\r\n".join(lines)
