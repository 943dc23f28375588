"""What the network knows before it has learned: which pieces stand in the same aligned rows.

Pieces that are each other's translation stand in the same rows. Their embeddings begin close
together, which saves most of the time in which a network learns its first words.
"""

import math
from collections.abc import Sequence

import sentencepiece
import torch

from tools.training.corpus import Row

NOISE = 0.5


def embeddings(
    rows: Sequence[Row], pieces: sentencepiece.SentencePieceProcessor, *, width: int
) -> torch.Tensor:
    """One vector of length 1 a piece."""
    counts = _incidence(rows, pieces)
    left, strength, _ = torch.svd_lowrank(counts, q=width + 16, niter=4)
    found = left[:, :width] * strength[:width].pow(0.5)
    found = torch.nn.functional.normalize(found, dim=1)
    noise = torch.nn.functional.normalize(torch.randn_like(found), dim=1)
    return torch.nn.functional.normalize(found + NOISE * noise, dim=1)


def _incidence(rows: Sequence[Row], pieces: sentencepiece.SentencePieceProcessor) -> torch.Tensor:
    where: list[tuple[int, int]] = []
    for n, row in enumerate(rows):
        found = {piece for ids in pieces.encode(list(row.values())) for piece in ids}
        where += [(piece, n) for piece in sorted(found)]
    places = torch.tensor(where).T
    rarity = torch.bincount(places[0], minlength=len(pieces)).clamp(min=1)
    weights = (math.log(len(rows)) - rarity.float().log())[places[0]] / rarity.float().sqrt()[
        places[0]
    ]
    return torch.sparse_coo_tensor(places, weights, (len(pieces), len(rows)))
