"""What an agent must still look at before a text leaves."""

import pytest

from app.tickets.approval import Candidate, Objection, left_over, objections

DRAFTED = Candidate("Dzień dobry", "Bonjour", draft_text="Dzień dobry", draft_source="Bonjour")
STALE = Candidate("Dzień dobry", "Bonsoir", draft_text="Dzień dobry", draft_source="Bonjour")
EDITED = Candidate("Dobry wieczór", "Bonsoir", draft_text="Dzień dobry", draft_source="Bonjour")
LEFT = Candidate(
    "Dzień dobry. C’est noté.", "Bonjour. C’est noté.", draft_text="Dzień dobry. C’est noté.",
    draft_source="Bonjour. C’est noté.", untranslated=["C’est noté."],
)  # fmt: skip
MENDED = Candidate(
    "Dzień dobry. Zanotowane.", "Bonjour. C’est noté.", draft_text="Dzień dobry. C’est noté.",
    draft_source="Bonjour. C’est noté.", untranslated=["C’est noté."],
)  # fmt: skip
BOTH = Candidate(
    "Cześć. C’est noté.", "Bonsoir", draft_text="Cześć. C’est noté.", draft_source="Salut",
    untranslated=["C’est noté."],
)  # fmt: skip


@pytest.mark.parametrize(
    ("candidate", "found"),
    [
        (Candidate("", ""), [Objection.EMPTY]),
        (Candidate("", "Bonjour", "", "Bonjour"), [Objection.EMPTY]),
        (Candidate("Written by hand", ""), []),
        (DRAFTED, []),
        (STALE, [Objection.STALE]),
        (EDITED, []),
        (LEFT, [Objection.UNTRANSLATED]),
        (MENDED, []),
        (BOTH, [Objection.STALE, Objection.UNTRANSLATED]),
    ],
)
def test_what_stands_against_sending(candidate: Candidate, found: list[Objection]) -> None:
    assert objections(candidate, sure=False) == found


@pytest.mark.parametrize("candidate", [STALE, LEFT, BOTH])
def test_who_is_sure_sends_it_as_it_stands(candidate: Candidate) -> None:
    assert objections(candidate, sure=True) == []


def test_nobody_is_sure_of_an_empty_text() -> None:
    assert objections(Candidate("", "x"), sure=True) == [Objection.EMPTY]


def test_only_what_still_stands_there_is_left_over() -> None:
    assert left_over(LEFT) == ["C’est noté."]
    assert left_over(MENDED) == []
