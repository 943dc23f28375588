"""The figures as tables to take along: CSV and XLSX. Numbers and vendors' names, no buyer and no
agent."""

import io
from collections.abc import Sequence

import xlsxwriter

from app.lib.cells import csv_line
from app.quality.measures import MEANS, Measure
from app.quality.scorecard import Entry, Standing

Cell = str | int | float | None
HEAD = (
    "vendor",
    *(
        f"{measure}_{name}"
        for measure in Measure
        for name in ("share", "low", "high", "counted", "hits", "excused")
    ),
    *(f"{measure}_mean" for measure in MEANS),
)


def rows_of(standings: Sequence[Standing]) -> list[list[Cell]]:
    """One row a vendor, as HEAD names the columns. Shares are between 0 and 1."""
    return [_row(standing) for standing in standings]


def _row(standing: Standing) -> list[Cell]:
    row: list[Cell] = [standing.vendor.name]
    for measure in Measure:
        entry = standing.entries.get(measure)
        if entry is None or entry.now.share is None:
            row += [None, None, None, 0, 0, entry.now.excused if entry else 0]
        else:
            low, high = entry.now.interval
            row += [
                round(entry.now.share, 4), round(low, 4), round(high, 4),
                entry.now.counted, entry.now.hits, entry.now.excused,
            ]  # fmt: skip
    return row + [_mean(standing.entries.get(measure)) for measure in MEANS]


def _mean(entry: Entry | None) -> float | None:
    mean = entry.now.mean if entry else None
    return None if mean is None else round(mean, 2)


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The rows under their head, in UTF-8."""
    return "".join(csv_line(row) for row in [HEAD, *rows]).encode()


def as_xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The rows under their head, as a workbook; shares are written as percent."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0 %"})
        sheet.write_row(0, 0, HEAD, bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif cell is not None:
                    is_share = HEAD[place].endswith(("_share", "_low", "_high"))
                    sheet.write_number(number, place, cell, percent if is_share else None)
        sheet.freeze_panes(1, 1)
    return content.getvalue()
