"""Why a verdict is what it is: the rules met, the words that weighed, the facts.

Pure. Every reason about words points into the original text. It must never name a reason that
did not weigh.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from app.triage.evidence import Evidence
from app.triage.facts import FactRule
from app.triage.features import letter_buckets, shape, word_bucket
from app.triage.rules import Find, Rules
from app.triage.verdict import LEVEL_1, LEVEL_2, SENTENCES, Reason
from app.triage.weights import Weights
from app.triage.words import Word, is_cjk

MOST_RULES, MOST_WORDS, WORDS_BESIDE_RULES = 6, 4, 2
_HALF = 0.5  # of the heaviest word's weight; lighter ones are noise to a reader
_WORTH_SAYING = 0.25  # logits; a weaker rule is noise to a reader
_SHORTEST = 3  # letters; "le" and "of" weigh as part of others
_LONGEST_RUN = 8  # signs; a longer run of Chinese is a sentence, not a word


def explain(
    text: str, evidence: Evidence, *, weights: Weights, rules: Rules, known: Sequence[FactRule]
) -> list[Reason]:
    """The reasons for a verdict on `text`: what decides, then rules, words and facts, the heaviest
    of each kind first. `known` are the rules that the conversation's facts meet.
    """
    by_rule = list(_rules(text, evidence, rules))
    taken = [(r.start, r.end) for r in by_rule if r.start is not None and r.end is not None]
    return [
        *(_fact(rule) for rule in known if rule.decides),
        *by_rule,
        *_words(text, evidence.words, weights, taken),
        *(_fact(rule) for rule in known if not rule.decides),
    ]


def doubts(codes: Iterable[str]) -> list[Reason]:
    """What makes a verdict shaky."""
    return [Reason("doubt", code, says=SENTENCES[code]) for code in codes]


def _fact(rule: FactRule) -> Reason:
    return Reason("fact", rule.name, towards=rule.decides or LEVEL_2, says=rule.says["en"])


def _rules(text: str, evidence: Evidence, rules: Rules) -> Iterator[Reason]:
    """The heaviest rules, each where it was met first; a combination stands nowhere."""
    places: dict[str, Find] = {}
    for find in evidence.finds:
        places.setdefault(find.rule, find)
    met = [rules.rules[name] for name in evidence.met]
    heavy = sorted(
        (rule for rule in met if abs(rule.weight) >= _WORTH_SAYING), key=lambda r: -abs(r.weight)
    )
    for rule in heavy[:MOST_RULES]:
        towards = LEVEL_2 if rule.weight > 0 else LEVEL_1
        place = places.get(rule.name)
        if place is None:
            yield Reason("rule", rule.name, towards=towards, says=rule.says)
        else:
            words = text[place.start : place.end]
            yield Reason(
                "rule", rule.name, words, place.start, place.end, towards=towards, says=rule.says
            )


def _words(
    text: str, words: Sequence[Word], weights: Weights, taken: Sequence[tuple[int, int]]
) -> list[Reason]:
    """The words outside the rules' finds that moved the model most, one way or the other."""
    first: dict[str, Word] = {}
    for word in words:
        if _is_worth_showing(word.form) and not _is_covered(word, taken):
            first.setdefault(word.form, word)
    weighed = list(zip(_weights(list(first), weights), first.values(), strict=True))
    weighed.sort(key=lambda pair: -abs(pair[0]))
    most = WORDS_BESIDE_RULES if taken else MOST_WORDS
    enough = abs(weighed[0][0]) * _HALF if weighed else 0
    return [_word(text, word, weight) for weight, word in weighed[:most] if abs(weight) > enough]


def _is_worth_showing(form: str) -> bool:
    if is_cjk(form):
        return len(form) <= _LONGEST_RUN
    return len(form) >= _SHORTEST and not form.isdigit()


def _is_covered(word: Word, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < word.end and word.start < end for start, end in taken)


def _word(text: str, word: Word, weight: float) -> Reason:
    level = LEVEL_2 if weight > 0 else LEVEL_1
    code = f"towards_{level}"
    words = text[word.start : word.end]
    return Reason("word", code, words, word.start, word.end, towards=level, says=SENTENCES[code])


def _weights(forms: Sequence[str], weights: Weights) -> list[float]:
    """How much each word, with its letters, moves the model towards level 2."""
    if not forms:
        return []
    shaped = [shape(form) for form in forms]
    letters = [letter_buckets(form) for form in shaped]
    moved = weights.toward_2[np.concatenate(letters)]
    begins = np.cumsum([0, *map(len, letters[:-1])])
    whole = weights.toward_2[[word_bucket(form) for form in shaped]]
    return list((np.add.reduceat(moved, begins) + whole).tolist())
