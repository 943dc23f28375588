"""A vendor's glossary: terms that stay as they are, and terms that are rendered so.

Reads what people paste and says of each row why it cannot be used. Rows are one vendor's, and
nothing here commits.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, or_, select

from app.extensions import db
from app.translation.memory_models import Term

LONGEST = 80
ROW = 1_000  # characters of a pasted line that are looked at
MOST = 2_000  # terms of one vendor: each sentence is searched for all of them
_HEADER = {"term", "terme", "begriff", "término", "termino", "termine", "source"}
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")


class Refusal(StrEnum):
    """Why a row of the glossary cannot be used."""

    EMPTY = "empty"
    COLUMNS = "columns"
    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    LANGUAGE = "language"
    ONE_LANGUAGE = "one language"
    SAME_LANGUAGE = "same language"
    NO_RENDERING = "no rendering"
    NEW_NUMBER = "new number"
    TWICE = "twice"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as it was given. Without languages and rendering it stays as it is."""

    text: str
    source_lang: str = ""
    target_lang: str = ""
    rendering: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is once in a glossary."""
        return self.source_lang, self.target_lang, self.text.casefold()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its number, itself, and why."""

    line: int
    row: str
    why: Refusal


def entry_of(cells: Sequence[str]) -> Entry:
    """Columns in the order of the page: term, from, to, rendering."""
    text, source, target, rendering = [*(_trimmed(cell) for cell in cells), "", "", "", ""][:4]
    return Entry(text, source.lower(), target.lower(), rendering)


def find_refusal(entry: Entry, languages: Sequence[str]) -> Refusal | None:
    """Why this entry cannot be a term, None for a good one."""
    given = [lang for lang in (entry.source_lang, entry.target_lang) if lang]
    renders = bool(given or entry.rendering)
    checks = (
        (not entry.text, Refusal.EMPTY),
        (sum(map(str.isalnum, entry.text)) < 2, Refusal.SHORT),
        (max(len(entry.text), len(entry.rendering)) > LONGEST, Refusal.LONG),
        (not any(map(str.isalpha, entry.text)), Refusal.NUMBER),
        (any(lang not in languages for lang in given), Refusal.LANGUAGE),
        (renders and len(given) < 2, Refusal.ONE_LANGUAGE),
        (renders and entry.source_lang == entry.target_lang, Refusal.SAME_LANGUAGE),
        (renders and not entry.rendering, Refusal.NO_RENDERING),
        (_brings_a_number(entry), Refusal.NEW_NUMBER),
    )
    return next((why for failed, why in checks if failed), None)


def _brings_a_number(entry: Entry) -> bool:
    """Digits of a rendering that its term has not: the check would call them made up."""
    return not set(_DIGITS.findall(entry.rendering)) <= set(_DIGITS.findall(entry.text))


def read_rows(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """The rows of pasted CSV or TSV: line number, the line, its cells. A header is left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    separator = _separator(lines)
    for number, line in enumerate(lines, start=1):
        cells = next(csv.reader([line[:ROW].replace("\0", "")], delimiter=separator), [])
        if any(cell.strip() for cell in cells) and not _is_header(number, cells):
            yield number, line, cells


def _separator(lines: Sequence[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max("\t;,", key=lambda sign: ("\n".join([first, *lines[:50]]).count(sign), sign == "\t"))


def _is_header(number: int, cells: Sequence[str]) -> bool:
    return number == 1 and len(cells) > 1 and cells[0].strip().casefold() in _HEADER


def sift(text: str, languages: Sequence[str]) -> tuple[list[Entry], list[Refused]]:
    """What of a paste can be used, and what not and why."""
    good: dict[tuple[str, str, str], Entry] = {}
    bad: list[Refused] = []
    for number, line, cells in read_rows(text):
        entry = entry_of(cells)
        why = Refusal.COLUMNS if len(cells) > 4 else find_refusal(entry, languages)
        if why is None and entry.key in good:
            why = Refusal.TWICE
        if why is None:
            good[entry.key] = entry
        else:
            bad.append(Refused(number, line, why))
    return list(good.values()), bad


# --- rows ----------------------------------------------------------------------------------


def put(vendor_id: int, entries: Iterable[Entry]) -> list[Entry]:
    """Add terms or bring them up to date. Returns those for which there was no room."""
    known = {(t.source_lang, t.target_lang, t.folded): t for t in _terms_of(vendor_id)}
    left_over = []
    for entry in entries:
        term = known.get(entry.key)
        if term is None and len(known) >= MOST:
            left_over.append(entry)
            continue
        if term is None:
            source, target, folded = entry.key
            term = known[entry.key] = Term(
                vendor_id=vendor_id, source_lang=source, target_lang=target, folded=folded
            )
            db.session.add(term)
        term.text, term.rendering = entry.text, entry.rendering
    return left_over


def _terms_of(vendor_id: int) -> Sequence[Term]:
    return db.session.scalars(select(Term).filter_by(vendor_id=vendor_id)).all()


def terms_page(vendor_id: int, *, after: tuple[str, int] | None, limit: int) -> Sequence[Term]:
    """Terms in the order of the alphabet, those behind `after` (folded text and id)."""
    query = select(Term).filter_by(vendor_id=vendor_id).order_by(Term.folded, Term.id)
    if after:
        text, term_id = after
        behind = (Term.folded > text) | ((Term.folded == text) & (Term.id > term_id))
        query = query.where(behind)
    return db.session.scalars(query.limit(limit)).all()


def count_terms(vendor_id: int) -> int:
    """How many terms a vendor has."""
    query = select(func.count()).select_from(Term).filter_by(vendor_id=vendor_id)
    return db.session.scalar(query) or 0


def take_out(vendor_id: int, term_id: int) -> str | None:
    """Delete a vendor's term. Its text; None when the vendor has none with that number."""
    gone = delete(Term).filter_by(vendor_id=vendor_id, id=term_id).returning(Term.text)
    return db.session.scalar(gone)


def terms_for(vendor_id: int, source: str, target: str) -> Mapping[str, str]:
    """What stands for each term, by the folded term; one that is kept has itself."""
    query = select(Term.folded, Term.text, Term.rendering).where(
        Term.vendor_id == vendor_id,
        or_(
            Term.source_lang == "",
            (Term.source_lang == source) & (Term.target_lang == target),
        ),
    )
    # Languages sort behind none, so that a rendering of its own beats "stays as it is".
    rows = db.session.execute(query.order_by(Term.source_lang))
    return {folded: rendering or text for folded, text, rendering in rows}


def _trimmed(cell: str) -> str:
    return _SPACES.sub(" ", cell).strip()
