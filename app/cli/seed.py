"""`flask seed`: the demo desk, or with --tickets a big synthetic one for benchmarks."""

import click

from app.lib.clock import now
from app.seeds.bulk import seed_bulk
from app.seeds.demo import seed_demo


@click.command("seed")
@click.option("--tickets", type=click.IntRange(1), help="So many synthetic tickets.")
@click.option("--open-share", type=click.FloatRange(0, 1), default=0.1, show_default=True)
def command(tickets: int | None, open_share: float) -> None:
    """Fill an empty desk with the demo, or any desk with synthetic tickets."""
    if tickets:
        seed_bulk(tickets, open_share=open_share, now=now(), progress=_show)
    elif not seed_demo(progress=_show):
        click.echo("There is a desk already; it stays as it is.", err=True)


def _show(done: int, of: int) -> None:
    click.echo(f"\r{done} of {of}", nl=done == of, err=True)
