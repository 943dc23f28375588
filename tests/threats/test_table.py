"""docs/threats.md says which test plays which row, and says it truly."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROWS = {f"{letter}{n}" for letter, last in (("V", 25), ("X", 16), ("B", 7), ("F", 10))
        for n in range(1, last + 1)}  # fmt: skip


def documented() -> dict[str, set[str]]:
    page = (HERE.parent.parent / "docs" / "threats.md").read_text()
    lines = re.findall(r"^\| ([VXBF]\d+) \|.*\| (.*) \|$", page, re.MULTILINE)
    return {row: set(re.findall(r"`(test_\w+)`", tests)) for row, tests in lines}


def written() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in HERE.glob("test_*.py"):
        for name, row in re.findall(r"^def (test_([VXBF]\d+)_\w+)", path.read_text(), re.M | re.I):
            found.setdefault(row.upper(), set()).add(name)
    return found


def test_every_row_of_the_table_has_a_test() -> None:
    assert set(documented()) == ROWS
    assert set(written()) == ROWS


def test_the_page_names_exactly_the_tests_that_there_are() -> None:
    assert documented() == written()
