"""How good packages are on sentences that they were not trained on: share, chrF2, facts.

Reads files of the form of the shared samples: JSON lines with one text a language, and in `keep`
what must survive. It goes the whole way that a text goes at the desk (`translate_text`).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sacrebleu.metrics import CHRF

from app.translation.engine import Engine
from app.translation.translator import translate_text
from tools.training.corpus import LANGUAGES, sentences
from tools.training.packing import PAIRS


class Outcome(NamedTuple):
    """One direction. `told` holds source, translation and reference of each translated sentence."""

    pair: tuple[str, str]
    asked: int
    translated: int
    told: list[tuple[str, str, str]]
    facts: int
    facts_intact: int

    def line(self) -> str:
        share = self.translated / max(1, self.asked)
        pairs = [(said, wanted) for _, said, wanted in self.told if wanted]
        score = chrf(pairs) if pairs else 0.0
        return (
            f"{self.pair[0]} → {self.pair[1]}: {self.asked} sentences, {share:.0%} translated, "
            f"chrF2 {score:.1f} on {len(pairs)}, facts {self.facts_intact}/{self.facts}"
        )


def chrf(pairs: Sequence[tuple[str, str]]) -> float:
    """chrF2 over (translation, reference)."""
    said, wanted = zip(*pairs, strict=True)
    return float(CHRF().corpus_score(list(said), [list(wanted)]).score)


def measured(engine: Engine, file: Path) -> Iterator[Outcome]:
    """Each direction on each row of `file` that has both languages."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    for pair in PAIRS:
        yield _measured(engine, [row for row in rows if set(pair) <= set(row)], pair)


def _measured(engine: Engine, rows: list[dict], pair: tuple[str, str]) -> Outcome:
    asked, told, facts, intact = 0, [], 0, 0
    for row in rows:
        result = translate_text(engine, row[pair[0]], source=pair[0], target=pair[1])
        wanted = sentences(row[pair[1]], pair[1])
        aligned = len(wanted) == len(result.sentences)
        asked += len(result.sentences)
        for n, one in enumerate(result.sentences):
            if one.translated:
                told.append((one.source, one.text, wanted[n] if aligned else ""))
        keep = row.get("keep", [])
        facts += len(keep)
        intact += sum(fact in result.text for fact in keep)
    return Outcome(pair, asked, len(told), told, facts, intact)


def as_file(rows: Sequence[dict], to: Path) -> None:
    """Rows of the phrasebook with their marks as numbers, in the form that `measured` reads."""
    with to.open("w", encoding="utf-8") as file:
        for row in rows:
            full = {lang: _told(text) for lang, text in row.items() if lang in LANGUAGES}
            numbers = [_told(f"XZ{n}") for n in range(1, 10) if f"XZ{n}" in row["en"]]
            file.write(json.dumps(full | {"keep": numbers}, ensure_ascii=False) + "\n")


def _told(text: str) -> str:
    for n in range(1, 10):
        text = text.replace(f"XZ{n}", f"{n}07-{n}{n}4231")
    return text
