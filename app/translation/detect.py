"""Tells which of the desk's languages a buyer wrote in.

Three witnesses: the script, langdetect's letter profiles, and a vote over words of the support
trade that we wrote ourselves (`data/languages`), which is what makes three-word messages readable.
It must never guess from what is not language: links, addresses, numbers, redaction chips and quoted
lines are cut first. The same text always gives the same answer: langdetect samples at random, so
its profiles are summed here instead of drawn from.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from langdetect.detector_factory import PROFILES_DIRECTORY

from app.translation.ngrams import Logs, Votes, log_or, softmax, stripped, words

LANGUAGES = (
    "en", "fr", "de", "es", "it", "nl", "pt", "pl", "sv",
    "da", "cs", "ro", "tr", "uk", "ru", "ar", "ja", "zh",
)  # fmt: skip
UNKNOWN = "und"

MAX_WORDS = 60
MAX_LETTERS = 4_000
MIN_CONFIDENCE = 0.25
PROFILE_WEIGHT = 0.2  # measured, with OWN_WEIGHT, on tests/translation/short_texts.tsv
OWN_WEIGHT = 0.5
FEW = 12
PRIOR_FLOOR = 0.002  # a language nobody expected may still be the right one

_DATA = Path(__file__).parent / "data" / "languages"
# Links; addresses and masks; redaction chips; order references, dates and sizes; handles. Runs are
# looked at from their start only, or a long one without an @ would be read once a letter.
_NOISE = re.compile(
    r"""
      (?:https?://|www\.)[!-~\u00c0-\u024f]+
    | (?<![A-Za-z0-9.!\#$%&'*+/=?^_`{|}~-])[A-Za-z0-9.!\#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+
    | \[[^\[\]\n]{1,60}\bhidden\]
    | (?<![A-Za-z0-9_./:,+\#-])[A-Za-z0-9_./:,+\#-]*\d[A-Za-z0-9_./:,+\#-]*
    | [@\#]\w+
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
# Characters and words that the other of the two does not write.
_JAPANESE_HAN = re.compile(
    "[届込払売対価済発図変気駅検県毎両単総働]|返金|返品|注文|領収書|未着|不良品"
)
_CHINESE_HAN = re.compile(
    "[你您们們我他她这這那吗嗎呢吧了的没沒还還是请請货貨发發订訂单單钱錢谢謝什么麼]"
)
_SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "HIRAGANA", "KATAKANA", "CJK")
_OF_SCRIPT = {"CYRILLIC": ("uk", "ru"), "ARABIC": ("ar",), "JAPANESE": ("ja",), "CJK": ("zh", "ja")}
_WEIGHT = {"CJK": 3.0, "JAPANESE": 1.5}  # letters that carry more than one Latin letter does


@dataclass(frozen=True, slots=True)
class Detected:
    """`lang` is one of the detector's languages or "und"; `confidence` is 0 to 1."""

    lang: str
    confidence: float


NOTHING = Detected(UNKNOWN, 0.0)


class Detector:
    """Detects among `languages` (ISO 639-1). Raises ValueError for one that nobody taught it."""

    def __init__(self, languages: Iterable[str] = LANGUAGES) -> None:
        self.languages = tuple(languages)
        if strange := sorted(set(self.languages) - set(LANGUAGES)):
            raise ValueError(f"Nobody taught the desk to recognise {', '.join(strange)}.")

    def detect(self, text: str, *, priors: Mapping[str, float] | None = None) -> Detected:
        """The language of `text`.

        `priors` says what was expected before reading (storefront, history), as probabilities by
        language; what they leave of 1 is shared by the others. They settle short texts and hardly
        move long ones.
        """
        clean = without_noise(text[:MAX_LETTERS])
        script = script_of(clean)
        among = self._written_in(script, clean)
        if not among:
            return NOTHING
        if len(among) == 1:
            return Detected(among[0], 1.0)
        return _likeliest(among, words(clean)[:MAX_WORDS], priors=priors or {})

    def _written_in(self, script: str, clean: str) -> tuple[str, ...]:
        if not script:
            return ()
        if script == "LATIN":
            other = {lang for langs in _OF_SCRIPT.values() for lang in langs}
            return tuple(lang for lang in self.languages if lang not in other)
        among = tuple(lang for lang in _OF_SCRIPT[script] if lang in self.languages)
        return _told_by_letters(among, clean)


def without_noise(text: str) -> str:
    """`text` without what is no language; quoted lines stay only where there is nothing else."""
    fresh = _QUOTED.sub(" ", text)
    clean = _NOISE.sub(" ", fresh)
    return clean if any(map(str.isalpha, clean)) else _NOISE.sub(" ", text.replace(">", " "))


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    found = next((script for script in _SCRIPTS if name.startswith(script)), "OTHER")
    return "JAPANESE" if found in ("HIRAGANA", "KATAKANA") else found


def script_of(text: str) -> str:
    """The script that most of `text` is in; "" when it is none that the desk reads."""
    counts: dict[str, float] = {}
    for letter, times in Counter(text[:4000]).items():
        if letter.isalpha():
            script = _script(letter)
            counts[script] = counts.get(script, 0.0) + _WEIGHT.get(script, 1.0) * times
    if counts.get("JAPANESE", 0) >= 0.07 * counts.get("CJK", 0) and "JAPANESE" in counts:
        counts["JAPANESE"] += counts.pop("CJK", 0)
    best = max(counts, key=lambda script: counts[script], default="")
    return "" if best == "OTHER" else best


def _told_by_letters(among: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Letters that only one of the languages has. Han without kana is mostly Chinese."""
    if "zh" in among:
        japanese = _JAPANESE_HAN.search(text) and not _CHINESE_HAN.search(text)
        return ("ja",) if japanese and "ja" in among else ("zh",)
    folded = text.lower()
    ukrainian, russian = (sum(map(folded.count, letters)) for letters in ("іїєґ", "ыэъё"))
    if set(among) == {"uk", "ru"} and ukrainian != russian and not (ukrainian and russian):
        return ("uk",) if ukrainian else ("ru",)
    return among


def _likeliest(
    among: Sequence[str], tokens: Sequence[str], *, priors: Mapping[str, float]
) -> Detected:
    own, profiles = _own_votes(), _profile_votes()
    evidence = _evidence(own, own.sum(tokens), weight=OWN_WEIGHT)
    for lang, log in _evidence(profiles, profiles.sum(tokens), weight=PROFILE_WEIGHT).items():
        evidence[lang] = evidence.get(lang, 0.0) + log
    if not any(evidence.values()):
        return NOTHING
    expected = _expected(among, priors)
    logs = [evidence[lang] + expected[lang] for lang in among]
    return _best(among, softmax(np.array(logs, dtype=np.float32)))


def _expected(among: Sequence[str], priors: Mapping[str, float]) -> dict[str, float]:
    """Log probabilities before reading. What the priors leave of 1 is shared by the others."""
    known = {lang: max(0.0, priors.get(lang, 0.0)) for lang in among}
    total = sum(known.values())
    others = max(1, sum(1 for value in known.values() if value == 0))
    rest = max(0.0, 1.0 - total) / others
    scale = max(1.0, total)
    return {lang: log_or(value / scale or rest, PRIOR_FLOOR) for lang, value in known.items()}


def _evidence(votes: Votes, counted: tuple[Logs, int], *, weight: float) -> dict[str, float]:
    """Letter groups overlap, so their sum claims more than it knows: damped by the square root.

    A handful of them claims too much as well: one short word is hardly a language.
    """
    total, known = counted
    damped = total * weight * known / (known + FEW) / max(1.0, known**0.5 / 3)
    return dict(zip(votes.languages, map(float, damped), strict=True))


def _best(among: Sequence[str], shares: Logs) -> Detected:
    index = int(shares.argmax())
    confidence = float(shares[index])
    return NOTHING if confidence < MIN_CONFIDENCE else Detected(among[index], confidence)


def _profile_grams(word: str) -> list[str]:
    edged = f" {word} "
    return [edged[i : i + size] for size in (1, 2, 3) for i in range(len(edged) - size + 1)]


@cache
def _own_votes() -> Votes:
    """Ours, learned from the authored text when first asked: a tenth of a second."""
    return Votes.learned(
        {
            path.stem: path.read_text(encoding="utf-8").splitlines()
            for path in sorted(_DATA.iterdir())
        }
    )


@cache
def _profile_votes() -> Votes:
    """langdetect's profiles of the languages that need letters to be told apart."""
    counts = {}
    for lang in sorted(path.stem for path in _DATA.iterdir()):
        profile = json.loads(Path(PROFILES_DIRECTORY, lang).read_text(encoding="utf-8"))
        counts[lang] = _folded(profile["freq"])
    return Votes.from_counts(counts, smoothing=20.0, cut=_profile_grams)


def _folded(frequencies: Mapping[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for gram, count in frequencies.items():
        low = gram.lower()
        found[low] = found.get(low, 0.0) + count
        if (bare := stripped(low)) != low:
            found[bare] = found.get(bare, 0.0) + 0.2 * count
    return found
