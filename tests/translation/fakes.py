"""A translator that needs no model: a phrase table, and ways to misbehave on purpose."""

from collections.abc import Callable, Mapping, Sequence

from app.translation.engine import NoPackageError, Pair
from app.translation.loaded import Scored


class FakeEngine:
    """Answers from `phrases`, else with `otherwise(sentence)`. Remembers what it was asked."""

    def __init__(
        self,
        phrases: Mapping[str, str] | None = None,
        *,
        pairs: frozenset[Pair] = frozenset({("fr", "en"), ("en", "fr")}),
        otherwise: Callable[[str], str] = lambda sentence: f"<{sentence}>",
        score: float = -0.1,
    ) -> None:
        self.phrases = dict(phrases or {})
        self.asked: list[str] = []
        self._pairs = pairs
        self._otherwise = otherwise
        self._score = score

    def pairs(self) -> frozenset[Pair]:
        return self._pairs

    def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
        if (source, target) not in self._pairs:
            raise NoPackageError(source, target)
        self.asked.extend(sentences)
        return [Scored(self._answer(sentence), self._score) for sentence in sentences]

    def _answer(self, sentence: str) -> str:
        known = self.phrases.get(sentence)
        return known if known is not None else self._otherwise(sentence)
