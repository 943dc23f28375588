"""The phrasebook's proof-reader: everything a machine can hold against a file of groups.

`check_files` lists all problems at once. It must never change a file.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from app.phrasebook.cells import find_faults
from app.phrasebook.likeness import find_twins
from app.phrasebook.model import Group, Macro, PhrasebookError, Problem
from app.phrasebook.reading import ITEMS, read_files, read_items
from app.phrasebook.vocabulary import AGENT, BUYER


def _group_faults(group: Group) -> Iterator[Problem]:
    for lang, text in group.texts.items():
        for fault in find_faults(text, lang, hurried=group.tone == "typed"):
            yield Problem(group.file, group.line, f"{lang}: {fault}")
        if "\n" in text:
            yield Problem(group.file, group.line, f"{lang}: has a line break.")
    for lang, text in group.typed.items():
        for fault in find_faults(text, lang, hurried=True):
            yield Problem(group.file, group.line, f"{lang}_typed: {fault}")
        if text == group.texts.get(lang):
            yield Problem(group.file, group.line, f"{lang}_typed: is the same as “{lang}”.")


def _macro_faults(macro: Macro) -> Iterator[Problem]:
    for lang, title in macro.titles.items():
        for fault in find_faults(title, lang):
            yield Problem(macro.file, macro.line, f"title_{lang}: {fault}")
    for lang, body in macro.bodies.items():
        for line in filter(None, body.split("\n")):
            for fault in find_faults(line, lang):
                yield Problem(macro.file, macro.line, f"{lang}: {fault}")


def _twin_faults(groups: Iterable[Group], asked: Collection[Path]) -> Iterator[Problem]:
    everyone = list(groups)  # those beside first, those asked about after them
    for role in (BUYER, AGENT):
        same = [group for group in everyone if group.role == role]
        first = sum(group.file not in asked for group in same)
        for earlier, later, langs in find_twins(same, first=first):
            where = f"{earlier.id} ({earlier.file.name}:{earlier.line})"
            sentence = f"{later.id} is too like {where} in {', '.join(langs)}."
            yield Problem(later.file, later.line, sentence)


def check_files(files: Collection[Path], *, beside: Iterable[Path] = ()) -> list[Problem]:
    """Every problem of `files`, sorted. `beside` are further files that they must not resemble;
    problems of those themselves are not told.
    """
    asked = {file.resolve() for file in files}
    items = [file for file in asked if file.name == ITEMS]
    mine = sorted(asked - set(items))
    others = sorted({file.resolve() for file in beside} - asked)
    groups, macros, problems = read_files([*others, *mine])
    problems = [problem for problem in problems if problem.file in asked]
    problems += [fault for group in groups if group.file in asked for fault in _group_faults(group)]
    problems += [fault for macro in macros if macro.file in asked for fault in _macro_faults(macro)]
    problems += _twin_faults(groups, asked)
    return sorted([*problems, *_item_faults(items)])


def _item_faults(items: Iterable[Path]) -> Iterator[Problem]:
    for file in items:
        try:
            read_items(file)
        except PhrasebookError as wrong:
            yield from wrong.problems
