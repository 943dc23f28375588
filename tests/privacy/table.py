"""Reads the table of marked messages: what must be hidden, what must stay."""

import re
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"⟦(?P<hide>[^⟧]*)⟧|⟨(?P<keep>[^⟩]*)⟩")


@dataclass(frozen=True)
class Marked:
    lang: str
    text: str
    hide: tuple[tuple[int, int], ...]
    keep: tuple[tuple[int, int], ...]


def read_table(path: Path) -> list[Marked]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read(*line.split("\t", 1)) for line in lines if line and not line.startswith("#")]


def _read(lang: str, marked: str) -> Marked:
    text, hide, keep, done = "", [], [], 0
    marked = marked.replace("\\n", "\n")
    for match in _MARK.finditer(marked):
        text += marked[done : match.start()]
        start = len(text)
        text += match["hide"] or match["keep"]
        (hide if match["hide"] else keep).append((start, len(text)))
        done = match.end()
    return Marked(lang, text + marked[done:], tuple(hide), tuple(keep))
