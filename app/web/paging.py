"""Pages of a long list, by the last row seen (keyset), never by counting from the start.

A cursor is opaque to the browser: the sort key and the id of the last row, separated by a tilde.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")

PAGE_SIZE = 50


class BadCursor(ValueError):
    """The page asked for does not exist. Its text is for the person who asked."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor behind which the next ones lie (None on the last page)."""

    rows: Sequence[Row]
    next_cursor: str | None


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind the row with this instant and this id."""

    at: datetime
    row_id: int

    def __str__(self) -> str:
        return f"{int(self.at.timestamp() * 1_000_000)}~{self.row_id}"


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor in a query string, None for the first page. Raises BadCursor."""
    if not text:
        return None
    try:
        instant, row_id = text.split("~")
        at = datetime.fromtimestamp(int(instant) / 1_000_000, UTC)
        return Cursor(at, int(row_id))
    except (ValueError, OverflowError, OSError) as fault:
        raise BadCursor("That page does not exist; start again from the first one.") from fault
