"""Taking rows from a queue, so that each is worked on once however many workers there are.

On PostgreSQL workers step over each other's rows (`FOR UPDATE SKIP LOCKED`); on SQLite the
transaction already holds the only write lock.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session, scoped_session

from app.lib.database import reading

Row = TypeVar("Row")


def claim(
    session: Session | scoped_session[Any],
    waiting: Select[Row],
    *,
    limit: int,
    mark: Callable[[Row], None],
) -> Sequence[Row]:
    """Lock up to `limit` of the rows that wait, mark each as taken, commit, and hand them over.

    An empty queue is seen without taking SQLite's write lock: workers look several times a second.
    """
    with reading():
        nothing_waits = session.execute(waiting.limit(1)).first() is None
        session.commit()
    if nothing_waits:
        return []
    row = waiting.column_descriptions[0]["entity"]
    query = waiting.limit(limit).with_for_update(skip_locked=True, of=row)
    rows = session.scalars(query).all()
    for row in rows:
        mark(row)
    session.commit()
    return rows
