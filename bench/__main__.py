"""`python -m bench`: the table of figures, or one JSON line a row.

--only NAME runs one row; --database sqlite or postgresql one database instead of both.
"""

import argparse
import sys

from bench.rows import ROWS


def main() -> None:
    """Measure and print; status 1 when a target is missed."""
    options = _options()
    missed = False
    for name, row in ROWS.items():
        if options.only not in {None, name}:
            continue
        for database in [options.database] if options.database else ["sqlite", "postgresql"]:
            for figure in row(database):
                print(figure.as_json() if options.json else figure.as_row(), flush=True)
                missed = missed or figure.holds is False
    sys.exit(missed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", choices=sorted(ROWS))
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
