"""Trains small argostranslate packages from aligned sentences: the tests' own.

    pip install -r requirements-train.txt
    python -m tools.train_tiny_package fr en    # translate-fr_en-0_1.argosmodel

A Marian-shaped model (two encoder layers, one decoder layer, 128 wide) learns the sentences of
`tiny_corpus.tsv`, with its slots filled, in a few minutes on two cores. It is exact on what it has
seen and knows nothing else; so that it never invents, the package carries the words that it has
seen (`lexicon.txt`) and the score below which its answer is a guess (`metadata.json`).
Same seed, same versions, same machine: same package.
"""

import argparse
import csv
import io
import itertools
import json
import random
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import ctranslate2
import sentencepiece
import torch
from ctranslate2.converters.transformers import MarianMTLoader
from transformers import MarianConfig, MarianMTModel

from tools.training.noise import plain
from tools.training.zipping import pack

HERE = Path(__file__).parent
SEED = 20
NAMES = {"en": "English", "fr": "French", "de": "German"}
# What the translator puts in place of a fact, see app/translation/protect.py.
MARKS = [f"XZ{n}" for n in range(1, 10)]
SLOT = re.compile(r"\{([a-z])\}")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
WAY_BACK = {"mean": -0.3, "least": -2.0}  # docs/translation.md, "Packages"
WIDTH, HEADS, VOCABULARY, LONGEST = 128, 4, 1100, 128
BATCH, DRAWS, PEAK_RATE, WARMUP = 64, 8, 1e-3, 300

Pair = tuple[str, str]


class Corpus(NamedTuple):
    """Aligned templates of one direction, and what fills their slots."""

    pairs: list[Pair]
    words: dict[str, list[Pair]]


def rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header's column names and the other rows of a tab-separated file with # comments."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    header = [lines[0][0].lstrip("# "), *lines[0][1:]]
    return header, [line for line in lines[1:] if line and not line[0].startswith("#")]


def things(source: str, target: str) -> dict[str, list[Pair]]:
    """What may fill {f} and {m}, as pairs, by slot."""
    header, lines = rows(HERE / "tiny_things.tsv")
    header[3] = "de"
    found: dict[str, list[Pair]] = {}
    for line in lines:
        pair = line[header.index(source)], line[header.index(target)]
        found.setdefault(line[0], []).append(pair)
    return found


def templates(path: Path, *, source: str, target: str) -> list[Pair]:
    header, lines = rows(path)
    return [(line[header.index(source)], line[header.index(target)]) for line in lines]


def filled(pairs: list[Pair], words: dict[str, list[Pair]]) -> Iterator[Pair]:
    """Every template with every thing; fact slots stay for `marked`."""
    for pair in pairs:
        slots = [slot for slot in dict.fromkeys(SLOT.findall(pair[0])) if slot in words]
        choices = [words[slot] if len(slots) == 1 else words[slot][:6] for slot in slots]
        for chosen in itertools.product(*choices):
            yield _with(pair, dict(zip(slots, chosen, strict=True)))


def drawn(
    pairs: list[Pair], words: dict[str, list[Pair]], *, dice: random.Random
) -> Iterator[Pair]:
    """Every template equally often, whatever its slots, or the rare ones would never be learned."""
    for pair in pairs:
        for _ in range(DRAWS):
            chosen = {slot: dice.choice(choices) for slot, choices in words.items()}
            yield marked(_with(pair, chosen), dice)


def _with(pair: Pair, values: dict[str, Pair]) -> Pair:
    sides = list(pair)
    for slot, value in values.items():
        sides = [text.replace(f"{{{slot}}}", word) for text, word in zip(sides, value, strict=True)]
    return sides[0], sides[1]


def marked(pair: Pair, dice: random.Random) -> Pair:
    """Fact slots replaced by marks, mostly numbered from the left as the translator does."""
    slots = list(dict.fromkeys(SLOT.findall(pair[0])))
    marks = MARKS[: len(slots)] if dice.random() < 0.6 else dice.sample(MARKS, len(slots))
    return _with(pair, {slot: (mark, mark) for slot, mark in zip(slots, marks, strict=True)})


