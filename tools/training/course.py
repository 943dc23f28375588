"""A course of training in a folder: its data, its checkpoint, its schedule.

Knows the files of the folder. Goes on from the checkpoint after any interruption, and takes over
what was learned when the vocabulary has changed in between.
"""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from tools.training.corpus import LANGUAGES, Row, draw, read_book, read_rows, read_said
from tools.training.frames import draw_frames, spread
from tools.training.learning import Allowed, Batch, Optimizers, batches, loss_of
from tools.training.network import Network, Shape
from tools.training.patterns import made, read_lexicon
from tools.training.pieces import Pieces, learn_pieces, used_by
from tools.training.start import embeddings

SEED = 20
SHARE, SAID_SHARE, MADE_SHARE = 250, 600, 100  # in one chunk: phrasebook, frames, lexicon
LONGEST = 200  # letters of English; longer rows are several sentences, and rare
SPREAD = 4  # sentences of a frame from which vocabulary and first embeddings are learned
MADE = 8000  # made rows from which vocabulary and first embeddings are learned
WARMUP = 150
SAVE_EVERY = 150  # seconds
MATRIX_RATE, RATE = 0.004, 0.002


def prepare(work: Path) -> None:
    """Write what there is to learn from into `work`; the vocabulary, unless it is there."""
    dice = random.Random(SEED)
    book = read_book()
    rows = draw(book, held=False, dice=dice)
    frames = draw_frames(held=False, dice=dice)
    lexicon = read_lexicon()
    made_rows = [made(lexicon, dice) for _ in range(MADE)]
    held = draw(book, held=True, dice=dice)
    held += [said[0] for said in draw_frames(held=True, dice=dice)]
    write_rows(work / "rows.json", rows)
    write_rows(work / "made.json", made_rows)
    write_rows(work / "held.json", held)
    (work / "frames.json").write_text(json.dumps(frames, ensure_ascii=False), "utf-8")
    if not (work / "pieces.model").exists():
        some = spread(frames, SPREAD)
        (work / "pieces.model").write_bytes(learn_pieces(rows + some + made_rows))
    print(f"{len(rows)} rows, {len(frames)} frames of {sum(map(len, frames))} sentences")


def write_rows(path: Path, rows: list[Row]) -> None:
    path.write_text(json.dumps([dict(row) for row in rows], ensure_ascii=False), "utf-8")


class Part:
    """What happened since the last checkpoint."""

    def __init__(self) -> None:
        self.loss, self.count = 0.0, 0
        self._began, self._worked = time.time(), time.process_time()

    def add(self, loss: float, count: int) -> None:
        self.loss, self.count = self.loss + loss * count, self.count + count

    def is_over(self) -> bool:
        return time.time() - self._began > SAVE_EVERY

    def seconds(self) -> float:
        """Of the processor."""
        return time.process_time() - self._worked


