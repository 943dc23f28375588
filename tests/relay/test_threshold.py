"""The threshold: what the header and the envelope decide before 250 is said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.relay.threshold import Circumstances, Refusal, glance, refuse, sole_sender

KIM = "kim@mailbox.example"
HERE = Circumstances(relay_domain="reply.market.test", instance_id="us")
GOOD = b"From: Kim <kim@mailbox.example>\r\nSubject: x\r\n"


@pytest.mark.parametrize(
    "value",
    [
        KIM,
        f"<{KIM}>",
        f"Kim Buyer <{KIM}>",
        f'"Buyer, Kim" <{KIM}>',
        f'"kim: <other@else.example>" <{KIM}>',
        f"=?utf-8?q?other=40else.example?= <{KIM}>",
        f"{KIM} <{KIM}>",
        f"(a comment) {KIM}",
        f"{KIM} (Kim Buyer)",
        f"Kim\r\n Buyer <{KIM.upper()}>",
        f"Buyer, Kim <{KIM}>",
    ],
)
def test_one_address_is_one_sender(value: str) -> None:
    assert sole_sender([value]) == KIM


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        [KIM, KIM],
        [f"{KIM}, other@else.example"],
        [f"other@else.example <{KIM}>"],
        [f"<other@else.example> <{KIM}>"],
        [f"Friends: {KIM};"],
        ["Friends:;"],
        [f"Kim <{KIM}\x00>"],
        ["Kim Buyer"],
        ["=?utf-8?q?kim=40mailbox.example?="],
        ["kïm@mailbox.example"],
        ["kim@localhost"],
        [f"Kim <{KIM}> <"],
        ["x@y.example " * 2_000],
    ],
)
def test_what_two_programs_could_read_as_two_people_names_nobody(values: list[str]) -> None:
    assert sole_sender(values) is None


@pytest.mark.parametrize(
    ("raw", "known", "answer"),
    [
        (GOOD, HERE, None),
        (GOOD + b"Received: x\r\n" * 25, HERE, None),
        (GOOD + b"Received: x\r\n" * 26, HERE, Refusal.LOOP),
        (GOOD + b"X-Dragoman-Loop: us\r\n", HERE, Refusal.LOOP),
        (GOOD + b"X-Dragoman-Loop: others\r\n", HERE, None),
        (b"From: c123@REPLY.market.test\r\n", HERE, Refusal.LOOP),
        (GOOD + GOOD, HERE, Refusal.SENDER),
        (b"Subject: nobody\r\n", HERE, Refusal.SENDER),
        (GOOD + b"Content-Type: Message/Partial;\r\n id=1\r\n", HERE, Refusal.PIECE),
        (GOOD + b"Content-Type: message/external-body\r\n", HERE, Refusal.PIECE),
        (GOOD + b"Content-Type: application/pkcs7-mime\r\n", HERE, None),
        (GOOD + b"\r\nReceived: x\r\n" * 30, HERE, None),
    ],
)
def test_the_table_of_refusals(raw: bytes, known: Circumstances, answer: Refusal | None) -> None:
    assert refuse(glance(raw + b"\r\nText"), known) == answer


def test_an_id_of_our_own_is_a_loop() -> None:
    known = Circumstances("reply.market.test", "us", id_is_ours=True)
    assert refuse(glance(GOOD), known) == Refusal.LOOP


@pytest.mark.parametrize(
    "known",
    [
        Circumstances("reply.market.test", "us", null_sender=True),
        Circumstances("reply.market.test", "us", any_sender=True),
    ],
)
def test_reports_and_the_postmasters_mail_are_never_refused(known: Circumstances) -> None:
    raw = b"From: nobody\r\nX-Dragoman-Loop: us\r\n" + b"Received: x\r\n" * 30
    assert refuse(glance(raw), known) is None


@given(st.binary(max_size=3_000))
def test_no_bytes_make_the_glance_raise(raw: bytes) -> None:
    seen = glance(raw)
    assert seen.sender is None or seen.sender.count("@") == 1


@given(st.lists(st.text(max_size=60), max_size=3))
def test_a_sender_is_normal_or_nobody(values: list[str]) -> None:
    found = sole_sender(values)
    assert found is None or (found.isascii() and found == found.lower())


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_around_the_address_makes_another_sender(before: str, after: str) -> None:
    assert sole_sender([f"{before} <{KIM}> {after}"]) in {KIM, None}


@pytest.mark.parametrize(
    "raw",
    [
        b"X: y\r\n" * 100_000,
        b"From: " + b"a" * 100_000,
        b"From: " + b'"' * 60_000,
        b"From: " + b"(" * 60_000,
        b"From: " + b"<a@b.example" * 5_000,
        b"From: " + b"=?a?q?" * 10_000,
    ],
)
@pytest.mark.timed
def test_a_hostile_header_costs_no_time(raw: bytes) -> None:
    started = time.process_time()
    glance(raw)
    assert time.process_time() - started < 1
