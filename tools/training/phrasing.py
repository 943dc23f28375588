"""What a package knows by heart: short sentences without anything to fill in.

They are the phrasebook's, and those that the frames make.

Those held aside are left out, so that measuring on them stays honest. Needs no torch: `python -m
tools.training.phrasing` puts the phrases of today's phrasebook into the packages that are there.
"""

import json
import random
import shutil
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from app.translation.phrases import FILE, Phrases, spelt
from tools.training.corpus import ROOT, Row, draw, read_book
from tools.training.frames import drawn, frames_of
from tools.training.zipping import pack

LONGEST = 12  # words; nobody writes a longer one the same
LONGEST_SAID = 8  # of a frame's: there are more of them
VERSION = "1.3"
SEED = 3


def fixed_rows() -> list[Row]:
    """The rows that are the same whatever is filled in, of the phrasebook and of the frames."""
    dice = random.Random(SEED)
    frames = [frame for frame in frames_of(held=False) if "{" not in frame["en"]]
    said = [row for frame in frames for row in drawn(frame, dice)]
    return _of_the_book() + [row for row in said if len(row["en"].split()) <= LONGEST_SAID]


def _of_the_book() -> list[Row]:
    book = read_book()
    first, second = (draw(book, held=False, dice=random.Random(seed)) for seed in (1, 2))
    again = {json.dumps(row, sort_keys=True) for row in second}
    return [row for row in first if json.dumps(row, sort_keys=True) in again]


def phrases(rows: Sequence[Row], source: str, target: str) -> list[tuple[str, str]]:
    """Each sentence once, with the translation that it has most often."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if {source, target} <= row.keys() and 0 < len(row[source].split()) <= LONGEST:
            found[spelt(row[source])][row[target]] += 1
    return [(said, _told(told)) for said, told in sorted(found.items()) if _is_clear(said, told)]


def _is_clear(said: str, told: Counter[str]) -> bool:
    """Two words ("Not mine!") mean what stands around them: only what is always said the same."""
    return len(said.split()) > 2 or (told.total() > 1 and len({spelt(text) for text in told}) == 1)


def _told(told: Counter[str]) -> str:
    """The most frequent one, a shouted one only where there is no other."""
    return max(told, key=lambda text: (not text.isupper(), told[text], text))


def as_text(pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{source}\t{target}\n" for source, target in pairs)


def renew(package: Path, rows: Sequence[Row], into: Path) -> int:
    """The package with these phrases, as `VERSION`, in `into`. How many phrases it has."""
    name, pair, _ = package.stem.split("-")
    pairs = phrases(rows, *pair.split("_"))
    Phrases(pairs)  # reads as it will be read
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(package) as archive:
        archive.extractall(scratch)
        folder = Path(scratch, f"{name}-{pair}-{VERSION.replace('.', '_')}")
        Path(scratch, package.stem).rename(folder)
        (folder / FILE).write_text(as_text(pairs), "utf-8")
        said = json.loads((folder / "metadata.json").read_text("utf-8"))
        text = json.dumps(said | {"package_version": VERSION}, indent=2, ensure_ascii=False)
        (folder / "metadata.json").write_text(text + "\n", "utf-8")
        pack(folder, into / f"{folder.name}.argosmodel")
    return len(pairs)


def main() -> None:
    rows = fixed_rows()
    for package in sorted((ROOT / "packages").glob("*.argosmodel")):
        with tempfile.TemporaryDirectory() as scratch:
            count = renew(package, rows, into=Path(scratch))
            package.unlink()
            for renewed in Path(scratch).iterdir():
                shutil.move(renewed, package.parent)
        print(f"{package.stem}: {count:,} phrases")


if __name__ == "__main__":
    main()
