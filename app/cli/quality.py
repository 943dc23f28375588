"""`flask quality rebuild`: every figure made anew from the tickets' histories. `flask quality
audit`: a sample counted again and compared."""

import json
from time import perf_counter

import click
from flask.cli import AppGroup

from app.lib.clock import now
from app.quality import checking, rollup

group = AppGroup("quality", help="Figures of vendors' service.")


@group.command("rebuild")
def rebuild() -> None:
    """Forget all figures and count every ticket; print {"tickets","seconds"}."""
    started = perf_counter()
    tickets = rollup.rebuild(now())
    click.echo(json.dumps({"tickets": tickets, "seconds": round(perf_counter() - started, 2)}))


@group.command("audit")
@click.option("--tickets", default=checking.SAMPLE, show_default=True, help="How many to count.")
def audit(tickets: int) -> None:
    """Count a sample again and print {"tickets","differences"}; exit with 1 where one differs."""
    checked = checking.check_sample(now(), size=tickets)
    click.echo(json.dumps({"tickets": checked.tickets, "differences": checked.differences}))
    if checked.differences:
        raise SystemExit(1)
