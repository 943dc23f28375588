"""A vendor's memory out of a TMX file and into one, piece by piece.

What holds contact data is left out on the way in. Commits nothing: the caller does, after each
piece, so that a large file never keeps others from writing for long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from sqlalchemy import func, select

from app.accounts.models import Vendor
from app.extensions import db
from app.privacy.redact import redact
from app.translation.memory import Way, remember
from app.translation.memory_models import Origin, Segment
from app.translation.segments import paired
from app.translation.tmx import Kept, TmxError, Unit, read_units, write

BATCH = 500


@dataclass(frozen=True)
class Taken:
    """What became of a file so far: its sentences, those that were new, those left out."""

    read: int = 0
    new: int = 0
    left_out: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.read + other.read, self.new + other.new, self.left_out + other.left_out)


def take_in(vendor: Vendor, file: IO[bytes], languages: Sequence[str]) -> Iterator[Taken]:
    """Remember the sentences of a TMX file in the desk's `languages`. Yields the totals after each
    piece; raises TmxError at a bad line, when what stands before it was taken in."""
    total, fault = Taken(), None
    units = read_units(file)
    while fault is None:
        batch, fault = _next(units)
        if not batch:
            break
        total += _take(vendor, batch, frozenset(languages))
        yield total
    if fault:
        raise fault


def _next(units: Iterator[Unit]) -> tuple[list[Unit], TmxError | None]:
    batch: list[Unit] = []
    try:
        for unit in units:
            batch.append(unit)
            if len(batch) == BATCH:
                break
    except TmxError as fault:
        return batch, fault
    return batch, None


def _take(vendor: Vendor, units: Sequence[Unit], languages: frozenset[str]) -> Taken:
    found: dict[Way, list[tuple[str, str]]] = {}
    used = 0
    for unit in units:
        pairs = {
            Way(vendor.id, source, target): pair
            for source, target in unit.pairs()
            if {source, target} <= languages and (pair := _clean(unit, source, target, vendor))
        }
        used += bool(pairs)
        for way, pair in pairs.items():
            found.setdefault(way, []).append(pair)
    new = sum(remember(way, pairs, origin=Origin.TMX) for way, pairs in found.items())
    return Taken(len(units), new, len(units) - used)


def _clean(unit: Unit, source: str, target: str, vendor: Vendor) -> tuple[str, str] | None:
    sides = unit.texts[source], unit.texts[target]
    for text, lang in zip(sides, (source, target), strict=True):
        if redact(text, lang=lang, exempt=vendor.own_contacts).hidden:
            return None
    return paired(*sides)


def give_out(vendor_id: int) -> Iterator[bytes]:
    """The vendor's memory as a TMX file, in pieces."""
    return write(_kept(vendor_id))


def _kept(vendor_id: int) -> Iterator[Kept]:
    last = 0
    columns = (
        Segment.id, Segment.source_lang, Segment.target_lang, Segment.source, Segment.text,
        Segment.learned_at,
    )  # fmt: skip
    query = select(*columns).where(Segment.vendor_id == vendor_id, Segment.is_back.is_(False))
    while rows := db.session.execute(
        query.where(Segment.id > last).order_by(Segment.id).limit(BATCH)
    ).all():
        yield from (Kept(*row) for row in rows)
        last = rows[-1].id


def count_kept(vendor_id: int) -> dict[tuple[str, str], int]:
    """How many sentences a vendor's memory has, by the languages from and to."""
    query = (
        select(Segment.source_lang, Segment.target_lang, func.count())
        .where(Segment.vendor_id == vendor_id, Segment.is_back.is_(False))
        .group_by(Segment.source_lang, Segment.target_lang)
        .order_by(func.count().desc())
    )
    return {(source, target): count for source, target, count in db.session.execute(query)}
