"""`flask translation tmx`: a vendor's memory of approved sentences, as a file."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts.models import Vendor
from app.config import Settings
from app.extensions import db, part
from app.tickets.languages.exchange import Taken, give_out, take_in
from app.translation.tmx import TmxError

group = AppGroup("tmx", help="Bring a vendor's memory in or out as a TMX file.")


def _vendor(slug: str) -> Vendor:
    vendor = db.session.scalar(select(Vendor).filter_by(slug=slug))
    if vendor is None:
        raise click.ClickException(f"There is no vendor “{slug}”.")
    return vendor


@group.command("import")
@click.argument("vendor")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(vendor: str, file: Path) -> None:
    """Take the sentences of FILE into the memory of VENDOR (its short name)."""
    settings: Settings = part("settings")
    seller, taken = _vendor(vendor), Taken()
    try:
        with file.open("rb") as stream:
            for so_far in take_in(seller, stream, settings.desk_languages):
                taken = so_far
                db.session.commit()
                click.echo(f"\r{taken.read:,} sentences read", nl=False, err=True)
    except (TmxError, OSError) as fault:
        click.echo(err=True)
        raise click.ClickException(f"{fault} {_summary(taken)}") from fault
    click.echo(f"\r{_summary(taken)}", err=True)


def _summary(taken: Taken) -> str:
    return f"{taken.read:,} sentences read, {taken.new:,} new, {taken.left_out:,} left out."


@group.command("export")
@click.argument("vendor")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export_file(vendor: str, file: Path | None) -> None:
    """Write the memory of VENDOR to FILE, or to the standard output."""
    seller = _vendor(vendor)
    with file.open("wb") if file else sys.stdout.buffer as stream:
        for piece in give_out(seller.id):
            stream.write(piece)
        stream.flush()
