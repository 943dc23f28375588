"""Messages translated in a second: by plain argostranslate, by the desk, and from the memory.

Each runs in a process of its own, on the same package and the same messages, so that its peak
memory is its own: `python -m bench.translating plain|cold|warm sqlite`. Plain argostranslate
downloads its sentence splitter at its first use; here it is given the desk's, which costs it less.
It fails on sentences that a small package cannot hold, so that there are none of those.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import sentencex
from argostranslate import settings, translate

from app.extensions import db
from app.phrasebook import fill_example, load
from app.seeds.demo import PHRASEBOOK
from app.tickets.languages.translating import translate_drafts
from app.tickets.models import Ticket
from app.translation.draft import MOST, fitting
from app.translation.engine import ArgosEngine
from app.translation.memory import Way, clear, remember
from app.translation.memory_models import Origin
from app.translation.models import Draft
from app.translation.phrases import FILE as PHRASES
from app.translation.segments import paired
from app.translation.sentences import split
from bench.desks import open_desk
from bench.figures import Figure, seconds_of

ROOT = Path(__file__).parent.parent
MESSAGES = 200
WARM_UP = "Bonjour, je voudrais savoir où se trouve ma commande."
LONGEST = 160  # characters of a sentence
SIZE = f"{MESSAGES} messages, 1-12 sentences"


def translating(database: str) -> Iterator[Figure]:
    """The desk without and with a memory that has the sentences, against the plain library."""
    open_desk(database, "translating", tickets=10)  # so that no peak below is that of seeding
    plain = _run("plain", database)
    yield Figure("translated by plain argostranslate", SIZE, database, plain["rate"], "a second",
                 peer=_peak(plain))  # fmt: skip
    for kind, times in (("cold", 3), ("warm", 50)):
        ours = _run(kind, database)
        what = "empty memory" if kind == "cold" else "all in memory"
        yield Figure(f"translated by the desk, {what}", SIZE, database, ours["rate"], "a second",
                     times * plain["rate"], more_is_better=True, peer=_peak(ours))  # fmt: skip


def _peak(run: dict[str, float]) -> str:
    return f"peak memory {run['peak']:.0f} MB"


def _run(kind: str, database: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.translating", kind, database]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def messages() -> list[str]:
    """French messages in the phrasebook's words, the same at every run."""
    book, dice = load(PHRASEBOOK), random.Random(5)
    texts = [
        fill_example(group, "fr", dice.randrange(10**6), items=book.items)
        for group in book.groups
        if group.role == "buyer"
    ]
    said = [
        chunk.spoken
        for text in texts
        for chunk in split(text, "fr")
        if not chunk.layout and len(chunk.text) <= LONGEST
    ]
    return [" ".join(dice.sample(said, dice.randint(1, 12))) for _ in range(MESSAGES)]


def _unpacked(folder: Path) -> Path:
    for pair in ("fr_en", "en_fr"):
        newest = sorted((ROOT / "packages").glob(f"translate-{pair}-*.argosmodel"))[-1]
        with zipfile.ZipFile(newest) as archive:
            archive.extractall(folder)
        # What is known by heart never reaches the engine, and these messages are made of it.
        (folder / newest.stem / PHRASES).unlink()
    return folder


class _Splitter:
    """The desk's sentence splitter as argostranslate asks for one."""

    def split_sentences(self, text: str) -> list[str]:
        return [sentence.strip() for sentence in sentencex.segment("fr", text)]


Translator = Callable[[Sequence[str]], object]


def _plain(folder: Path, _database: str) -> Translator:
    settings.package_data_dir, settings.package_dirs = folder, [folder]
    settings.intra_threads = 2
    for language in translate.get_installed_languages():
        for translation in language.translations_from:
            getattr(translation, "underlying", translation).sentencizer = _Splitter()
    return lambda texts: [translate.translate(text, "fr", "en") for text in texts]


def _desk(folder: Path, database: str) -> Translator:
    app = open_desk(database, "translating", tickets=10)
    app.extensions["engine"] = cache(lambda: ArgosEngine(folder, threads=2))
    app.app_context().push()
    ticket_id = db.session.scalars(db.select(Ticket.id).order_by(Ticket.id)).first()
    db.session.commit()

    def draft(text: str) -> Draft:
        return Draft(scope=f"ticket:{ticket_id}", source_lang="fr", target_lang="en",
                     source_text=text, keep=[])  # fmt: skip

    def translated(texts: Sequence[str]) -> None:
        """As many at a time as the worker takes."""
        left = [draft(text) for text in texts]
        while left:
            batch = fitting(left[:MOST])
            translate_drafts(batch)
            left = left[len(batch) :]

    return translated


def _set_memory(texts: list[str]) -> None:
    """Nothing but every sentence of these texts, as if an agent had approved it."""
    vendor_id = db.session.scalars(db.select(Ticket.vendor_id).order_by(Ticket.id)).first() or 0
    clear(vendor_id)
    spoken = {chunk.spoken for text in texts for chunk in split(text, "fr") if not chunk.layout}
    pairs = [pair for said in spoken if (pair := paired(said, f"Approved: {said}"))]
    remember(Way(vendor_id, "fr", "en"), pairs, origin=Origin.TMX)
    db.session.commit()


def main() -> None:
    """One measurement, printed as a line of JSON."""
    kind, database = sys.argv[1:]
    texts = messages()
    with tempfile.TemporaryDirectory() as folder:
        ready = (_plain if kind == "plain" else _desk)(_unpacked(Path(folder)), database)
        if kind != "plain":
            _set_memory(texts if kind == "warm" else [])
        ready([WARM_UP])  # models are loaded, as they are in service
        seconds = seconds_of(lambda: ready(texts))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rate": MESSAGES / seconds, "peak": peak}))


if __name__ == "__main__":
    main()
