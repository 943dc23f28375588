"""Reads `phrasebook/` from disk into frozen groups, macros and items.

Knows the files' shape and says file and line of everything that breaks it, all at once. It must
never mend a row silently: what is wrong is told to its author.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from app.phrasebook.grammar import GENDERS
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
from app.phrasebook.rendering import slots_of
from app.phrasebook.vocabulary import (
    BUYER,
    FOLDERS,
    LANGUAGES,
    MACRO,
    MAIN,
    ROLE_LETTERS,
    TONES,
    WIDE,
    names_of,
)

ITEMS = "items.yaml"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Row:
    """One mapping of a file, its values by key, and the problems found in it so far."""

    def __init__(self, node: yaml.MappingNode, file: Path) -> None:
        self.file = file
        self.line = node.start_mark.line + 1
        self.problems: list[Problem] = []
        self.nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in self.nodes:
                self.say(f"“{key.value}” is given twice.", value)
            self.nodes[key.value] = value

    def say(self, sentence: str, node: yaml.Node | None = None) -> None:
        line = node.start_mark.line + 1 if node is not None else self.line
        self.problems.append(Problem(self.file, line, sentence))

    def text(self, key: str) -> str:
        node = self.nodes.get(key)
        if node is None:
            self.say(f"“{key}” is missing.")
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.say(f"“{key}” must be one text.", node)
            return ""
        if not node.value.strip():
            self.say(f"“{key}” is empty.", node)
        return str(node.value)

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        value = self.text(key)
        if value and value not in allowed:
            self.say(f"“{key}: {value}” is unknown; use {', '.join(allowed)}.", self.nodes[key])
        return value

    def allow(self, keys: Iterable[str]) -> None:
        for key in self.nodes.keys() - set(keys):
            self.say(f"The key “{key}” is unknown here.", self.nodes[key])

    def texts(self, langs: Iterable[str], *, pattern: str = "{}") -> dict[str, str]:
        keys = ((lang, pattern.format(lang)) for lang in langs)
        return {lang: self.text(key) for lang, key in keys if key in self.nodes}

    def need_quotes(self, keys: Iterable[str]) -> None:
        # An unquoted text loses what follows “ #” and breaks at “: ”.
        for key in keys:
            node = self.nodes.get(key)
            if isinstance(node, yaml.ScalarNode) and node.style != '"':
                self.say(f"“{key}” must stand in double quotes.", node)

    def need(self, langs: Iterable[str], *, pattern: str = "{}") -> None:
        for lang in langs:
            if pattern.format(lang) not in self.nodes:
                self.say(f"“{pattern.format(lang)}” is missing.")

    def slots(self, texts: Mapping[str, str], *, pattern: str = "{}") -> dict[str, frozenset[str]]:
        found = {}
        for lang, text in texts.items():
            try:
                found[lang] = slots_of(text, lang)
            except SlotError as wrong:
                key = pattern.format(lang)
                self.say(f"{key}: {wrong}", self.nodes[key])
        return found


def place_of(file: Path) -> tuple[str, str]:
    """Role and intent (or topic) of a file, from its path: `buyer/order_status.yaml`.

    Raises `PhrasebookError` for a folder or a name the phrasebook does not know.
    """
    role = FOLDERS.get(file.parent.name)
    if role is None:
        raise PhrasebookError([Problem(file, 1, f"Files live in {', '.join(FOLDERS)}.")])
    name = file.stem
    if name not in names_of(role):
        raise PhrasebookError([Problem(file, 1, f"“{name}” is no intent of a {role} file.")])
    return role, name


def _rows(file: Path) -> Iterator[_Row]:
    try:
        with file.open("rb") as stream:
            top = yaml.compose(stream, Loader=_Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark else 1
        raise PhrasebookError(
            [Problem(file, line, f"This is not YAML: {wrong.problem}.")]
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise PhrasebookError([Problem(file, 1, f"This is not YAML: {wrong}.")]) from None
    if top is None:
        return
    if not isinstance(top, yaml.SequenceNode):
        raise PhrasebookError([Problem(file, 1, "A file is a list of groups: “- id: …”.")])
    for node in top.value:
        if not isinstance(node, yaml.MappingNode):
            line = node.start_mark.line + 1
            raise PhrasebookError([Problem(file, line, "A group begins with “- id: …”.")])
        yield _Row(node, file)


def _id(row: _Row, role: str, intent: str) -> str:
    prefix = f"{intent}-{ROLE_LETTERS[role]}-"
    value = row.text("id")
    if value and not value.startswith(prefix):
        row.say(f"The id “{value}” must begin with “{prefix}”.")
    return value


def _level(row: _Row, role: str) -> int | None:
    if role in (BUYER, MACRO):
        return int(row.one_of("level", ("1", "2")) == "2") + 1
    if "level" in row.nodes:
        row.say("Only buyers' groups and macros have a level.")
    return None


def _same_slots(row: _Row, found: Mapping[str, frozenset[str]]) -> frozenset[str]:
    first = found.get("en", frozenset())
    for key, slots in found.items():
        for name in sorted(first ^ slots):
            where = "en" if name in first else key
            row.say(
                f"{key}: the slot {{{name}}} stands only in “{where}” of “en” and “{key}”.",
                row.nodes[key],
            )
    return first


def _group(row: _Row, role: str, intent: str) -> Group:
    cells = (*LANGUAGES, *(f"{lang}_typed" for lang in LANGUAGES))
    row.allow(("id", "level", "tone", *cells))
    row.need_quotes(cells)
    row.need(MAIN)
    texts, typed = row.texts(LANGUAGES), row.texts(LANGUAGES, pattern="{}_typed")
    for lang in typed.keys() - texts.keys():
        row.say(f"“{lang}_typed” stands without “{lang}”.", row.nodes[f"{lang}_typed"])
    slots = _same_slots(row, row.slots(texts))
    for lang, held in row.slots(typed, pattern="{}_typed").items():
        if held - slots:
            names = ", ".join(sorted(held - slots))
            row.say(f"has slots that “en” has not: {names}.", row.nodes[f"{lang}_typed"])
    return Group(
        id=_id(row, role, intent),
        role=role,
        intent=intent,
        level=_level(row, role),
        tone=row.one_of("tone", TONES[role]),
        slots=slots,
        texts=texts,
        typed=typed,
        file=row.file,
        line=row.line,
    )


def _macro(row: _Row, intent: str) -> Macro:
    row.allow(("id", "level", *WIDE, *(f"title_{lang}" for lang in WIDE)))
    row.need(WIDE)
    row.need(WIDE, pattern="title_{}")
    bodies = row.texts(WIDE)
    return Macro(
        id=_id(row, MACRO, intent),
        intent=intent,
        level=_level(row, MACRO) or 1,
        slots=_same_slots(row, row.slots(bodies)),
        titles=row.texts(WIDE, pattern="title_{}"),
        bodies={lang: body.rstrip("\n") for lang, body in bodies.items()},
        file=row.file,
        line=row.line,
    )


def _noun(row: _Row, lang: str) -> Noun | None:
    node = row.nodes.get(lang)
    if not isinstance(node, yaml.SequenceNode) or len(node.value) < 2:
        row.say(f"“{lang}” must be [gender, noun].", node)
        return None
    gender, *forms = (part.value for part in node.value)
    if gender not in GENDERS[lang]:
        row.say(f"{lang}: “{gender}” is no gender; use {', '.join(GENDERS[lang])}.", node)
        return None
    if lang == "pl" and len(forms) != 4:
        row.say("pl: give nominative, genitive, accusative, instrumental.", node)
    return Noun(gender, tuple(forms))


def read_items(file: Path) -> dict[str, Item]:
    """The goods of `items.yaml`, by id. Raises `PhrasebookError`."""
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    for row in _rows(file):
        row.allow(("id", *WIDE))
        nouns = {lang: noun for lang in WIDE if (noun := _noun(row, lang))}
        item = Item(row.text("id"), nouns)
        items[item.id] = item
        problems += row.problems
    if problems:
        raise PhrasebookError(problems)
    return items


def read_file(file: Path) -> tuple[list[Group | Macro], list[Problem]]:
    """All groups or macros of one file, and what is wrong with them. Raises nothing."""
    rows: list[Group | Macro] = []
    problems: list[Problem] = []
    try:
        role, intent = place_of(file)
        for row in _rows(file):
            rows.append(_macro(row, intent) if role == MACRO else _group(row, role, intent))
            problems += row.problems
    except PhrasebookError as wrong:
        problems += wrong.problems
    return rows, problems


def files_of(folder: Path) -> list[Path]:
    """Every file of groups and macros under `folder`, sorted."""
    return sorted(file for name in FOLDERS for file in (folder / name).glob("*.yaml"))


def read_files(files: Iterable[Path]) -> tuple[list[Group], list[Macro], list[Problem]]:
    """Groups, macros and every problem of `files`, ids given twice among them."""
    rows: list[Group | Macro] = []
    problems: list[Problem] = []
    for file in files:
        more, wrong = read_file(file)
        rows += more
        problems += wrong
    problems += _twice(rows)
    groups = [row for row in rows if isinstance(row, Group)]
    return groups, [row for row in rows if isinstance(row, Macro)], problems


def _twice(rows: Iterable[Group | Macro]) -> Iterator[Problem]:
    seen: dict[str, Group | Macro] = {}
    for row in rows:
        first = seen.setdefault(row.id, row)
        if first is not row and row.id:
            where = f"{first.file.name}:{first.line}"
            yield Problem(row.file, row.line, f"The id “{row.id}” is already taken in {where}.")


def load_macros(folder: Path) -> list[Macro]:
    """The macros alone, which is quick. Raises `PhrasebookError` as `load` does."""
    _, macros, problems = read_files(sorted((folder / "macros").glob("*.yaml")))
    if problems:
        raise PhrasebookError(problems)
    return macros


def load(folder: Path) -> Phrasebook:
    """Read the whole phrasebook. Raises `PhrasebookError` naming every bad row, one a line."""
    problems: list[Problem] = []
    items: dict[str, Item] = {}
    try:
        items = read_items(folder / ITEMS)
    except PhrasebookError as wrong:
        problems += wrong.problems
    groups, macros, more = read_files(files_of(folder))
    if problems := [*problems, *more]:
        raise PhrasebookError(problems)
    return Phrasebook(groups=groups, macros=macros, items=items)
