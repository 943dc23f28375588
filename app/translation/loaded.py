"""One package in memory: what it translates, how sure it is, and what it does not know.

Knows CTranslate2 and the files that our own packages carry beyond argostranslate's format. It must
never say that it is sure of a word that its package has not seen, and knows no other package than
the one of the way back that it is given.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any, Protocol

import ctranslate2

from app.translation.partners import is_faithful, read_partners
from app.translation.phrases import read_phrases
from app.translation.way_back import read_way_back

MAX_PIECES = 400  # Marian models know 512 positions; beyond them they drop words silently
BEAM = 4
BATCH = 32
FLOOR = -1.6  # mean log probability of a piece; worse is a guess. A package may name its own,
# as it may name the score below which a reader should compare.
SURE = -0.9
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MARK = re.compile(r"\bXZ\d\b")


@dataclass(frozen=True, slots=True)
class Scored:
    """One translated sentence.

    `score` is the mean natural log probability of a piece (≤ 0), summed over the two legs of a
    way through English. `doubtful` says that a leg fell below what its package calls good, `sure`
    that no leg fell below what it calls certain.
    `unknown` holds the words that the package has never seen, where it knows which it has.
    `reason` says why the sentence was not even tried; `by_heart`, that people translated it. `back`
    is the same as `score` for the source, as the model of the other way sees it.
    """

    text: str
    score: float
    doubtful: bool = False
    unknown: tuple[str, ...] = ()
    sure: bool = True
    reason: str = ""
    by_heart: bool = False
    back: float = 0.0

    @property
    def is_refused(self) -> bool:
        """True when nothing that follows could make it good."""
        return self.doubtful or bool(self.unknown)


REFUSED = Scored("", float("-inf"), doubtful=True)


def _rank(scored: Scored) -> tuple[bool, float]:
    """The lowest is the best: a sure one, then what is likely both ways."""
    return scored.doubtful, -(scored.score + scored.back)


class Tokenizer(Protocol):
    """Cuts sentences into pieces and puts them together."""

    def encode(self, sentence: str) -> list[str]: ...

    def decode(self, tokens: list[str]) -> str: ...


class Opened(Protocol):
    """A package as argostranslate opens it; `target_prefix` is "" where none is needed."""

    package_path: Path
    tokenizer: Tokenizer
    target_prefix: str


class LoadedModel:
    """One package in memory. Safe to share between threads, as CTranslate2's translators are."""

    def __init__(self, package: Opened, *, threads: int) -> None:
        folder = Path(package.package_path)
        self._package = package
        extra = read_extra(folder)
        self._floor = float(extra.get("min_score", FLOOR))
        self._sure = float(extra.get("sure_score", SURE))
        self.way_back = read_way_back(extra)
        self._lexicon = _lexicon(folder)
        self._partners = read_partners(folder)
        self._phrases = read_phrases(folder)
        self._translator = ctranslate2.Translator(
            # Two threads within one small model wait for each other longer than they work.
            str(folder / "model"),
            device="cpu",
            inter_threads=threads,
            intra_threads=1,
        )
        self._threads = threads

    def translate(
        self, sentences: Sequence[str], *, back: "LoadedModel | None" = None
    ) -> list[Scored]:
        """One result a sentence, in order; REFUSED for one that the model cannot hold.

        The model is not asked for what the package knows by heart, nor for a sentence with a word
        that it has never seen. `back` is the model of the other way, for a package that asks for
        a way back: of all that comes to mind, what leads back best is taken.
        """
        results = [self._unasked(sentence) for sentence in sentences]
        pieces = [
            [] if result.unknown or result.by_heart else self._package.tokenizer.encode(sentence)
            for sentence, result in zip(sentences, results, strict=True)
        ]
        fits = [i for i, tokens in enumerate(pieces) if 0 < len(tokens) <= MAX_PIECES]
        asked = [sentences[i] for i in fits]
        told = self._run([pieces[i] for i in fits], each=BEAM if back else 1)
        found = [self._found(*one) for one in zip(asked, told, strict=True)]
        if back:
            found = self._weighed(asked, found, back)
        for i, among in zip(fits, found, strict=True):
            results[i] = min(among, key=_rank)
        return results

    def _weighed(
        self, asked: Sequence[str], found: Sequence[Sequence[Scored]], back: "LoadedModel"
    ) -> list[list[Scored]]:
        """What was found for each of `asked`; the way back is asked of what is not doubtful yet."""
        pairs = [
            (said, one)
            for said, among in zip(asked, found, strict=True)
            for one in among
            if not one.doubtful
        ]
        logs = iter(back.finds([said for said, _ in pairs], given=[one.text for _, one in pairs]))
        return [
            [one if one.doubtful else self._with_way_back(one, next(logs)) for one in among]
            for among in found
        ]

    def _with_way_back(self, scored: Scored, logs: Sequence[float]) -> Scored:
        lost = self.way_back is not None and not self.way_back.is_kept(logs)
        return replace(scored, doubtful=lost, back=fmean(logs))

    def _unasked(self, sentence: str) -> Scored:
        known = self._phrases.find(sentence)
        if known is not None:
            return Scored(known, 0.0, by_heart=True)
        return replace(REFUSED, unknown=self._unknown(sentence))

    def retold(self, sentence: str) -> str:
        """What the model itself makes of a sentence, unknown words or not."""
        return self._text(self._run([self._pieces(sentence)])[0].hypotheses[0])

    def finds(self, sentences: Sequence[str], *, given: Sequence[str]) -> list[list[float]]:
        """How likely each piece of `sentences` is, when they are to say what `given` says.

        Natural logs, one list a sentence.
        """
        prefix = self._prefix()
        results = self._translator.score_batch(
            [self._pieces(text) for text in given],
            [[*prefix, *self._pieces(sentence)] for sentence in sentences],
            max_batch_size=BATCH,
        )
        return [list(result.log_probs[len(prefix) :]) for result in results]

    def _pieces(self, sentence: str) -> list[str]:
        return self._package.tokenizer.encode(sentence)[:MAX_PIECES]

    def _prefix(self) -> list[str]:
        return [self._package.target_prefix] if self._package.target_prefix else []

    def _run(self, batch: list[list[str]], *, each: int = 1) -> list[Any]:
        if not batch:
            return []
        prefix = self._prefix()
        longest = max(len(tokens) for tokens in batch)
        results: list[Any] = self._translator.translate_batch(
            batch,
            target_prefix=[prefix] * len(batch) if prefix else None,
            max_batch_size=min(BATCH, -(-len(batch) // self._threads)),
            beam_size=BEAM,
            num_hypotheses=each,
            max_decoding_length=min(MAX_PIECES, 2 * longest + 20),
            return_scores=True,
        )
        return results

    def _found(self, sentence: str, result: Any) -> list[Scored]:
        """What came to the model's mind, the likeliest first."""
        texts = [self._text(pieces) for pieces in result.hypotheses]
        return [
            Scored(
                text,
                score,
                doubtful=score < self._floor or not self._is_faithful(sentence, text),
                sure=score >= self._sure,
            )
            for text, score in zip(texts, result.scores, strict=True)
        ]

    def _text(self, pieces: list[str]) -> str:
        text = self._package.tokenizer.decode(pieces)
        return text.removeprefix(self._package.target_prefix or "").strip()

    def _is_faithful(self, sentence: str, text: str) -> bool:
        return self._partners is None or is_faithful(self._partners, sentence, text)

    def _unknown(self, sentence: str) -> tuple[str, ...]:
        if self._lexicon is None:
            return ()
        words = _WORD.findall(_MARK.sub(" ", sentence))
        return tuple(word for word in words if not _is_known(word, self._lexicon))


def read_extra(folder: Path) -> dict[str, Any]:
    """What a package of our own making says of itself beyond the Argos format."""
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    extra = metadata.get("dragoman", {})
    return extra if isinstance(extra, dict) else {}


def _lexicon(folder: Path) -> frozenset[str] | None:
    path = folder / "lexicon.txt"
    if not path.is_file():
        return None
    return frozenset(path.read_text(encoding="utf-8").split())


def _is_known(word: str, lexicon: frozenset[str]) -> bool:
    folded = word.casefold().replace("’", "'")
    return folded in lexicon or all(part in lexicon for part in re.split("['-]", folded))
