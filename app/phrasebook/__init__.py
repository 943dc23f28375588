"""The phrasebook: authored, aligned support sentences; macros, training data and demo in one.

Reads `phrasebook/` and fills its slots. It must never know of tickets, the database or Flask.
"""

from app.phrasebook.examples import example_values, fill_example
from app.phrasebook.model import (
    Group,
    Item,
    Macro,
    Noun,
    Phrasebook,
    PhrasebookError,
    Problem,
    SlotError,
)
from app.phrasebook.reading import load, load_macros
from app.phrasebook.rendering import render
from app.phrasebook.vocabulary import CORE, INTENTS, LANGUAGES, MAIN, TOPICS, WIDE

__all__ = [
    "CORE",
    "INTENTS",
    "LANGUAGES",
    "MAIN",
    "TOPICS",
    "WIDE",
    "Group",
    "Item",
    "Macro",
    "Noun",
    "Phrasebook",
    "PhrasebookError",
    "Problem",
    "SlotError",
    "example_values",
    "fill_example",
    "load",
    "load_macros",
    "render",
]
