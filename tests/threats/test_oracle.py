"""The oracle itself: it finds every dress that an address wears, and nothing else."""

import base64
import hashlib

import pytest
from flask import Flask

from app.extensions import db
from tests.factories import KIM, Cast, make_ticket
from tests.threats.oracle import Marks, addresses, found_everywhere, found_in

PHONE = "+33 6 39 98 44 10"
DRESSES = {
    "plain": KIM,
    "upper": KIM.upper(),
    "entity": KIM.replace("@", "&#64;"),
    "twice": KIM.replace("@", "&amp;#64;"),
    "escaped": KIM.replace("@", "%2540"),
    "tags": KIM.replace("@", "<wbr>@<span>"),
    "zero width": KIM.replace("@", "\u200b@"),
    "local part": "kim.buyer wrote",
    "md5": hashlib.md5(KIM.encode()).hexdigest(),
    "base64": base64.b64encode(f"u={KIM}&v=2".encode()).decode(),
    "phone": "call 0639 98-44 10 now",
    "hex": KIM.encode().hex().upper(),
}


@pytest.mark.parametrize("dress", sorted(DRESSES))
def test_a_dress_is_seen_through(dress: str) -> None:
    assert found_in("x", f"<p>so: {DRESSES[dress]}!</p>", Marks(KIM, phones=(PHONE,)))


def test_what_names_nobody_is_let_be() -> None:
    page = "<p>Buyer K7X2 wrote on 12.03.2026 about order 2938475610, [email address hidden]</p>"
    assert found_in("x", page, Marks(KIM, phones=(PHONE,))) == []


def test_the_walk_reaches_a_leak_on_a_ticket(desk: Flask, cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    assert found_everywhere(desk, cast, Marks()) == []
    ticket.subject = f"from {KIM}"
    db.session.commit()
    places = {found.where for found in found_everywhere(desk, cast, Marks())}
    assert f"Ana: /tickets/{ticket.id}" in places
    assert "Lea: /tickets?view=all" in places
    assert not any(place.startswith("Omar") for place in places)


def test_every_get_address_is_walked(desk: Flask, cast: Cast) -> None:
    make_ticket(cast.lavande)
    walked = {path.partition("?")[0] for path in addresses(desk)}
    assert {"/", "/tickets", "/deadlines", "/login"} <= walked
