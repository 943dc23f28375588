"""Cells of the tables that people take away: none of them is a formula to a spreadsheet.

What begins with one of these signs would be worked out by the program that opens the file, and a
buyer or a vendor may have typed it. Numbers keep their minus.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any

RISKY = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """The cell, an instant in ISO 8601 and a text behind an apostrophe where it is risky."""
    if hasattr(cell, "isoformat"):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell


def csv_line(cells: Sequence[Any]) -> str:
    """One line of a CSV file; nothing stands for None."""
    text = io.StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue()
