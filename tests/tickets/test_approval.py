"""What an agent must still look at before a text leaves."""

import pytest

from app.tickets.composer.approval import Candidate, Objection, blanks, left_over, objections

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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It arrives on {date}.", ["{date}"]),
        ("{item:the.acc} and {date}, {date}", ["{item:the.acc}", "{date}"]),
        ("Am {Datum} um {Uhrzeit}", ["{Datum}", "{Uhrzeit}"]),
        ("Size {42}, an open { and a close }", []),
        ("Nothing is left.", []),
    ],
)
def test_a_slot_in_braces_is_a_blank(text: str, found: list[str]) -> None:
    assert blanks(text) == found


def test_nobody_is_sure_of_a_blank() -> None:
    blank = Candidate("On {date}.", "x", draft_text="On {date}.", draft_source="y")
    assert objections(blank, sure=True) == [Objection.UNFILLED]
    assert objections(blank, sure=False) == [Objection.UNFILLED]


def test_only_what_still_stands_there_is_left_over() -> None:
    assert left_over(LEFT) == ["C’est noté."]
    assert left_over(MENDED) == []
