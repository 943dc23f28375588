"""The fall-back door: a mailbox that is polled."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from app.extensions import db
from app.relay.mailbox import Letter, empty, poll, recipients_of
from app.relay.masks import MaskKind, door_address, mint, relay_domain
from app.relay.models import StoredMail
from tests.factories import KIM, Cast, write_mail


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
    return Letter(uid, write_mail(to), {"to": (to,), "return-path": (f"<{KIM}>",)})


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
    ("headers", "expected"),
    [
        ({"to": ("a@{d}, b@{d}",)}, ["a@{d}", "b@{d}"]),
        ({"to": ("a@{d}",), "delivered-to": ("c@{d}",)}, ["c@{d}"]),
        ({"to": ("Shop <A@{D}>",), "delivered-to": ("box@host.example",)}, ["a@{d}"]),
        ({"cc": ("a@{d}", "a@{d}")}, ["a@{d}"]),
        ({}, []),
    ],
)
def test_the_surest_header_names_the_recipients(
    cast: Cast, headers: dict[str, tuple[str, ...]], expected: list[str]
) -> None:
    domain = relay_domain()

    def filled(text: str) -> str:
        return text.replace("{d}", domain).replace("{D}", domain.upper())

    read = {name: tuple(map(filled, values)) for name, values in headers.items()}
    assert recipients_of(read) == [filled(text) for text in expected]
