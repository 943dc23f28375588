"""Sentences put together from the lexicon: plain things that people write, said plainly.

Knows the notation of `tools/lexicon.tsv`: the phrasebook's slots, for three kinds of nouns
(`{item}`, `{part}`, `{doc}`, and `{item2}` for another item), and bracketed lists (`[time]`,
`[is:item]`). The same choices are made in each language. It must never join what has no verb.
"""

import csv
import random
import re
from pathlib import Path
from typing import NamedTuple

from app.phrasebook import Item, Noun, render
from tools.training.corpus import LANGUAGES, Row, read_book

LEXICON = Path(__file__).parents[1] / "lexicon.tsv"
NOUNS = ("item", "part", "doc")
_LIST = re.compile(r"\[(\w+)(?::(\w+))?\]")
GREETINGS = (
    ("Hello, ", "Bonjour, ", "Guten Tag, ", "Hola, ", "Buongiorno, "),
    ("Hi, ", "Bonjour, ", "Hallo, ", "Hola, ", "Salve, "),
    ("Good evening, ", "Bonsoir, ", "Guten Abend, ", "Buenas noches, ", "Buonasera, "),
    ("Hello XZ1, ", "Bonjour XZ1, ", "Hallo XZ1, ", "Hola XZ1, ", "Salve XZ1, "),
)
PLEASE = (", please", ", s'il vous plaît", ", bitte", ", por favor", ", per favore")
_MARK = re.compile(r"XZ(\d)")
_SLOT = re.compile(r"\{((?:item2?|part|doc)|(?:Item|Part|Doc))([:?.}])", re.IGNORECASE)
# After these German keeps the order of the words, and what we have begins with its subject.
JOINS = (
    (" and ", " et ", " und ", " y ", " e "),
    (", and ", ", et ", ", und ", " y ", " e "),
    (", but ", ", mais ", ", aber ", ", pero ", ", ma "),
    (" but ", " mais ", ", aber ", " pero ", " ma "),
    (" because ", " parce que ", ", denn ", " porque ", " perché "),
)
_KEPT = {"en": ("I ", "I'", "XZ"), "de": ("Sie ", "Ihr", "XZ"), None: ("XZ",)}


class Lexicon(NamedTuple):
    """Nouns by kind, and the other rows by kind; each row has the five languages in order."""

    nouns: dict[str, list[Item]]
    rows: dict[str, list[Row]]