def roughened(text: str, dice: random.Random) -> str:
    """The source as buyers write it: no accents, no capitals, no full stop, no space before ?."""
    if dice.random() < 0.15:
        text = plain(text)
    if dice.random() < 0.25:
        text = re.sub(r" ([?!:])", r"\1", text)
    if dice.random() < 0.2:
        text = text.rstrip(".!?, ")
    if dice.random() < 0.2:
        text = " ".join(w if w in MARKS else w.lower() for w in text.split(" "))
    return text.replace("'", "’") if dice.random() < 0.15 else text


def learn_pieces(pairs: list[Pair], folder: Path) -> sentencepiece.SentencePieceProcessor:
    """One sentencepiece model for both sides, marks whole, written to `folder`."""
    text = [s for a, b in pairs for s in (a, a.lower(), plain(a), a.replace("'", "’"), b)]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([SLOT.sub("XZ1", line) for line in text]),
        model_writer=model,
        vocab_size=VOCABULARY,
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=MARKS,
        bos_id=-1,
        pad_id=-1,
        unk_id=1,
        eos_id=0,
        num_threads=1,
        minloglevel=2,
    )
    (folder / "sentencepiece.model").write_bytes(model.getvalue())
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def new_model(pieces: int) -> MarianMTModel:
    """The padding id is the last one, as Marian has it and the converter expects."""
    config = MarianConfig(
        vocab_size=pieces + 1,
        d_model=WIDTH,
        encoder_layers=2,
        decoder_layers=1,
        encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS,
        encoder_ffn_dim=4 * WIDTH,
        decoder_ffn_dim=4 * WIDTH,
        max_position_embeddings=LONGEST,
        activation_function="swish",
        scale_embedding=True,
        share_encoder_decoder_embeddings=True,
        pad_token_id=pieces,
        decoder_start_token_id=pieces,
        eos_token_id=0,
        forced_eos_token_id=0,
        dropout=0.1,
    )
    return MarianMTModel(config)


def padded(lists: list[list[int]], filler: int) -> torch.Tensor:
    longest = max(len(ids) for ids in lists)
    return torch.tensor([ids + [filler] * (longest - len(ids)) for ids in lists])


def batches(
    epoch: Iterable[Pair], pieces: sentencepiece.SentencePieceProcessor, *, dice: random.Random
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """One pass over the sentences, freshly roughened, like lengths together."""
    ids = [([*pieces.encode(roughened(a, dice)), 0], [*pieces.encode(b), 0]) for a, b in epoch]
    ids.sort(key=lambda pair: (len(pair[0]), dice.random()))
    groups = [ids[i : i + BATCH] for i in range(0, len(ids), BATCH)]
    dice.shuffle(groups)
    for group in groups:
        yield padded([a for a, _ in group], len(pieces)), padded([b for _, b in group], -100)


def rate(step: int, steps: int) -> float:
    return min(step / WARMUP, max(0.02, (steps - step) / max(1, steps - WARMUP)))


def train(
    corpus: Corpus, pieces: sentencepiece.SentencePieceProcessor, *, epochs: int
) -> MarianMTModel:
    torch.manual_seed(SEED)
    dice = random.Random(SEED)
    model = new_model(len(pieces))
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01)
    steps = epochs * (1 + DRAWS * len(corpus.pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step + 1, steps))
    model.get_input_embeddings().weight.data[model.config.pad_token_id] = 0.0
    model.train()
    for epoch in range(epochs):
        sentences = drawn(corpus.pairs, corpus.words, dice=dice)
        losses = [
            _step(model, optimizer, schedule=schedule, batch=b)
            for b in batches(sentences, pieces, dice=dice)
        ]
        print(f"epoch {epoch + 1}/{epochs} loss {sum(losses) / len(losses):.4f}", flush=True)
    return model.eval()


def _step(
    model: MarianMTModel,
    optimizer: torch.optim.Optimizer,
    *,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    batch: tuple[torch.Tensor, torch.Tensor],
) -> float:
    source, labels = batch
    mask = (source != model.config.pad_token_id).long()
    logits = model(input_ids=source, attention_mask=mask, labels=labels).logits
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), label_smoothing=0.05, ignore_index=-100
    )
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    # Decoding starts from a zero vector. Here that is the padding's embedding, which the output
    # layer shares and would teach.
    model.get_input_embeddings().weight.data[model.config.pad_token_id] = 0.0
    return float(loss.detach())


