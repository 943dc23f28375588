"""`python -m app.phrasebook check [FILE…]` for authors, and `counts` for who plans.

Prints problems as `file:line: sentence`; the exit status is 1 if there are any.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.phrasebook.checking import check_files
from app.phrasebook.counting import tables
from app.phrasebook.model import Problem
from app.phrasebook.reading import ITEMS, files_of, read_files

FOLDER = Path(__file__).resolve().parents[2] / "phrasebook"
USAGE = "python -m app.phrasebook check [FILE…] | python -m app.phrasebook counts\n"


def _shown(problem: Problem) -> str:
    return f"{os.path.relpath(problem.file)}:{problem.line}: {problem.sentence}\n"


def check(names: Sequence[str]) -> int:
    """Check the named files against the whole phrasebook, or all of it."""
    everything = [FOLDER / ITEMS, *files_of(FOLDER)]
    files = [Path(name) for name in names] or everything
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        sys.stderr.write(f"There is no file {', '.join(missing)}.\n")
        return 2
    problems = check_files(files, beside=files_of(FOLDER))
    sys.stdout.writelines(map(_shown, problems))
    sys.stdout.write(f"{len(files)} files, {len(problems)} problems.\n")
    return int(bool(problems))


def counts() -> int:
    """How many groups there are, as the tables of docs/phrasebook.md."""
    groups, macros, _ = read_files(files_of(FOLDER))
    sys.stdout.writelines(f"{line}\n" for line in tables(groups, macros))
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run the command named first. Returns the exit status."""
    match arguments:
        case ["check", *names]:
            return check(names)
        case ["counts"]:
            return counts()
    sys.stderr.write(USAGE)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