def read_lexicon(path: Path = LEXICON) -> Lexicon:
    nouns: dict[str, list[Item]] = {kind: [] for kind in NOUNS}
    rows: dict[str, list[Row]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not line or line[0].startswith("#"):
                continue
            kind, cells = line[0], dict(zip(LANGUAGES, line[1:], strict=True))
            if kind in nouns:
                found = {lang: _noun(cell) for lang, cell in cells.items()}
                nouns[kind].append(Item(f"{kind}{len(nouns[kind])}", found))
            else:
                rows.setdefault(kind, []).append(cells)
    nouns["item"] += [
        Item(f"own-{item.id}", {lang: item.nouns[lang] for lang in LANGUAGES})
        for item in read_book().items.values()
    ]
    return Lexicon(nouns, rows)


def _noun(cell: str) -> Noun:
    gender, words = cell.split(" ", 1)
    return Noun(gender, tuple(words.split(", ")))


def made(lexicon: Lexicon, dice: random.Random) -> Row:
    """One sentence, the same in each language."""
    kind = dice.choices(("c", "a", "q", "aq", "r", "ar", "p"), (34, 15, 17, 5, 5, 4, 20))[0]
    row = _filled(dice.choice(lexicon.rows[kind]), lexicon, dice)
    if kind in ("c", "a"):
        if dice.random() < 0.4:
            second = _filled(dice.choice(lexicon.rows[kind]), lexicon, dice)
            row = _joined(row, second, dice)
        end = dice.choice("...!") if dice.random() < 0.5 else "."
    else:
        end = {"q": "?", "aq": "?", "r": ".", "ar": ".", "p": ""}[kind]
    if kind in ("q", "aq") and dice.random() < 0.1:
        row = {lang: row[lang] + word for lang, word in zip(LANGUAGES, PLEASE, strict=True)}
    if dice.random() < 0.1:
        row = _greeted(row, dice)
    return {lang: _ended(text, lang, end) for lang, text in row.items()}


def _greeted(row: Row, dice: random.Random) -> Row:
    words = dict(zip(LANGUAGES, dice.choice(GREETINGS), strict=True))
    row = _moved(row, len(_MARK.findall(words["en"])))
    return {lang: words[lang] + _lowered(row[lang], lang) for lang in row}


def _lowered(text: str, lang: str) -> str:
    """Without a capital that only the beginning of the sentence gave it."""
    if text.startswith(_KEPT.get(lang, _KEPT[None])):
        return text
    start = 1 if text[:1] in ("¿", "¡") else 0
    return text[:start] + text[start : start + 1].lower() + text[start + 1 :]


_ITALIAN = re.compile(r"\b(in|su) (il|lo|la|i|gli|le|l')(?= |(?<=')\w)")
_INTO = {"in": "ne", "su": "su"}
_ENDS = {"il": "l", "lo": "llo", "la": "lla", "i": "i", "gli": "gli", "le": "lle", "l'": "ll'"}


def _ended(text: str, lang: str, end: str) -> str:
    text = text[:1].upper() + text[1:]
    if lang == "it":
        text = _ITALIAN.sub(lambda found: _INTO[found[1]] + _ENDS[found[2]], text)
    if lang == "es" and end in ("?", "!"):
        text = {"?": "¿", "!": "¡"}[end] + text
    space = " " if lang == "fr" and end in ("?", "!") else ""
    return text + space + end


def _filled(row: Row, lexicon: Lexicon, dice: random.Random) -> Row:
    """Lists first, since they bring slots of their own; then one noun for each name."""
    texts = dict(row)
    while found := _LIST.search(texts["en"]):
        chosen = _moved(dice.choice(lexicon.rows[found[1]]), len(_MARK.findall(texts["en"])))
        for lang, text in texts.items():
            put = chosen[lang].replace("{X", "{" + found[2]) if found[2] else chosen[lang]
            texts[lang] = text.replace(found[0], put)
    two = dice.sample(lexicon.nouns["item"], 2)
    nouns = {"item": two[0], "item2": two[1]}
    nouns |= {kind: dice.choice(lexicon.nouns[kind]) for kind in ("part", "doc")}
    for name, noun in nouns.items():
        texts = {lang: _put(text, lang, name=name, noun=noun) for lang, text in texts.items()}
    return texts


def _put(text: str, lang: str, *, name: str, noun: Item) -> str:
    pieces = re.split(r"(\{[^{}]*\})", text)
    for n, piece in enumerate(pieces):
        found = _SLOT.match(piece)
        if found and found[1].lower() == name:
            slot = "{" + ("Item" if found[1][0].isupper() else "item") + piece[len(name) + 1 :]
            pieces[n] = render(slot, lang, values={"item": noun.id}, items={noun.id: noun})
    return "".join(pieces)


def _joined(first: Row, second: Row, dice: random.Random) -> Row:
    join = dict(zip(LANGUAGES, dice.choice(JOINS), strict=True))
    second = _moved(second, len(_MARK.findall(first["en"])))
    result = {}
    for lang, text in first.items():
        rest, glue = _lowered(second[lang], lang), join[lang]
        if lang == "es" and glue == " y " and re.match(r"h?i[^aeo]", rest.lower()):
            glue = " e "
        result[lang] = text + glue + rest
    return result


def _moved(row: Row, count: int) -> Row:
    """The row with its marks counted on from `count`."""
    return {
        lang: _MARK.sub(lambda found: f"XZ{int(found[1]) + count}", text)
        for lang, text in row.items()
    }
