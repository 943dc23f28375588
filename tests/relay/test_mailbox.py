"""The fall-back door: a mailbox that is polled."""

import imaplib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from imap_tools.errors import MailboxLoginError
from sqlalchemy import delete, select

from app.extensions import db
from app.relay.inbound import read_waiting
from app.relay.keeping import raw_of
from app.relay.mailbox import Letter, empty, poll, recipients_of, sender_of
from app.relay.masks import MaskKind, door_address, mint, relay_domain
from app.relay.models import Mask, StoredMail
from app.tickets.models import Message, Ticket
from tests.factories import KIM, Cast, mail_in, mask_of, write_mail
from tests.imap import Mailbox, imap_server


@dataclass
class Shelf:
    """A mailbox in memory."""

    letters: list[Letter]
    settled: list[str] = field(default_factory=list)

    def unseen(self) -> Iterator[Letter]:
        yield from [letter for letter in self.letters if letter.uid not in self.settled]

    def settle(self, uid: str) -> None:
        self.settled.append(uid)


def letter(uid: str, to: str) -> Letter:
    return Letter(uid, posted(to))


def posted(to: str, text: str = "Where is my order?") -> bytes:
    """A mail as a server puts it into a mailbox."""
    return f"Return-Path: <{KIM}>\r\n".encode() + write_mail(to, text)


def kept() -> int:
    return len(db.session.scalars(select(StoredMail.id)).all())


def test_an_unseen_mail_is_taken_and_marked(cast: Cast) -> None:
    shelf = Shelf([letter("1", door_address(cast.lavande))])
    assert empty(shelf) == 1
    assert (kept(), shelf.settled) == (1, ["1"])
    assert empty(shelf) == 0


def test_a_mail_for_nobody_is_marked_and_not_kept(cast: Cast) -> None:
    shelf = Shelf([letter("1", f"nobody@{relay_domain()}"), letter("2", "a@elsewhere.example")])
    assert empty(shelf) == 2
    assert kept() == 0


def test_a_mail_that_must_wait_stays_unseen(cast: Cast) -> None:
    orphan = f"{mint(MaskKind.BUYER)}@{relay_domain()}"
    shelf = Shelf([letter("1", orphan)])
    assert empty(shelf) == 0
    assert shelf.settled == []


def test_without_a_mailbox_nothing_is_polled(cast: Cast) -> None:
    assert poll() == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("to", "a@{d}, b@{d}")], ["a@{d}", "b@{d}"]),
        ([("to", "a@{d}"), ("delivered-to", "c@{d}")], ["c@{d}"]),
        ([("to", "Shop <A@{D}>"), ("delivered-to", "box@host.example")], ["a@{d}"]),
        ([("cc", "a@{d}"), ("cc", "a@{d}")], ["a@{d}"]),
        ([], []),
    ],
)
def test_the_surest_header_names_the_recipients(
    cast: Cast, fields: list[tuple[str, str]], expected: list[str]
) -> None:
    domain = relay_domain()

    def filled(text: str) -> str:
        return text.replace("{d}", domain).replace("{D}", domain.upper())

    read = tuple((name, filled(value)) for name, value in fields)
    assert recipients_of(read) == [filled(text) for text in expected]


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        (
            (("return-path", " <Kim.Buyer@mailbox.example>"), ("from", "x@y.example")),
            KIM,
        ),
        ((("return-path", "<>"), ("from", "x@y.example")), ""),
        ((("from", f"Kim <{KIM}>"),), KIM),
        ((("from", "a@b.example, c@d.example"),), ""),
    ],
)
def test_a_server_that_notes_no_return_path_makes_no_machine_of_a_buyer(
    fields: tuple[tuple[str, str], ...], sender: str
) -> None:
    assert sender_of(fields) == sender


# --- against a server ------------------------------------------------------------------------


@pytest.fixture
def box(desk: Flask) -> Iterator[Mailbox]:
    """A mailbox on a server, and a desk that polls it."""
    usual = desk.extensions["settings"]
    with imap_server() as box:
        desk.extensions["settings"] = replace(usual, imap_url=box.url)
        yield box


def words() -> list[str]:
    """What buyers wrote, as the desk has it."""
    while read_waiting():
        pass
    query = select(Message.body).where(Message.kind == "buyer").order_by(Message.id)
    return list(db.session.scalars(query))


def test_what_lies_in_the_mailbox_becomes_tickets_once(cast: Cast, box: Mailbox) -> None:
    for text in ("First.", "Second."):
        box.add(posted(door_address(cast.lavande), text))
    assert (poll(), poll()) == (2, 0)
    assert words() == ["First.", "Second."]
    assert box.seen == {1, 2}
    assert not [said for said in box.log if "Deleted" in said or "EXPUNGE" in said]


def test_the_bytes_that_are_kept_are_the_bytes_that_came(cast: Cast, box: Mailbox) -> None:
    raw = posted(door_address(cast.lavande), "Größe?") + b"\xff\xfe 8-bit  \r\n\r\n"
    box.add(raw)
    assert poll() == 1
    assert raw_of(db.session.scalars(select(StoredMail)).one()) == raw


@pytest.mark.parametrize(("where", "first"), [("FETCH 2", {1}), ("STORE 2", {1})])
def test_a_connection_that_breaks_off_loses_nothing_and_doubles_nothing(
    cast: Cast, box: Mailbox, where: str, first: set[int]
) -> None:
    for text in ("First.", "Second.", "Third."):
        box.add(posted(door_address(cast.lavande), text))
    box.hang_up_at = where
    with pytest.raises((imaplib.IMAP4.error, OSError)):
        poll()
    assert box.seen == first
    assert poll() == 2
    assert words() == ["First.", "Second.", "Third."]
    assert db.session.query(Ticket).count() == 3


@pytest.mark.parametrize(
    "broken",
    [
        b"\xff\xfe\x00 no mail at all",
        b"Content-Type: multipart/mixed\r\nFrom: \xe9@\xff\r\nTo: {to}\r\n\r\n--\r\n",
        b"Content-Type: text/plain; charset=x\r\nFrom: a\r\nTo: {to}\r\n\r\n\xff",
        b"To: {to}\r\n" + b"Content-Type: multipart/x; boundary=a\r\n\r\n--a\r\n" * 2_000,
    ],
)
def test_a_broken_mail_does_not_keep_others_waiting(
    cast: Cast, box: Mailbox, broken: bytes
) -> None:
    to = door_address(cast.lavande)
    box.add(broken.replace(b"{to}", to.encode()))
    box.add(posted(to, "I am well."))
    assert poll() == 2
    assert words()[-1] == "I am well."


def test_a_mail_that_must_wait_keeps_nobody_behind_it_waiting(cast: Cast, box: Mailbox) -> None:
    ticket = mail_in(cast.lavande)
    mask = mask_of(ticket)
    for number in range(60):
        box.add(posted(mask, f"To a mask that an older backup lacks, {number}."))
    box.add(posted(door_address(cast.nordlicht), "I am well."))
    db.session.execute(delete(StoredMail))
    db.session.execute(delete(Mask))
    db.session.commit()
    assert poll() == 1
    assert box.seen == {61}
    assert words()[-1] == "I am well."


def test_a_password_that_is_wrong_is_said_without_it(desk: Flask, cast: Cast, box: Mailbox) -> None:
    wrong = replace(desk.extensions["settings"], imap_url=box.url.replace("pass%20", "guess%20"))
    desk.extensions["settings"] = wrong
    with pytest.raises(MailboxLoginError) as refusal:
        poll()
    assert "guess" not in str(refusal.value)
