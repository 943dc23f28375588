"""An engine that stops in time: one text must not keep the worker from all the others.

Knows an engine and how long it may take for one text. A sentence that it does not come to is given
back with the reason, so that the text is shown with what there is.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.translation.engine import Engine, Pair
from app.translation.loaded import REFUSED, Scored

# Less than half of the time after which another worker takes the draft for forgotten.
SECONDS = 45
AT_A_TIME = 64  # sentences; a full package takes a few seconds for them
OUT_OF_TIME = replace(REFUSED, reason="There was no time left for this sentence: the text is long.")


class PatientEngine:
    """`engine` for one text. The time begins to run when this is made."""

    def __init__(
        self, engine: Engine, *, seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._engine = engine
        self._clock = clock
        self._until = clock() + seconds
        self._pairs: frozenset[Pair] | None = None

    def pairs(self) -> frozenset[Pair]:
        """See `Engine.pairs`. Looked up once: a text in two languages asks with every turn."""
        if self._pairs is None:
            self._pairs = self._engine.pairs()
        return self._pairs

    def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
        """See `Engine.translate`; OUT_OF_TIME for what is left when the time is over."""
        done: list[Scored] = []
        while len(done) < len(sentences) and self._clock() < self._until:
            piece = sentences[len(done) : len(done) + AT_A_TIME]
            done += self._engine.translate(piece, source=source, target=target)
        return done + [OUT_OF_TIME] * (len(sentences) - len(done))
