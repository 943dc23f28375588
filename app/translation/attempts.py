"""The means by which sentences are translated, each tried on all that the ones before left.

Marks for the facts, capitalised strangers as names, the other form of marks, the sentence cut at
its facts; what is left after these keeps its source and a reason. The sentences of many texts go to
the engine together. It must never raise for any sentence, and never present as translated what
`check` refused.
"""

import logging
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.translation.check import find_fault
from app.translation.engine import Engine, Pair
from app.translation.house import rendered
from app.translation.loaded import REFUSED, Scored
from app.translation.outcome import Sentence, untranslated
from app.translation.protect import (
    FORMS,
    Fact,
    Masked,
    between,
    find_facts,
    is_capitalised,
    mask,
    unmask,
)

log = logging.getLogger(__name__)

UNSURE = "The package is not sure of this sentence."
# French alone puts a space there; packages and the stretches around a fact carry it over.
_FRENCH_SPACE = re.compile(r"[ \u00a0\u202f]+(?=[?!:;](?:\s|$))")
_NOUNS_HAVE_CAPITALS = ("de",)
_OF_A_COUNTRY = re.compile(r"(?:an|ish|ese)\Z")  # English writes these with a capital, too
_VERB_LAST = ("de", "nl")  # "ich habe die Bestellung storniert 12": a fact stands within
_OF_NOBODY = frozenset(  # titles without a name, and whom letters to nobody are addressed to
    ("sir", "sirs", "madam", "madame", "messieurs", "mesdames", "monsieur", "señor", "señora",
     "señores", "señoras", "signore", "signora", "signori", "team", "equipe", "équipe", "equipo")
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A sentence of one text: which way it goes, what to keep, what to render how."""

    sentence: str
    pair: Pair
    keep: tuple[str, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The language that it is to be in."""
        return self.pair[1]

    def facts(self, names: Sequence[str] | None = None) -> tuple[Fact, ...]:
        """What must stand in the translation: facts, kept names, and terms as the house says."""
        kept = (*(self.keep if names is None else names), *self.terms)
        return rendered(find_facts(self.sentence, kept), self.terms)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a sentence is not translated yet, and the words that the package does not know."""

    reason: str
    unknown: tuple[str, ...] = ()


_Result = Sentence | _Trouble
_Left = Mapping[Case, _Trouble]


def work_off(engine: Engine, cases: Iterable[Case]) -> dict[Case, Sentence]:
    """Each case with its sentence, translated or not. The engine must have the pairs."""
    done: dict[Case, Sentence] = {}
    left: dict[Case, _Trouble] = {case: _Trouble("") for case in cases}
    for means in (_with_marks, _with_names, _with_other_marks, _cut_at_facts):
        for case, result in means(engine, left).items():
            if isinstance(result, Sentence):
                done[case] = result
                del left[case]
            else:  # the first reason is the true one: later means fail for reasons of their own
                left[case] = replace(result, reason=left[case].reason or result.reason)
    return done | {case: untranslated(case.sentence, why.reason) for case, why in left.items()}


def _with_marks(engine: Engine, left: _Left) -> dict[Case, _Result]:
    return _tried(engine, {case: case.keep for case in left}, form=FORMS[0])


def _with_names(engine: Engine, left: _Left) -> dict[Case, _Result]:
    """Words that the package has never seen and that are written like names are kept as such."""
    keep = {case: (*case.keep, *why.unknown) for case, why in left.items() if _are_names(case, why)}
    return _tried(engine, keep, form=FORMS[0])


def _are_names(case: Case, why: _Trouble) -> bool:
    source = case.pair[0]
    if not why.unknown or source in _NOUNS_HAVE_CAPITALS:
        return False
    # The first word of a sentence has its capital anyway.
    first = case.sentence.startswith(why.unknown)
    return not first and all(_may_be_name(word, source) for word in why.unknown)


def _may_be_name(word: str, lang: str) -> bool:
    if word.casefold() in _OF_NOBODY or (lang == "en" and _OF_A_COUNTRY.search(word)):
        return False
    return is_capitalised(word)


def _with_other_marks(engine: Engine, left: _Left) -> dict[Case, _Result]:
    return _tried(engine, {case: case.keep for case in _with_facts(left)}, form=FORMS[1])


def _with_facts(left: _Left) -> list[Case]:
    return [case for case, why in left.items() if not why.unknown and case.facts()]


def _tried(engine: Engine, keep: Mapping[Case, Sequence[str]], *, form: str) -> dict[Case, _Result]:
    masked = {
        case: mask(case.sentence, case.facts(names), form=form) for case, names in keep.items()
    }
    told = _asked(engine, {(case.pair, hidden.text) for case, hidden in masked.items()})
    return {
        case: _judged(case, masked=hidden, scored=told[case.pair, hidden.text])
        for case, hidden in masked.items()
    }


def _asked(engine: Engine, wanted: Collection[tuple[Pair, str]]) -> dict[tuple[Pair, str], Scored]:
    """One call of the engine for each pair of languages, each text once."""
    told: dict[tuple[Pair, str], Scored] = {}
    for pair in sorted({pair for pair, _ in wanted}):
        texts = sorted(text for other, text in wanted if other == pair)
        for text, scored in zip(texts, _ask(engine, texts, pair), strict=True):
            told[pair, text] = scored
    return told


def _ask(engine: Engine, texts: Sequence[str], pair: Pair) -> list[Scored]:
    """One result a text. Where the engine fails on all together, each is tried by itself."""
    try:
        return engine.translate(texts, source=pair[0], target=pair[1])
    except Exception as fault:  # a damaged model fails in any way; the text is shown untranslated
        log.error("the engine failed on %d sentences: %s", len(texts), type(fault).__name__)
        if len(texts) == 1:
            return [REFUSED]
        return [scored for text in texts for scored in _ask(engine, [text], pair)]


def _judged(case: Case, *, masked: Masked, scored: Scored) -> _Result:
    if scored.reason:
        return _Trouble(scored.reason)
    unknown = tuple(word for word in scored.unknown if word in case.sentence)
    if unknown:
        return _Trouble(f"The package does not know “{unknown[0]}”.", unknown)
    text = unmask(masked, _spaced(case, scored.text))
    facts = [fact.text for fact in masked.facts]
    if text is None:
        return _Trouble("A number, name or link would have been lost.")
    if fault := find_fault(case.sentence, text, facts=facts, languages=case.pair):
        return _Trouble(fault)
    if scored.doubtful:
        return _Trouble(UNSURE)
    return Sentence(case.sentence, text, _confidence(scored), translated=True, sure=scored.sure)


def _cut_at_facts(engine: Engine, left: _Left) -> dict[Case, _Result]:
    """The stretches between the facts by themselves: clumsy, but nothing can get lost."""
    cut = {
        case: between(case.sentence, case.facts())
        for case in _with_facts(left)
        if case.target not in _VERB_LAST
    }
    stretches = {
        case: {
            piece: Case(piece.strip(), case.pair, case.keep, case.terms)
            for piece, is_fact in pieces
            if not is_fact and any(map(str.isalpha, piece))
        }
        for case, pieces in cut.items()
    }
    told = _tried(
        engine, {one: one.keep for own in stretches.values() for one in own.values()}, form=FORMS[0]
    )
    return {
        case: _sewn(case, pieces, {piece: told[one] for piece, one in stretches[case].items()})
        or left[case]
        for case, pieces in cut.items()
    }


def _spaced(case: Case, text: str) -> str:
    return text if case.target == "fr" else _FRENCH_SPACE.sub("", text)


def _sewn(
    case: Case, pieces: Iterable[tuple[str, bool]], told: Mapping[str, _Result]
) -> Sentence | None:
    text, confidence = "", 1.0
    for piece, is_fact in pieces:
        found = None if is_fact else told.get(piece)
        if isinstance(found, _Trouble):
            return None
        if found is None:
            text += piece if is_fact else _spaced(case, piece)
            continue
        text += _like(piece, found.text)
        confidence = min(confidence, found.confidence)
    return Sentence(case.sentence, text, confidence, translated=True, sure=False)


def _like(piece: str, text: str) -> str:
    """`text` with the spaces of `piece` around it, and no full stop that `piece` has not."""
    body = piece.strip()
    start = piece.index(body)
    if not body.endswith((".", "!", "?", "…", "。")):
        text = text.rstrip(".!?…。")
    return piece[:start] + text + piece[start + len(body) :]


def _confidence(scored: Scored) -> float:
    return round(min(1.0, math.exp(max(-50.0, scored.score))), 3)