class Course:
    """Training one way: all languages into English, or English into all."""

    def __init__(self, work: Path, *, into_english: bool) -> None:
        self.into_english = into_english
        self.place = work / ("into-en.pt" if into_english else "from-en.pt")
        self.rows = [row for row in read_rows(work / "rows.json") if len(row["en"]) <= LONGEST]
        self.lexicon = read_lexicon()
        self.frames = read_said(work / "frames.json")
        some = spread(self.frames, SPREAD)
        self.all_rows = self.rows + some + read_rows(work / "made.json")
        self.held = read_rows(work / "held.json")
        model = (work / "pieces.model").read_bytes()
        self.pieces = Pieces(model_proto=model)
        torch.manual_seed(SEED)
        self.dice = random.Random(SEED + int(time.time()))
        self.network = Network(Shape(len(self.pieces)))
        self.targets = ("en",) if into_english else LANGUAGES[1:]
        ids = {lang: used_by(lang, self.all_rows, self.pieces) for lang in self.targets}
        self.allowed = Allowed(ids, pieces=len(self.pieces))
        self.optimizers = Optimizers(self.network, matrix_rate=MATRIX_RATE, rate=RATE)
        self.steps, self.seconds, self.seen = 0, 0.0, 0
        self._model = model
        self._resume()

    def _resume(self) -> None:
        if not self.place.exists():
            start = embeddings(self.all_rows, self.pieces, width=self.network.shape.width)
            self.network.embedding.weight.data.copy_(start)
            return
        saved = torch.load(self.place, weights_only=True)
        self.steps, self.seconds, self.seen = saved["steps"], saved["seconds"], saved["seen"]
        weights = saved["network"]
        if saved["pieces"] == self._model:
            self.optimizers.restore(saved["optimizers"])
        else:
            start = embeddings(self.all_rows, self.pieces, width=self.network.shape.width)
            older = Pieces(model_proto=saved["pieces"])
            name = "embedding.weight"
            weights[name] = carried(weights[name], older, self.pieces, start=start)
        self.network.load_state_dict(weights)

    def save(self) -> None:
        scratch = self.place.with_suffix(".new")
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimizers": self.optimizers.state(),
                "pieces": self._model,
                "steps": self.steps,
                "seconds": self.seconds,
                "seen": self.seen,
            },
            scratch,
        )
        scratch.replace(self.place)

    def chunks(self) -> Iterator[list[Row]]:
        while True:
            order = self.dice.sample(self.rows, len(self.rows))
            for n in range(0, len(order), SHARE):
                yield order[n : n + SHARE] + self._said() + self._made()

    def _said(self) -> list[Row]:
        frames = self.dice.sample(self.frames, min(SAID_SHARE, len(self.frames)))
        return [self.dice.choice(said) for said in frames]

    def _made(self) -> list[Row]:
        return [made(self.lexicon, self.dice) for _ in range(MADE_SHARE)]

    def run(self, *, end: float, cooldown: float) -> None:
        """Learn until `end` (a time of the clock), with a falling rate in the last `cooldown`."""
        begun = 0 if self.steps == 0 else WARMUP // 2
        part = Part()
        self.network.train()
        for batch in (batch for chunk in self.chunks() for batch in self._batches(chunk)):
            left, begun = end - time.time(), begun + 1
            self._step(batch, part, min(1.0, begun / WARMUP, max(0.02, left / cooldown)))
            if part.is_over() or left < 0:
                self.seconds += part.seconds()
                self.save()
                print(self._told(part), flush=True)
                part = Part()
            if left < 0:
                return

    def _step(self, batch: Batch, part: Part, factor: float) -> None:
        loss, count = loss_of(self.network, batch, self.allowed)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizers.step(factor)
        self.steps, self.seen = self.steps + 1, self.seen + count
        part.add(float(loss.detach()), count)

    def _told(self, part: Part) -> str:
        return (
            f"{time.strftime('%H:%M')} step {self.steps} {self.seconds:.0f}s {self.seen} pieces, "
            f"loss {part.loss / part.count:.3f}, held aside {self.measured():.3f}"
        )

    def _batches(self, rows: list[Row]) -> Iterator[Batch]:
        return batches(rows, self.pieces, into_english=self.into_english, dice=self.dice)

    def measured(self) -> float:
        """The loss on a part of what is held aside."""
        self.network.eval()
        dice, total, count = random.Random(SEED), 0.0, 0
        with torch.no_grad():
            for batch in batches(
                self.held[::3], self.pieces, into_english=self.into_english, dice=dice
            ):
                loss, some = loss_of(self.network, batch, self.allowed)
                total, count = total + float(loss) * some, count + some
        self.network.train()
        return total / count


def carried(
    weights: torch.Tensor, older: Pieces, newer: Pieces, *, start: torch.Tensor
) -> torch.Tensor:
    """Embeddings for a new vocabulary: the same pieces keep theirs, new ones get `start`."""
    result = start * weights.norm(dim=1).median()
    for n in range(len(newer)):
        name = newer.id_to_piece(n)
        if older.piece_to_id(name) != older.unk_id():
            result[n] = weights[older.piece_to_id(name)]
    return result
