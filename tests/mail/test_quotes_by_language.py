"""Programs in languages that are seldom tested: what stands under their marks is quoted, with our
mask in it and without.
"""

from pathlib import Path

import pytest

from app.mail.quotes import Anchors, cut

MASK = "c7k2m4n6p8q0r2s4t6v8x0z@reply.dragoman.test"
ANCHORS = Anchors(addresses=("reply.dragoman.test",), names=("Maison Lavande",))
OURS = {"MASK": MASK, "N": "Maison Lavande via Dragoman Market"}
STRANGE = {"MASK": "contact@lavande.example", "N": "Anna Lind"}
SENT = {
    "P": "Dear Kim,\nyour parcel is on its way.",
    "Q": "> Dear Kim,\n> your parcel is on its way.",
}
TABLE = Path(__file__).with_name("quoted.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.replace("\\n", "\n").split("\t") for line in TABLE if line[:1] != "#"]
# Without our mask this program's line, in signs of a page, is not known for what it is.
ANCHORED_ONLY = {"zh-qq"}


@pytest.mark.parametrize(("program", "new", "quote"), CASES, ids=[case[0] for case in CASES])
def test_only_the_new_words_are_new(program: str, new: str, quote: str) -> None:
    parts = cut(f"{new}\n\n{quote.format(**OURS, **SENT)}", ANCHORS)
    assert parts.new == new
    assert "your parcel is on its way." in parts.quoted
    if program not in ANCHORED_ONLY:
        assert cut(f"{new}\n\n{quote.format(**STRANGE, **SENT)}", Anchors()).new == new
