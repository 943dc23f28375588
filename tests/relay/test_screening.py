"""The verdict table, row by row, and the order in which its rows win."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.relay.screening import Facts, Judgement, Verdict, judge

PLAIN = Facts()
ROWS = [
    (replace(PLAIN, to_postmaster=True), "hold", "postmaster"),
    (replace(PLAIN, to_way_back=True, is_report=True), "bounce", "delivery_report"),
    (replace(PLAIN, to_way_back=True), "ignore", "not_a_report"),
    (replace(PLAIN, looped=True), "ignore", "loop"),
    (replace(PLAIN, is_report=True), "ignore", "stray_report"),
    (replace(PLAIN, auto_reply="list"), "ignore", "automatic:list"),
    (replace(PLAIN, null_sender=True), "ignore", "null_sender"),
    (replace(PLAIN, senders=0), "hold", "no_single_sender"),
    (replace(PLAIN, senders=2), "hold", "no_single_sender"),
    (replace(PLAIN, sender_is_bound=False), "hold", "other_sender"),
    (replace(PLAIN, sender_is_proven=False), "hold", "unproven_sender"),
    (replace(PLAIN, partial=True), "hold", "partial"),
    (replace(PLAIN, encrypted=True), "hold", "encrypted"),
    (PLAIN, "accept", "buyer"),
    (replace(PLAIN, to_question=True), "answer", "answer"),
    (replace(PLAIN, to_question=True, auto_reply="vacation"), "ignore", "automatic:vacation"),
    (replace(PLAIN, to_question=True, senders=0), "ignore", "answer_of:no_single_sender"),
    (replace(PLAIN, to_question=True, sender_is_bound=False), "ignore", "answer_of:other_sender"),
    (
        replace(PLAIN, to_question=True, sender_is_proven=False),
        "ignore",
        "answer_of:unproven_sender",
    ),
    # Order: a machine's mail has no effect whoever it says it is from.
    (replace(PLAIN, looped=True, sender_is_bound=False), "ignore", "loop"),
    (replace(PLAIN, encrypted=True, sender_is_bound=False), "hold", "other_sender"),
]


@pytest.mark.parametrize(("facts", "verdict", "reason"), ROWS)
def test_the_verdict_table(facts: Facts, verdict: str, reason: str) -> None:
    assert judge(facts) == Judgement(Verdict(verdict), reason)


@given(
    st.builds(
        Facts,
        senders=st.integers(0, 3),
        auto_reply=st.sampled_from([None, "list", "vacation"]),
        **{
            name: st.booleans()
            for name in (
                "to_postmaster", "to_way_back", "to_question", "null_sender", "is_report",
                "looped", "encrypted", "partial", "sender_is_bound", "sender_is_proven",
            )
        },
    )
)  # fmt: skip
def test_only_a_proven_bound_person_is_ever_heard(facts: Facts) -> None:
    heard = judge(facts).verdict in {Verdict.ACCEPT, Verdict.ANSWER}
    person = not (facts.looped or facts.is_report or facts.auto_reply or facts.null_sender)
    proven = facts.senders == 1 and facts.sender_is_bound and facts.sender_is_proven
    assert not heard or (person and proven)
