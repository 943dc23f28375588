"""The desk's only source of "now". Instants are aware and in UTC, in code and in the database.

Nothing else may call `datetime.now`; tests put another clock in with `set_clock`.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


class _Current:
    clock: Clock = staticmethod(system_clock)


def now() -> datetime:
    """The present instant, aware, UTC."""
    return _Current.clock()


def set_clock(clock: Clock) -> None:
    """Let `now` ask `clock` from here on. Only tests, seeds and benchmarks do."""
    _Current.clock = staticmethod(clock)


class Instant(TypeDecorator[datetime]):
    """A column of aware UTC instants. SQLite has no zones and would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant without a zone was given to the database.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
