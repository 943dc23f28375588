"""No cell of an export is a formula."""

from datetime import UTC, datetime

import pytest

from app.lib.cells import csv_line


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 6", "'+33 6"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("a = b", "a = b"),
        (-2, "-2"),
        (None, ""),
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02T09:00:00+00:00"),
    ],
)
def test_a_text_that_a_spreadsheet_would_work_out_stands_behind_an_apostrophe(
    cell: object, written: str
) -> None:
    assert csv_line([cell, "x"]) == f"{written},x\r\n"
