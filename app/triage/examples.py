"""Training texts from the phrasebook: filled, noisy, and put together as long mails are.

Pure and deterministic for a seed. It must never read anything but the phrasebook: what the
classifier is measured on is not among it.
"""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.phrasebook import Group, Item, Phrasebook, example_values, render

MIXED_PER_TEXT = 1.0  # texts put together from several groups, for each single one
FROM_BOTH_ENDS = 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """One training text with what is right for it, in the parts that it was put together from."""

    parts: tuple[str, ...]
    lang: str
    intent: str
    level: int

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(self.parts)


def _fill(text: str, lang: str, rng: random.Random, items: Mapping[str, Item]) -> str:
    if "{" not in text:
        return text
    values = example_values(lang, rng.randrange(1 << 30), items=items)
    return render(text, lang, values=values, items=items)


def _strip_marks(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] not in "PS")


def _slip(text: str, rng: random.Random) -> str:
    """`text` with a few letters lost, doubled or swapped, as on a telephone."""
    letters = list(text)
    for _ in range(1 + len(letters) // 40):
        at = rng.randrange(max(1, len(letters) - 1))
        match rng.randrange(3):
            case 0:
                del letters[at : at + 1]
            case 1:
                letters[at : at + 1] = letters[at : at + 1] * 2
            case _:
                letters[at : at + 2] = letters[at : at + 2][::-1]
    return "".join(letters)


def _single(group: Group, rng: random.Random, items: Mapping[str, Item]) -> Iterator[Example]:
    for lang, text in group.texts.items():
        for version in (text, group.typed.get(lang)):
            if version:
                filled = _fill(version, lang, rng, items)
                yield Example((filled,), lang, group.intent, group.level or 1)
        if rng.random() < 0.4:
            rough = _slip(_strip_marks(_fill(text, lang, rng, items)), rng)
            yield Example((rough,), lang, group.intent, group.level or 1)


def roughened(example: Example) -> list[Example]:
    """The same without punctuation, and typed with slips; always the same for the same text."""
    rng = random.Random(example.text)  # noqa: S311 - examples, not secrets
    plain = _strip_marks(example.text)
    return [replace(example, parts=(text,)) for text in (plain, _slip(plain, rng))]


def _frames(book: Phrasebook) -> dict[str, list[str]]:
    """What agents say before and after, by language: a buyer's greeting is much the same."""
    frames: dict[str, list[str]] = defaultdict(list)
    for group in book.groups:
        if group.role == "agent" and group.intent in ("greetings", "closings"):
            for lang, text in group.texts.items():
                if "{" not in text:
                    frames[lang].append(text)
    return frames


class _Mixer:
    """Puts texts of one language together, so that the whole has a right answer."""

    def __init__(self, singles: Sequence[Example], frames: Mapping[str, Sequence[str]]) -> None:
        self.frames = frames
        self.by_class: dict[tuple[str, str, int], list[Example]] = defaultdict(list)
        self.level_1: dict[str, list[Example]] = defaultdict(list)
        for example in singles:
            self.by_class[example.lang, example.intent, example.level].append(example)
            if example.level == 1:
                self.level_1[example.lang].append(example)

    def mix(self, example: Example, rng: random.Random) -> Example:
        """`example` within a longer text. A level 1 beside a level 2 does not lower it; two of
        the same kind stay that kind."""
        parts = [example.text]
        same = self.by_class[example.lang, example.intent, example.level]
        for _ in range(rng.choice((0, 1, 1, 2))):
            parts.append(rng.choice(same).text)
        aside = self.level_1[example.lang]
        if example.level == 2 and aside and rng.random() < 0.35:
            parts.append(rng.choice(aside).text)
        rng.shuffle(parts)
        frames = self.frames.get(example.lang)
        if frames and rng.random() < 0.6:
            parts.insert(0, rng.choice(frames))
        if frames and rng.random() < 0.6:
            parts.append(rng.choice(frames))
        return Example(tuple(parts), example.lang, example.intent, example.level)


def make_examples(book: Phrasebook, *, seed: int) -> list[Example]:
    """Every buyer group of `book` in every language it has, varied; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - examples, not secrets
    buyers = [group for group in book.groups if group.role == "buyer"]
    singles = [example for group in buyers for example in _single(group, rng, book.items)]
    mixer = _Mixer(singles, _frames(book))
    mixed = [mixer.mix(example, rng) for example in singles if rng.random() < MIXED_PER_TEXT]
    return singles + mixed
