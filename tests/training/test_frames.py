"""The sentences that the starter packages learn from: readable, the same in all languages."""

import random
import re
from itertools import product
from pathlib import Path

import pytest

from tools.training.corpus import LANGUAGES
from tools.training.frames import FrameError, choices_of, drawn, read_frames, said

SLOT = re.compile(r"\{\w+\}")


def frame(*texts: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, texts, strict=True))


LID = frame(
    "[1 The lid|The handle] is [2 broken|missing].",
    "[1 Le couvercle|La poignée] est [2 cassé|absent][1 |e].",
    "[1 Der Deckel|Der Griff] [2 ist kaputt|fehlt].",
    "[2 |Falta ][1 la tapa|el asa][2  está rota| ].",
    "[1 Il coperchio|Il manico] [2 è rotto|manca].",
)


def test_a_number_chooses_the_same_place_in_every_language() -> None:
    assert choices_of(LID) == {"1": 2, "2": 2}
    assert said(LID, {"1": 1, "2": 0}) == frame(
        "The handle is broken.",
        "La poignée est cassée.",
        "Der Griff ist kaputt.",
        "El asa está rota.",
        "Il manico è rotto.",
    )


def test_facts_are_marks_in_a_sentence_drawn() -> None:
    texts = (
        "Where is {order}?",
        "Où est {order} ?",
        "Wo ist {order}?",
        "¿Y {order}?",
        "E {order}?",
    )
    assert drawn(frame(*texts), random.Random(1)) == [
        frame("Where is XZ1?", "Où est XZ1 ?", "Wo ist XZ1?", "¿Y XZ1?", "E XZ1?")
    ]


@pytest.mark.parametrize(
    ("french", "why"),
    [("[1 a|b|c]", "choice 1 has 2 and 3 places"), ("[1 a|b", "a bracket or a bar stands alone")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, french: str, why: str) -> None:
    line = "\t".join(["[1 a|b]", french, "c", "d", "e"])
    (tmp_path / "some.tsv").write_text(f"# A line of words about the file.\n{line}\n", "utf-8")
    with pytest.raises(FrameError, match=re.escape(f"some.tsv, line 2: {why}")):
        read_frames(tmp_path)


def test_all_languages_of_a_frame_ask_or_none_and_have_the_same_facts() -> None:
    for one in read_frames():
        assert len({text.endswith("?") for text in one.values()}) == 1, one["en"]
        assert len({tuple(sorted(SLOT.findall(text))) for text in one.values()}) == 1, one["en"]


def test_no_frame_has_characters_that_nobody_types() -> None:
    odd = re.compile("[\u2019\u00a0\u202f\u200b]|  |\t")
    for one in read_frames():
        counts = choices_of(one)
        for places in list(product(*map(range, counts.values())))[:20]:
            for text in said(one, dict(zip(counts, places, strict=True))).values():
                assert not odd.search(text), text
