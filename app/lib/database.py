"""How a connection to SQLite behaves, and who may write on it.

SQLite has one writer. A transaction that may write takes the write lock at its start
(`BEGIN IMMEDIATE`), so it waits its turn instead of failing in the middle; a page that only
reads says so with `reading` and waits for nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts

from app.extensions import Model, db

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a 250 to a mail server is a promise that survives a power cut
    "PRAGMA busy_timeout=15000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32000",
    "PRAGMA mmap_size=268435456",
)

_reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions that begin inside only read."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def mark_reading(only_reads: bool) -> None:
    """Say for the rest of this context whether its transactions only read."""
    _reading.set(only_reads)


def only_reads() -> bool:
    """Whether this context has said that its transactions only read."""
    return _reading.get()


def insert_or_skip(model: type[Model]) -> Any:
    """An INSERT into `model` that leaves out rows which a unique key knows already.

    It goes past the mapper, whose part in it takes longer than the database's.
    """
    return _insert_or_skip(db.engine.dialect.name, model)


@cache
def _insert_or_skip(dialect: str, model: type[Model]) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    table: Any = model.__table__
    return insert(table).on_conflict_do_nothing()


def prepare_sqlite(engine: Engine) -> None:
    """Give every connection of a SQLite engine the desk's pragmas and its transactions.

    SQLite numbers the rows of one INSERT in their order, which the library does not know: it would
    write them one by one to learn their numbers.
    """
    engine.dialect.insertmanyvalues_implicit_sentinel = (
        InsertmanyvaluesSentinelOpts.ANY_AUTOINCREMENT
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


def learn_sizes() -> None:
    """Let SQLite look at how its tables are filled, so that it reads the right index of each; at
    most 1,000 rows of any. PostgreSQL does so by itself. Commits."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA analysis_limit=1000"))
        db.session.execute(text("ANALYZE"))
        db.session.commit()
