"""From a checkpoint to Argos packages: the model, the vocabulary, the words known, the thresholds.

Knows the format (docs/translation.md, "Packages"). Same checkpoint, same package. The thresholds
were chosen by reading what passes: whoever trains anew reads anew.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from app.translation.partners import FILE
from app.translation.phrases import FILE as PHRASES
from tools.training.corpus import LANGUAGES, Row, read_rows, read_said
from tools.training.frames import spread
from tools.training.network import Network, Shape, save
from tools.training.noise import plain
from tools.training.pairing import as_text, partners
from tools.training.phrasing import VERSION, fixed_rows, phrases
from tools.training.phrasing import as_text as as_lines
from tools.training.pieces import MARKS, Pieces, prefix, used_by
from tools.training.variants import varied

NAMES = {"en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian"}
SEED = 20
# See docs/translation.md, "Packages".
THRESHOLDS = {"min_score": -0.23, "sure_score": -0.1, "way_back": {"mean": -0.5, "least": -4.0}}
PAIRS = [(a, b) for lang in LANGUAGES[1:] for a, b in ((lang, "en"), ("en", lang))]
SEEN, SEEN_MADE = 2, 3  # sentences that a word must stand in to be known
SPREAD = 2  # sentences of a frame in which words are matched
SHORT = 60  # letters of English; in longer rows of the phrasebook words are matched badly
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Lessons(NamedTuple):
    """What was learned from: the phrasebook's rows, those made from the lexicon, and frames, each
    with its sentences."""

    rows: Sequence[Row]
    made: Sequence[Row]
    frames: Sequence[Sequence[Row]]

    def all(self) -> list[Row]:
        return [*self.rows, *self.made, *(row for said in self.frames for row in said)]


def read_network(checkpoint: Path) -> tuple[Network, Pieces]:
    saved = torch.load(checkpoint, weights_only=True)
    pieces = Pieces(model_proto=saved["pieces"])
    network = Network(Shape(len(pieces)))
    network.load_state_dict(saved["network"])
    return network.eval(), pieces


def words_of(text: str) -> set[str]:
    """Folded words, and the parts of those with an apostrophe or a hyphen."""
    found = set(WORD.findall(text.casefold()))
    return found | {part for word in found for part in re.split("['’-]", word) if part}


def lexicon(lessons: Lessons, lang: str) -> str:
    """The words that `lang` has often enough to be learned, also without accents; one a line.

    Those of the lexicon's own sentences come back all the time, with their near words; those of a
    frame are counted once a frame.
    """
    dice = random.Random(SEED)
    said = [form for row in lessons.made for form in (row[lang], varied(row[lang], lang, dice))]
    frames = [" ".join(row[lang] for row in rows if lang in row) for rows in lessons.frames]
    rows = [row[lang] for row in lessons.rows if lang in row]
    known = _often(said, SEEN_MADE) | _often([*rows, *frames], SEEN)
    known |= {plain(word) for word in known} | {mark[:2].casefold() for mark in MARKS}
    return "\n".join(sorted(known)) + "\n"


def _often(texts: Sequence[str], times: int) -> set[str]:
    counts = Counter(word for text in texts for word in words_of(text))
    return {word for word, count in counts.items() if count >= times}


def write_packages(work: Path, to: Path) -> None:
    """All packages from the checkpoints in `work`, unpacked under `to`."""
    lessons = Lessons(
        read_rows(work / "rows.json"),
        read_rows(work / "made.json"),
        read_said(work / "frames.json"),
    )
    for name, into_english in (("into-en.pt", True), ("from-en.pt", False)):
        network, pieces = read_network(work / name)
        for pair in PAIRS:
            if (pair[1] == "en") == into_english:
                write_package(network, pieces, pair=pair, lessons=lessons, to=to)
    by_heart = fixed_rows()
    for pair in PAIRS:
        (folder_of(to, pair) / PHRASES).write_text(as_lines(phrases(by_heart, *pair)), "utf-8")
    for lang in LANGUAGES[1:]:
        found = partners(_beside(lessons, lang))
        for pair, turned in (((lang, "en"), False), (("en", lang), True)):
            (folder_of(to, pair) / FILE).write_text(as_text(found, turned=turned), "utf-8")


def folder_of(packages: Path, pair: tuple[str, str]) -> Path:
    return packages / f"translate-{pair[0]}_{pair[1]}-{VERSION.replace('.', '_')}"


def _beside(lessons: Lessons, lang: str) -> Iterator[tuple[str, str]]:
    """Sentences of `lang` and English, said otherwise on one side and on the other."""
    dice = random.Random(SEED)
    for row in lessons.made:
        yield varied(row[lang], lang, dice), row["en"]
    for row in lessons.made:
        yield row[lang], varied(row["en"], "en", dice)
    for row in lessons.rows:
        if lang in row and len(row["en"]) < SHORT:
            yield row[lang], row["en"]
    for row in spread(lessons.frames, SPREAD):
        if lang in row:
            yield row[lang], row["en"]


def write_package(
    network: Network, pieces: Pieces, *, pair: tuple[str, str], lessons: Lessons, to: Path
) -> Path:
    """One unpacked package under `to`."""
    source, target = pair
    folder = folder_of(to, pair)
    folder.mkdir(parents=True)
    allowed = used_by(target, lessons.all(), pieces)
    names = [pieces.id_to_piece(n) for n in range(len(pieces))]
    save(network, names, allowed=allowed, to=folder / "model")
    (folder / "sentencepiece.model").write_bytes(pieces.serialized_model_proto())
    (folder / "lexicon.txt").write_text(lexicon(lessons, source), encoding="utf-8")
    write_metadata(folder, pair=pair)
    return folder


def write_metadata(folder: Path, *, pair: tuple[str, str]) -> None:
    """What argostranslate reads, and what only this desk does (`dragoman`)."""
    source, target = pair
    fields = {
        "package_version": VERSION,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": NAMES[source],
        "to_code": target,
        "to_name": NAMES[target],
        "target_prefix": prefix(target),
        "links": [],
        "dragoman": {"starter": True, **THRESHOLDS},
    }
    text = json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
    (folder / "metadata.json").write_text(text, encoding="utf-8")