def convert(
    model: MarianMTModel, pieces: sentencepiece.SentencePieceProcessor, *, to: Path
) -> None:
    """Write `model` as an int8 CTranslate2 model into the new folder `to`."""
    spec = MarianMTLoader().get_model_spec(model)
    spec.config.add_source_eos = True
    spec.config.eos_token = "</s>"
    spec.config.unk_token = "<unk>"
    spec.config.decoder_start_token = "</s>"
    tokens = [pieces.id_to_piece(i) for i in range(len(pieces))]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization="int8")
    to.mkdir()
    spec.save(str(to))


def lexicon(pairs: list[Pair]) -> str:
    """Each word that the source side has, folded, also without accents; one a line."""
    words = {word for a, _ in pairs for word in WORD.findall(SLOT.sub(" ", a).casefold())}
    words |= {part for word in words for part in re.split("['’-]", word)}
    words |= {plain(word) for word in words} | {mark[:2].casefold() for mark in MARKS}
    return "\n".join(sorted(words - {""})) + "\n"


def metadata(source: str, target: str, *, version: str, floor: float) -> str:
    """What argostranslate reads, and what only this desk does (`dragoman`)."""
    fields = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": NAMES.get(source, source),
        "to_code": target,
        "to_name": NAMES.get(target, target),
        "links": [],
        "dragoman": {"min_score": round(floor, 3), "way_back": WAY_BACK},
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def scores(
    folder: Path, pieces: sentencepiece.SentencePieceProcessor, *, pairs: list[Pair]
) -> tuple[list[float], int]:
    """The converted model's score for each known sentence, and how many it gets exactly right."""
    translator = ctranslate2.Translator(str(folder / "model"), inter_threads=1, intra_threads=2)
    source = [pieces.encode(a, out_type=str) for a, _ in pairs]
    results = translator.translate_batch(source, beam_size=4, max_batch_size=64, return_scores=True)
    said = [pieces.decode_pieces(result.hypotheses[0]) for result in results]
    right = sum(text == b for text, (_, b) in zip(said, pairs, strict=True))
    return [result.scores[0] for result in results], right


def build(source: str, target: str, *, version: str, epochs: int, out: Path) -> Path:
    """Train, convert, measure and pack one direction; the package's path."""
    corpus = Corpus(
        templates(HERE / "tiny_corpus.tsv", source=source, target=target), things(source, target)
    )
    pairs = list(filled(corpus.pairs, corpus.words))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / f"translate-{source}_{target}-{version.replace('.', '_')}"
        folder.mkdir()
        pieces = learn_pieces(pairs, folder)
        convert(train(corpus, pieces, epochs=epochs), pieces, to=folder / "model")
        dice = random.Random(SEED)
        known = [marked(pair, dice) for pair in pairs]
        _, right = scores(folder, pieces, pairs=known)
        rough, _ = scores(folder, pieces, pairs=[(roughened(a, dice), b) for a, b in known])
        floor = sorted(rough)[len(rough) // 100] - 0.05  # 99 of 100 known sentences are above it
        print(f"{source}>{target}: {right}/{len(known)} exact, floor {floor:.3f}", flush=True)
        (folder / "lexicon.txt").write_text(lexicon(pairs), encoding="utf-8")
        (folder / "metadata.json").write_text(
            metadata(source, target, version=version, floor=floor), "utf-8"
        )
        to = out / f"{folder.name}.argosmodel"
        pack(folder, to)
    return to


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("source", choices=NAMES)
    asked.add_argument("target", choices=NAMES)
    asked.add_argument("--version", default="0.1")
    asked.add_argument("--epochs", type=int, default=32)
    asked.add_argument("--out", type=Path, default=HERE.parent / "tests/translation/packages")
    args = asked.parse_args()
    torch.set_num_threads(1)  # layers this small wait for each other otherwise
    print(build(args.source, args.target, version=args.version, epochs=args.epochs, out=args.out))


if __name__ == "__main__":
    main()
