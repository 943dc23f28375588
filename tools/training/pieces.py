"""The shared sentencepiece vocabulary, and which of its pieces each language uses."""

import io
from collections.abc import Sequence

import sentencepiece
import torch

from tools.training.corpus import LANGUAGES, MOST, Row
from tools.training.noise import plain

PIECES = 10000
MARKS = [f"XZ{n}" for n in range(1, MOST + 1)]
EOS, UNKNOWN = 0, 1

Pieces = sentencepiece.SentencePieceProcessor


def prefix(lang: str) -> str:
    """The piece that tells the decoder its language."""
    return f">>{lang}<<"


def learn_pieces(rows: Sequence[Row]) -> bytes:
    """A sentencepiece model for all languages, marks and prefixes whole."""
    clean = [text for row in rows for text in row.values()]
    rough = [plain(text).lower() for text in clean[::7]]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(clean + rough),
        model_writer=model,
        vocab_size=PIECES,
        character_coverage=0.9999,
        user_defined_symbols=[*MARKS, *map(prefix, LANGUAGES)],
        bos_id=-1,
        pad_id=-1,
        unk_id=UNKNOWN,
        eos_id=EOS,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def used_by(lang: str, rows: Sequence[Row], pieces: Pieces) -> torch.Tensor:
    """The ids of the pieces that `lang` is written with, ascending, with the end and the marks."""
    texts = [row[lang] for row in rows if lang in row]
    found = {piece for ids in pieces.encode(texts) for piece in ids}
    found |= {EOS, *(pieces.piece_to_id(mark) for mark in MARKS)}
    return torch.tensor(sorted(found))
