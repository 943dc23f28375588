"""Which words of two languages stand for each other, learned from aligned sentences.

The first of the old word-alignment models (Brown and others, 1993, “IBM Model 1”), both ways: words
share out among themselves what they stand beside, so that what is explained by one is not given to
another.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from app.translation.partners import Partners, Table, folded_words, unmet

ROUNDS = 4
OFTEN, LETTERS = 3, 4  # sentences that a word must stand in, and its length, to be judged
SURE, LIKELY = 0.4, 0.06  # how probable a partner is: the best one, any one
MISSES = 0.03  # how often the sentences themselves may gainsay what is said of a word
NOTHING = ""  # what a word stands for that has no partner

Sentences = list[tuple[list[str], list[str]]]
Chances = dict[str, dict[str, float]]


def partners(pairs: Iterable[tuple[str, str]]) -> Partners:
    """Who stands for whom in the sentences of two languages."""
    words = [(folded_words(a), folded_words(b)) for a, b in pairs]
    turned = [(b, a) for a, b in words]
    onward, back = _chances(words), _chances(turned)
    return Partners(_table(words, onward, back), _table(turned, back, onward))


def as_text(found: Partners, *, turned: bool) -> str:
    """What `partners.txt` holds, for the one way or the other."""
    first, second = (found.back, found.onward) if turned else (found.onward, found.back)
    lines = [f">{word}\t{' '.join(sorted(others))}" for word, others in sorted(first.items())]
    lines += [f"<{word}\t{' '.join(sorted(others))}" for word, others in sorted(second.items())]
    return "\n".join(lines) + "\n"


def _chances(words: Sentences) -> Chances:
    """How probable each word of the second language is for one of the first."""
    found: Chances = {}
    for _ in range(ROUNDS):
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for left, right in words:
            sides = [(word, found.get(word)) for word in (NOTHING, *left)]
            for other in right:
                shares = [(w, row.get(other, 1e-9) if row else 1.0) for w, row in sides]
                total = sum(share for _, share in shares)
                for word, share in shares:
                    counts[word][other] += share / total
        found = {word: _shared_out(row) for word, row in counts.items()}
    return found


def _shared_out(row: dict[str, float]) -> dict[str, float]:
    total = sum(row.values())
    return {other: count / total for other, count in row.items() if count > 1e-4 * total}


def _table(words: Sentences, onward: Chances, back: Chances) -> Table:
    often = Counter(word for left, _ in words for word in set(left))
    table: Table = {}
    for word in often:
        row = onward.get(word, {})
        if often[word] < OFTEN or len(word) < LETTERS or max(row.values(), default=0.0) < SURE:
            continue
        kept = {other for other, chance in row.items() if chance >= LIKELY}
        kept |= {other for other in row if back.get(other, {}).get(word, 0.0) >= 2 * LIKELY}
        table[word] = frozenset(kept)
    fails = Counter(word for left, right in words for word in unmet(left, right, table))
    return {word: kept for word, kept in table.items() if fails[word] <= MISSES * often[word]}
