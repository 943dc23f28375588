"""What a text shows, as numbers."""

import numpy as np

from app.triage.evidence import Evidence, columns, finish, gather, measure, tally
from app.triage.rules import Rules
from app.triage.words import read_words

TEXTS = (
    "My lawyer says the parcel was marked as delivered, but nobody here has it?",
    "Where is it?",
    "VAT on three invoices, and the customs refuse!",
    "",
)


def evidence_of(text: str, rules: Rules) -> Evidence:
    return gather(text, read_words(text), lang="en", rules=rules)


def test_a_sum_of_tallies_says_what_the_whole_text_says(rules: Rules) -> None:
    parts = [evidence_of(text, rules) for text in TEXTS]
    whole = evidence_of(" ".join(TEXTS), rules)
    summed = finish(tally(parts, rules).sum(axis=0, keepdims=True), rules)
    assert np.array_equal(summed, measure([whole], rules))


def test_measuring_at_once_is_the_same_as_tallying_first(rules: Rules) -> None:
    found = [evidence_of(text, rules) for text in TEXTS]
    assert np.array_equal(measure(found, rules), finish(tally(found, rules), rules))
    assert measure(found, rules).shape == (len(TEXTS), len(columns(rules)))
