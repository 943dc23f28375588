"""Translates a whole text: sentence by sentence, facts kept, layout kept, doubts shown.

Knows in which order the means are tried: marks for the facts, capitalised strangers as names, the
other form of marks, the sentence cut at its facts, and at last the untranslated source, marked as
such. It must never raise for any text, and never present as translated what `check` refused.
"""

import logging
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.translation.check import find_fault
from app.translation.engine import REFUSED, Engine, NoPackageError, Scored
from app.translation.house import MEMORY, NO_HOUSE, House, Offer, rendered
from app.translation.protect import (
    FORMS,
    Fact,
    Masked,
    between,
    find_facts,
    is_capitalised,
    is_name_line,
    mask,
    unmask,
)
from app.translation.sentences import Chunk, join, split

log = logging.getLogger(__name__)

UNSURE = "The package is not sure of this sentence."
FAILED = "The translation engine failed."
# French alone puts a space there; packages and the stretches around a fact carry it over.
_FRENCH_SPACE = re.compile(r"[ \u00a0\u202f]+(?=[?!:;](?:\s|$))")
_NOUNS_HAVE_CAPITALS = ("de",)
_OF_A_COUNTRY = re.compile(r"(?:an|ish|ese)\Z")  # English writes these with a capital, too


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text as it was and as it is shown.

    Where `translated` is False, `text` is the source and `reason` says why, as a sentence.
    `confidence` is 0 to 1: how sure the engine was, not how good the text is. `origin` says that it
    came from the vendor's memory; `offer` is an earlier answer that is only like it.
    """

    source: str
    text: str
    confidence: float
    translated: bool
    reason: str = ""
    origin: str = ""
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """A whole text. `warnings` are sentences about all of it."""

    text: str
    sentences: tuple[Sentence, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """One translation: which engine, which way, what to keep, what to render how."""

    engine: Engine
    source: str
    target: str
    keep: tuple[str, ...]
    terms: Mapping[str, str]

    def facts(self, sentence: str, keep: Sequence[str] | None = None) -> tuple[Fact, ...]:
        """What must stand in the translation: facts, kept names, and terms as the house says."""
        names = (*(self.keep if keep is None else keep), *self.terms)
        return rendered(find_facts(sentence, names), self.terms)

    def ask(self, sentences: Sequence[str]) -> list[Scored]:
        """One result a sentence; none is good when the engine fails."""
        if not sentences:
            return []
        try:
            return self.engine.translate(sentences, source=self.source, target=self.target)
        except Exception:  # a damaged model fails in any way; the text is shown untranslated
            log.exception("the engine failed on %d sentences", len(sentences))
            return [REFUSED] * len(sentences)


def translate_text(
    engine: Engine,
    text: str,
    *,
    source: str,
    target: str,
    keep: Sequence[str] = (),
    house: House = NO_HOUSE,
) -> Translation:
    """`text` in `target`, with what could not be translated left in `source` and marked.

    `keep` holds product and personal names that stay as they are; `house` is the vendor's memory,
    asked before the engine, and its terms. Languages are ISO 639-1 codes. Never raises: a pair
    without a package gives the text back with a warning.
    """
    chunks = split(text, source)
    if source == target:
        return _untouched(chunks, translated=True)
    job = _Job(engine, source, target, tuple(keep), house.terms)
    wanted = _to_translate(chunks, job.keep)
    recalled = house.recall(wanted)
    done = {s: Sentence(s, t, 1.0, True, origin=MEMORY) for s, t in recalled.exact.items()}
    left = [sentence for sentence in wanted if sentence not in done]
    if (left or not done) and (source, target) not in engine.pairs():
        missing = str(NoPackageError(source, target))
        if not done:
            return _with_offers(_untouched(chunks, translated=False, reason=missing), recalled.near)
        done |= {s: Sentence(s, s, 0.0, translated=False, reason=missing) for s in left}
    else:
        done |= _worked_off(job, left)
    return _with_offers(_put_together(chunks, done), recalled.near)


def _with_offers(translation: Translation, near: Mapping[str, Offer]) -> Translation:
    if not near:
        return translation
    sentences = tuple(replace(s, offer=near.get(s.source)) for s in translation.sentences)
    return replace(translation, sentences=sentences)


def _untouched(chunks: Sequence[Chunk], *, translated: bool, reason: str = "") -> Translation:
    sure = 1.0 if translated else 0.0
    sentences = tuple(
        Sentence(chunk.text, chunk.text, sure, translated, reason)
        for chunk in chunks
        if not chunk.layout
    )
    return Translation(join(chunks), sentences, (reason,) if reason else ())


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


def _worked_off(job: _Job, sentences: Sequence[str]) -> dict[str, Sentence]:
    """Each sentence by its source. Every means is tried on all that the ones before left."""
    done: dict[str, Sentence] = {}
    left: dict[str, _Trouble] = {sentence: _Trouble("") for sentence in sentences}
    for means in (_with_marks, _with_names, _with_other_marks, _cut_at_facts):
        tried = means(job, left)
        for sentence, result in tried.items():
            if isinstance(result, Sentence):
                done[sentence] = result
                del left[sentence]
            else:
                left[sentence] = result
    for sentence, trouble in left.items():
        done[sentence] = Sentence(sentence, sentence, 0.0, translated=False, reason=trouble.reason)
    return done


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a sentence is not translated yet, and the words that the package does not know."""

    reason: str
    unknown: tuple[str, ...] = ()


