"""What a text to a buyer may have wrong with it that nobody sees who reads it for the tenth time.
Pure: looks at words and says what to look at; it forbids nothing and changes nothing.

Knows the phrases of `checks.yaml`. Each check would rather be silent than wrong: a warning that
comes with every answer is read by nobody. Contact data and slots are `contacts`' and `approval`'s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from app.tickets.macros.filling import is_nameless
from app.translation.detect import Detected

FILE = Path(__file__).with_name("checks.yaml")
SURE_OF_LANGUAGE = 0.8
FEW_LETTERS = 25  # too few to be sure of a language
_WITHOUT_SPACES = {"ja", "zh"}
_CAPITALS = re.compile(r"(?<![\w-])[^\W\d_]{4,}(?![\w-])")
_WORD = re.compile(r"[^\W_]{4,}")
_QUESTION = re.compile(r"[^.!?？؟。！\n]*[?？؟]")
_SENTENCE = re.compile(r"[^.!?？؟。！\n]{12,}")
_GAP = r"(?:\W+\w+){0,3}\W+"
_PLACEHOLDER = re.compile(r"_{3,}|(?<!\w)[Xx]{3,}(?!\w)|<[^\W\d_][^<>\n]{0,29}>")


class Doubt(StrEnum):
    """One thing to look at before the text leaves."""

    LANGUAGE = "language"
    AWAY = "away"
    GREETING = "greeting"
    PLACEHOLDER = "placeholder"
    LEFT = "left"
    PROMISE = "promise"
    SHOUTING = "shouting"
    QUESTION = "question"


@dataclass(frozen=True)
class Look:
    """A text that is about to leave, and what it answers.

    `asked` are the buyer's sentences since the last answer, `asked_own` the same as the agent reads
    them; `has_date` says that a date of the next news is kept with the ticket.
    """

    text: str
    lang: str
    detected: Detected
    own_text: str = ""
    asked: str = ""
    asked_own: str = ""
    has_date: bool = False


@dataclass(frozen=True)
class Finding:
    """A doubt, and the words that raised it."""

    doubt: Doubt
    words: Sequence[str] = field(default=())


def look_over(look: Look) -> list[Finding]:
    """Every doubt about a text, in the order in which they matter."""
    found = (
        (Doubt.LANGUAGE, other_language(look)),
        (Doubt.AWAY, phrases(look.text, look.lang, "away")),
        (Doubt.PLACEHOLDER, list(dict.fromkeys(_PLACEHOLDER.findall(look.text)))),
        (Doubt.GREETING, empty_greeting(look.text, look.lang)),
        (Doubt.LEFT, left_in_own(look)),
        (Doubt.PROMISE, [] if look.has_date else phrases(look.text, look.lang, "news")),
        (Doubt.SHOUTING, shouted(look.text)),
        (Doubt.QUESTION, unanswered(look)),
    )
    return [Finding(doubt, words) for doubt, words in found if words]


def other_language(look: Look) -> list[str]:
    """The language that the text seems to be in, when that is not the buyer's."""
    letters = sum(letter.isalpha() for letter in look.text)
    seen = look.detected
    known = look.lang != "und" and seen.lang not in {"und", look.lang}
    enough = letters >= FEW_LETTERS or look.lang in _WITHOUT_SPACES
    return [seen.lang] if known and enough and seen.confidence >= SURE_OF_LANGUAGE else []


def phrases(text: str, lang: str, kind: str) -> list[str]:
    """The phrases of a kind that stand in the text, as they stand there."""
    pattern = _patterns(lang).get(kind)
    found = pattern.findall(text) if pattern else []
    return list(dict.fromkeys(" ".join(piece.split()) for piece in found))


def empty_greeting(text: str, lang: str) -> list[str]:
    """A first line that greets somebody and names nobody: "Dear ,"."""
    first = text.strip().partition("\n")[0].strip()
    return [first] if is_nameless(first.rstrip(" ,:!"), lang) else []


def left_in_own(look: Look) -> list[str]:
    """The sentences of the agent's own text that stand in the buyer's as they are."""
    if not look.own_text:
        return []
    own = {_plain(piece) for piece in _SENTENCE.findall(look.own_text)}
    theirs = [piece.strip() for piece in _SENTENCE.findall(look.text)]
    return [piece for piece in theirs if _plain(piece) in own and len(_WORD.findall(piece)) > 2]


def shouted(text: str) -> list[str]:
    """Three words in capitals that make up a third of the text, or three exclamation marks."""
    words = _CAPITALS.findall(text)
    loud = [word for word in words if word.isupper() and word.lower() != word]
    if len(loud) >= 3 and len(loud) * 3 >= len(words):
        return loud[:3]
    return ["!!!"] if "!!!" in text else []


def unanswered(look: Look) -> list[str]:
    """The buyer's questions that the answer says nothing of, while it speaks of another one.

    Compared in the language in which there are both: the agent's where there is a translation, the
    buyer's otherwise. Without a word in common with any question nothing can be said.
    """
    asked, said = look.asked, look.text
    if look.own_text and look.asked_own:
        asked, said = look.asked_own, look.own_text
    questions = [piece.strip() for piece in _QUESTION.findall(asked)]
    answered = _stems(said)
    topics = [_stems(question) for question in questions]
    told = [bool(topic & answered) for topic in topics]
    if len(questions) < 2 or not any(told):
        return []
    return [
        question
        for question, topic, is_told in zip(questions, topics, told, strict=True)
        if topic and not is_told
    ]


def _stems(text: str) -> frozenset[str]:
    """What words begin with, without the short ones that stand in every sentence."""
    return frozenset(word[:5] for word in _WORD.findall(text.casefold()))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@cache
def _patterns(lang: str) -> dict[str, re.Pattern[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(FILE.read_text("utf-8")).get(lang, {})
    edges = ("", "") if lang in _WITHOUT_SPACES else (r"(?<!\w)", r"(?!\w)")
    return {
        kind: re.compile(f"{edges[0]}(?:{'|'.join(map(_phrase, words))}){edges[1]}", re.IGNORECASE)
        for kind, words in lists.items()
    }


def _phrase(words: str) -> str:
    pieces = [r"\s+".join(map(re.escape, piece.split())) for piece in words.split("…")]
    return _GAP.join(pieces)
