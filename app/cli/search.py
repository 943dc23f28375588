"""`flask search rebuild`: the full-text index made anew from the tickets."""

import json
from time import perf_counter

import click
from flask.cli import AppGroup

from app.tickets.search.index import rebuild

group = AppGroup("search", help="The full-text index.")


@group.command("rebuild")
def rebuild_index() -> None:
    """Read every ticket into the index again, and print {"tickets","seconds"}.

    Needed once on a desk that is older than its index; otherwise the index keeps itself. The desk
    may be in use meanwhile: what is not read yet is not found.
    """
    started, done = perf_counter(), 0
    for done in rebuild():
        click.echo(f"\r{done} tickets", nl=False, err=True)
    click.echo(err=True)
    click.echo(json.dumps({"tickets": done, "seconds": round(perf_counter() - started, 2)}))
