"""Translates whole texts: sentence by sentence, facts kept, layout kept, doubts shown.

Knows what of a text needs an engine: not layout, not what is nothing but facts, not the writer's
name, not what the vendor's memory has. How the rest is translated is `attempts`'. It must never
raise for any text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.translation.attempts import Case, work_off
from app.translation.engine import Engine, NoPackageError, Pair
from app.translation.house import MEMORY, NO_HOUSE, House, Offer
from app.translation.outcome import Sentence, Translation, untranslated
from app.translation.protect import between, find_facts, is_name_line
from app.translation.sentences import Chunk, join, split


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or a stretch of one, and what its translation needs to know.

    `keep` holds product and personal names that stay as they are; `house` is the vendor's memory,
    asked before the engine, and its terms. Languages are ISO 639-1 codes.
    """

    text: str
    source: str
    target: str
    keep: tuple[str, ...] = ()
    house: House = NO_HOUSE


@dataclass(frozen=True, slots=True)
class _Plan:
    """A piece cut up. `done` needs no engine any more, `cases` go to it; both by sentence."""

    chunks: Sequence[Chunk]
    done: Mapping[str, Sentence] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    near: Mapping[str, Offer] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def translate_text(
    engine: Engine,
    text: str,
    *,
    source: str,
    target: str,
    keep: Sequence[str] = (),
    house: House = NO_HOUSE,
) -> Translation:
    """`text` in `target`, with what could not be translated left in `source` and marked."""
    return translate_texts(engine, [Piece(text, source, target, tuple(keep), house)])[0]


def translate_texts(engine: Engine, pieces: Sequence[Piece]) -> list[Translation]:
    """Each piece in its target language, in order. All their sentences reach the engine together.

    Never raises: a pair without a package gives the text back with a warning.
    """
    pairs = engine.pairs()
    plans = [_planned(piece, pairs) for piece in pieces]
    told = work_off(engine, [case for plan in plans for case in plan.cases.values()])
    return [_put_together(plan, told) for plan in plans]


def _planned(piece: Piece, pairs: frozenset[Pair]) -> _Plan:
    chunks, pair = split(piece.text, piece.source), (piece.source, piece.target)
    if piece.source == piece.target:
        return _Plan(chunks)
    wanted = _to_translate(chunks, piece.keep)
    recalled = piece.house.recall(wanted)
    done = {s: Sentence(s, t, 1.0, True, origin=MEMORY) for s, t in recalled.exact.items()}
    left = [sentence for sentence in wanted if sentence not in done]
    if pair in pairs:
        cases = {s: Case(s, pair, piece.keep, piece.house.terms) for s in left}
        return _Plan(chunks, done, cases, recalled.near)
    if done and not left:
        return _Plan(chunks, done)
    missing = str(NoPackageError(*pair))
    if done:
        done |= {s: untranslated(s, missing) for s in left}
        return _Plan(chunks, done, near=recalled.near)
    none = {c.spoken: untranslated(c.text, missing) for c in chunks if not c.layout}
    return _Plan(chunks, none, near=recalled.near, warnings=(missing,))


def _to_translate(chunks: Sequence[Chunk], keep: Sequence[str]) -> list[str]:
    """The sentences that hold more than facts, each once."""
    signature = _signature(chunks)
    wanted = [
        chunk.spoken
        for i, chunk in enumerate(chunks)
        if not chunk.layout and i != signature and _has_words(chunk.spoken, keep)
    ]
    return list(dict.fromkeys(wanted))


def _has_words(sentence: str, keep: Sequence[str]) -> bool:
    pieces = between(sentence, find_facts(sentence, keep))
    return any(any(map(str.isalpha, piece)) for piece, is_fact in pieces if not is_fact)


def _signature(chunks: Sequence[Chunk]) -> int | None:
    """Which chunk is the writer's name: the last line, after a short one, nothing but a name."""
    spoken = [i for i, chunk in enumerate(chunks) if not chunk.layout]
    if len(spoken) < 2 or not is_name_line(chunks[spoken[-1]].text):
        return None
    before, last = spoken[-2:]
    gap = join(chunks[before + 1 : last])
    greeting = chunks[before].text
    short = len(greeting.split()) <= 5 and not greeting.endswith((".", "!", "?", ":"))
    return last if "\n" in gap and short else None


def _put_together(plan: _Plan, told: Mapping[Case, Sentence]) -> Translation:
    done = {**plan.done, **{sentence: told[case] for sentence, case in plan.cases.items()}}
    sentences, text = [], ""
    for chunk in plan.chunks:
        found = None if chunk.layout else done.get(chunk.spoken)
        text += found.text if found is not None and found.translated else chunk.text
        if not chunk.layout:
            shown = found or Sentence(chunk.text, chunk.text, 1.0, translated=True)
            sentences.append(_with_offer(shown, plan.near))
    return Translation(text, tuple(sentences), plan.warnings)


def _with_offer(sentence: Sentence, near: Mapping[str, Offer]) -> Sentence:
    offer = near.get(sentence.source)
    return replace(sentence, offer=offer) if offer else sentence
