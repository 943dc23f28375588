"""The training loop: batches of like lengths, one encoding for several target languages.

Knows optimizers and the clock. Training goes on for a number of seconds of processor time, not of
steps, and starts again from its last checkpoint. It must never look at what is held aside.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as f

from tools.training.corpus import Row, renumbered
from tools.training.network import Network
from tools.training.noise import roughened
from tools.training.pieces import EOS, Pieces, prefix
from tools.training.variants import varied

IGNORED = -100
TOKENS = 1800  # of the source in a batch, times its targets
SMOOTHING = 0.05
OTHERWISE, ALPHA = 0.2, 0.3  # how many sources are cut otherwise, and how freely (Kudo, 2018)


class Task(NamedTuple):
    """One source sentence and what it is in other languages, as pieces."""

    source: list[int]
    targets: dict[str, list[int]]


class Batch(NamedTuple):
    source: Tensor
    seen: Tensor  # which source pieces are no padding, for attention
    targets: list[tuple[str, Tensor, Tensor]]  # language, decoder input, labels


def tasks(
    rows: Sequence[Row],
    pieces: Pieces,
    *,
    into_english: bool,
    dice: random.Random,
) -> Iterator[Task]:
    """For each row: English into all others, or each other into English."""
    for row in rows:
        others = [lang for lang in row if lang != "en"]
        for lang in others if into_english else ["en"]:
            targets = ["en"] if into_english else others
            sides = renumbered(row[lang], *(row[target] for target in targets))
            source = roughened(varied(sides[0], lang, dice), dice)
            ids = pieces.encode(list(sides[1:]))
            yield Task(_cut(source, pieces, dice), dict(zip(targets, ids, strict=True)))


def _cut(source: str, pieces: Pieces, dice: random.Random) -> list[int]:
    """As pieces; now and then other ones than the likeliest, so that no word hangs on one cut."""
    if dice.random() >= OTHERWISE:
        return pieces.encode(source)
    return pieces.encode(source, enable_sampling=True, alpha=ALPHA, nbest_size=-1)


def batches(
    rows: Sequence[Row],
    pieces: Pieces,
    *,
    into_english: bool,
    dice: random.Random,
) -> Iterator[Batch]:
    """All rows once, like lengths and like targets together, the batches in random order."""
    kinds: dict[tuple[str, ...], list[Task]] = {}
    for task in tasks(rows, pieces, into_english=into_english, dice=dice):
        kinds.setdefault(tuple(sorted(task.targets)), []).append(task)
    groups = []
    for kind, found in kinds.items():
        found.sort(key=lambda task: (len(task.source), dice.random()))
        groups += _grouped(found, most=TOKENS // len(kind))
    dice.shuffle(groups)
    yield from (_batch(group, pieces) for group in groups)


def _grouped(found: list[Task], *, most: int) -> Iterator[list[Task]]:
    group: list[Task] = []
    for task in found:
        if group and (len(group) + 1) * (len(task.source) + 1) > most:
            yield group
            group = []
        group.append(task)
    if group:
        yield group


def _batch(group: list[Task], pieces: Pieces) -> Batch:
    source = padded([[*task.source, EOS] for task in group], EOS)
    lengths = torch.tensor([len(task.source) + 1 for task in group])
    seen = torch.arange(source.shape[1])[None, :] < lengths[:, None]
    targets = []
    for lang in sorted(group[0].targets):
        start = [EOS, pieces.piece_to_id(prefix(lang))]
        ids = [task.targets[lang] for task in group]
        targets.append(
            (
                lang,
                padded([[*start, *one] for one in ids], EOS),
                padded([[IGNORED, *one, EOS] for one in ids], IGNORED),
            )
        )
    return Batch(source, seen[:, None, None, :], targets)


def padded(lists: list[list[int]], filler: int) -> Tensor:
    longest = max(len(ids) for ids in lists)
    return torch.tensor([ids + [filler] * (longest - len(ids)) for ids in lists])


class Allowed:
    """The pieces of each target language: nothing else can come out, nor is scored."""

    def __init__(self, ids: Mapping[str, Tensor], *, pieces: int) -> None:
        self.ids = ids
        self._places = {
            lang: torch.full((pieces,), IGNORED).scatter(0, some, torch.arange(len(some)))
            for lang, some in ids.items()
        }

    def place(self, lang: str, labels: Tensor) -> Tensor:
        """Where each label stands among the language's pieces."""
        return self._places[lang][labels]


def loss_of(network: Network, batch: Batch, allowed: Allowed) -> tuple[Tensor, int]:
    """The mean loss a target piece, and how many of them there were."""
    memory = network.encode(batch.source, batch.seen)
    total, count = torch.zeros(()), 0
    for lang, given, labels in batch.targets:
        hidden = network.decode(given, memory, batch.seen)
        wanted = labels != IGNORED
        scores = network.score(hidden[wanted], allowed.ids[lang]).float()
        total = total + f.cross_entropy(
            scores,
            allowed.place(lang, labels[wanted]),
            label_smoothing=SMOOTHING,
            ignore_index=IGNORED,
            reduction="sum",
        )
        count += int(wanted.sum())
    return total / count, count


class Optimizers:
    """Muon for the matrices within layers, Adam for embeddings and norms."""

    def __init__(self, network: Network, *, matrix_rate: float, rate: float) -> None:
        inner = [p for n, p in network.named_parameters() if p.ndim == 2 and "embedding" not in n]
        chosen = {id(p) for p in inner}
        rest = [p for p in network.parameters() if id(p) not in chosen]
        self.all = [
            torch.optim.Muon(
                inner, lr=matrix_rate, weight_decay=0.02, ns_steps=4, adjust_lr_fn="match_rms_adamw"
            ),
            torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
        ]
        self._rates = (matrix_rate, rate)

    def step(self, factor: float) -> None:
        for optimizer, rate in zip(self.all, self._rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state(self) -> list[dict]:
        return [optimizer.state_dict() for optimizer in self.all]

    def restore(self, states: list[dict]) -> None:
        for optimizer, state in zip(self.all, states, strict=True):
            optimizer.load_state_dict(state)