_Result = Sentence | _Trouble
_Left = Mapping[str, _Trouble]


def _with_marks(job: _Job, left: _Left) -> dict[str, _Result]:
    return _tried(job, dict.fromkeys(left, job.keep), form=FORMS[0])


def _with_names(job: _Job, left: _Left) -> dict[str, _Result]:
    """Words that the package has never seen and that are written like names are kept as such."""
    if job.source in _NOUNS_HAVE_CAPITALS:
        return {}
    keep = {
        sentence: (*job.keep, *trouble.unknown)
        for sentence, trouble in left.items()
        if trouble.unknown and all(_may_be_name(word, job.source) for word in trouble.unknown)
    }
    # The first word of a sentence has its capital anyway.
    keep = {s: names for s, names in keep.items() if not s.startswith(left[s].unknown)}
    return _tried(job, keep, form=FORMS[0])


def _may_be_name(word: str, lang: str) -> bool:
    return is_capitalised(word) and not (lang == "en" and _OF_A_COUNTRY.search(word))


def _with_other_marks(job: _Job, left: _Left) -> dict[str, _Result]:
    return _tried(job, dict.fromkeys(_with_facts(job, left), job.keep), form=FORMS[1])


def _with_facts(job: _Job, left: _Left) -> list[str]:
    return [s for s, t in left.items() if not t.unknown and job.facts(s)]


def _tried(job: _Job, keep: Mapping[str, Sequence[str]], *, form: str) -> dict[str, _Result]:
    masked = {s: mask(s, job.facts(s, names), form=form) for s, names in keep.items()}
    scored = job.ask([hidden.text for hidden in masked.values()])
    return {
        sentence: _judged(job, sentence, masked=hidden, scored=result)
        for (sentence, hidden), result in zip(masked.items(), scored, strict=True)
    }


def _judged(job: _Job, sentence: str, *, masked: Masked, scored: Scored) -> _Result:
    if scored.reason:
        return _Trouble(scored.reason)
    unknown = tuple(word for word in scored.unknown if word in sentence)
    if unknown:
        return _Trouble(f"The package does not know “{unknown[0]}”.", unknown)
    text = unmask(masked, _spaced(job, scored.text))
    facts = [fact.text for fact in masked.facts]
    if text is None:
        return _Trouble("A number, name or link would have been lost.")
    if fault := find_fault(sentence, text, facts=facts, languages=(job.source, job.target)):
        return _Trouble(fault)
    if scored.doubtful:
        return _Trouble(UNSURE)
    return Sentence(sentence, text, _confidence(scored), translated=True)


def _cut_at_facts(job: _Job, left: _Left) -> dict[str, _Result]:
    """The stretches between the facts by themselves: clumsy, but nothing can get lost."""
    cut = {s: between(s, job.facts(s)) for s in _with_facts(job, left)}
    stretches = {
        piece.strip(): job.keep
        for pieces in cut.values()
        for piece, is_fact in pieces
        if not is_fact and any(map(str.isalpha, piece))
    }
    told = _tried(job, stretches, form=FORMS[0])
    return {s: _sewn(job, s, pieces=cut[s], told=told) or left[s] for s in cut}


def _spaced(job: _Job, text: str) -> str:
    return text if job.target == "fr" else _FRENCH_SPACE.sub("", text)


def _sewn(
    job: _Job,
    sentence: str,
    *,
    pieces: Iterable[tuple[str, bool]],
    told: Mapping[str, _Result],
) -> Sentence | None:
    text, sure = "", 1.0
    for piece, is_fact in pieces:
        found = told.get(piece.strip())
        if isinstance(found, _Trouble):
            return None
        if found is None:
            text += piece if is_fact else _spaced(job, piece)
            continue
        text += _like(piece, found.text)
        sure = min(sure, found.confidence)
    return Sentence(sentence, text, round(0.7 * sure, 3), translated=True)


def _like(piece: str, text: str) -> str:
    """`text` with the spaces of `piece` around it, and no full stop that `piece` has not."""
    body = piece.strip()
    start = piece.index(body)
    if not body.endswith((".", "!", "?", "…", "。")):
        text = text.rstrip(".!?…。")
    return piece[:start] + text + piece[start + len(body) :]


def _confidence(scored: Scored) -> float:
    return round(min(1.0, math.exp(max(-50.0, scored.score))), 3)


def _put_together(chunks: Sequence[Chunk], done: Mapping[str, Sentence]) -> Translation:
    sentences, text = [], ""
    for chunk in chunks:
        found = None if chunk.layout else done.get(chunk.spoken)
        if found is not None and found.translated:
            text += found.text
        else:
            text += chunk.text
        if not chunk.layout:
            sentences.append(found or Sentence(chunk.text, chunk.text, 1.0, translated=True))
    return Translation(text, tuple(sentences))
