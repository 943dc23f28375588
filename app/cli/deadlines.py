"""`flask deadlines sweep`: one sweep, now or as of an instant. `flask deadlines audit`: every clock
worked out anew from the tickets' history and compared."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter

import click
from flask.cli import AppGroup

from app.deadlines.audit import audit
from app.deadlines.sweep import sweep
from app.lib.clock import now

group = AppGroup("deadlines", help="The 24-hour clock.")


@group.command("sweep")
@click.option("--now", "as_of", metavar="ISO", help="Sweep as if it were this instant.")
def sweep_once(as_of: str | None) -> None:
    """Flag every clock that reached a stage, and print {"flagged","told","seconds"}."""
    at = _instant(as_of) if as_of else now()
    started = perf_counter()
    swept = sweep(at)
    seconds = round(perf_counter() - started, 4)
    click.echo(json.dumps({"flagged": swept.flagged, "told": swept.told, "seconds": seconds}))


@group.command("audit")
def audit_all() -> None:
    """Recompute every clock and print {"checked","unchecked","differences","seconds"}.

    Exit status 1 when a column does not say what the history says; each is printed on a line.
    """
    started = perf_counter()
    found = audit()
    for one in found.differences:
        click.echo(json.dumps(asdict(one)))
    seconds = round(perf_counter() - started, 2)
    counts = {"checked": found.checked, "unchecked": found.unchecked}
    click.echo(json.dumps({**counts, "differences": len(found.differences), "seconds": seconds}))
    if found.differences:
        raise SystemExit(1)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise click.BadParameter(f"“{text}” is not an ISO instant.") from fault
    return at if at.tzinfo else at.replace(tzinfo=UTC)
