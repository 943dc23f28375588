"""The full-text index: FTS5 on SQLite, tsvector with GIN on PostgreSQL, one row a ticket.

Kept in the transaction that changes a ticket, by whatever door: before a commit, every ticket is
read anew of which a row was written. Both databases are handed words that are folded already, and
are asked for them as they are. Knows no agent: who may see what is `search`'s.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    ColumnElement,
    Integer,
    String,
    TextClause,
    cast,
    column,
    event,
    exists,
    func,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.extensions import Model, db
from app.tickets.models import Message, Ticket, TicketEvent
from app.tickets.search.document import BUCKET, Document, documents, fact, tickets_of_scopes
from app.tickets.search.question import Question
from app.translation.models import Draft, DraftState

MOST_COMPLETIONS = 100
# On PostgreSQL: how many of the newest tickets are looked at first. Where a page is full after
# them, the words are common and the rest need not be read; where it is not, they are rare.
NEWEST = (2, 16)  # buckets
TOKENS, POSITIONS = 16_383, 255  # what PostgreSQL can count

_FTS5 = """
CREATE VIRTUAL TABLE IF NOT EXISTS ticket_search USING fts5(words, tokenize="ascii tokenchars '=_'")
"""
_TSVECTOR = """
CREATE TABLE IF NOT EXISTS ticket_search (ticket_id integer PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX IF NOT EXISTS ix_ticket_search_words ON ticket_search USING gin (words)
    WITH (fastupdate = off);
ALTER TABLE ticket_search ALTER COLUMN words SET STATISTICS 1000;
"""
INDEX = {"sqlite": [_FTS5], "postgresql": _TSVECTOR.strip().split(";")[:-1]}
for _dialect, _statements in INDEX.items():
    for _statement in _statements:
        _ddl: Any = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(db.metadata, "after_create", _ddl.execute_if(dialect=_dialect))

# What a ticket's facts and words are made of; its clocks tick without the index.
_WEIGHS = (
    "subject", "order_ref", "vendor_id", "buyer_id", "lang", "level", "assignee_id", "state",
    "intent", "undeliverable", "due_at",
)  # fmt: skip
_TAGGING = {"tagged", "untagged", "moved", "merged", "merged_away", "split", "split_off"}
_DUE = "search_due"
# The index itself: `rowid` is SQLite's name for what PostgreSQL calls `ticket_id`.
ENTRY = table(
    "ticket_search", column("rowid", Integer), column("ticket_id", Integer), column("words")
)

# One of several phrases; a question is a row of these, all of which must hold.
Clause = Sequence[Sequence[str]]


class SearchWord(Model):
    """A word that stands in some ticket: what the beginning of a word can be completed to."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(String(40, collation="C").with_variant(String(40), "sqlite"),
                                      primary_key=True)  # fmt: skip


# --- keeping it ----------------------------------------------------------------------------


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: Any) -> None:
    due: set[int] = session.info.setdefault(_DUE, set())
    for row in (*session.new, *session.dirty):
        due.update(_touched(row))


def _touched(row: Any) -> set[int]:
    """The tickets whose documents are another after this row was written."""
    match row:
        case Ticket() if any(inspect(row).attrs[name].history.has_changes() for name in _WEIGHS):
            return {row.id}
        case Message():
            return {row.ticket_id}
        case TicketEvent(kind=kind) if kind in _TAGGING:
            return {row.ticket_id}
        case Draft(state=DraftState.DONE):
            return tickets_of_scopes([row.scope])
    return set()


@event.listens_for(Session, "before_commit")
def _keep(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    due: set[int] = session.info.pop(_DUE, set())
    if due:
        write(session, documents(session, sorted(due)))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_DUE, None)


def write(session: Session, found: Sequence[Document]) -> None:
    """Put documents into the index in place of what it knew of their tickets."""
    if not found:
        return
    rows = [{"id": one.ticket_id, "words": _stored(session, one)} for one in found]
    for statement in _WRITE[_dialect_of(session)]:
        session.execute(text(statement), rows)
    # In order, so that two writers never wait for each other.
    words = sorted(set().union(*(one.vocabulary for one in found)))
    if words:
        session.execute(*_named(words, _dialect_of(session)))


def _named(words: Sequence[str], dialect: str) -> tuple[TextClause, dict[str, Any]]:
    """A statement that writes down those of the words that are new, and its one parameter: a row
    a word would cost more than all the rest of the index."""
    given: Any = json.dumps(words) if dialect == "sqlite" else words
    return text(_NAME[dialect]), {"words": given}


_NAME = {
    "sqlite": (
        "INSERT INTO search_word (word) SELECT value FROM json_each(:words) WHERE true "
        "ON CONFLICT DO NOTHING"
    ),
    "postgresql": (
        "INSERT INTO search_word (word) SELECT unnest(CAST(:words AS text[])) "
        "ON CONFLICT DO NOTHING"
    ),
}


_WRITE = {
    "sqlite": (
        "DELETE FROM ticket_search WHERE rowid = :id",
        "INSERT INTO ticket_search (rowid, words) VALUES (:id, :words)",
    ),
    "postgresql": (
        (
            "INSERT INTO ticket_search (ticket_id, words) VALUES (:id, CAST(:words AS tsvector)) "
            "ON CONFLICT (ticket_id) DO UPDATE SET words = EXCLUDED.words"
        ),
    ),
}


def rebuild(*, batch: int = 1000) -> Iterator[int]:
    """Make the index anew, a batch of tickets a transaction. Yields how many are done."""
    session = db.session
    session.execute(text("DELETE FROM ticket_search"))
    session.commit()
    done, last = 0, 0
    while True:
        query = select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(batch)
        ids = session.scalars(query).all()
        if not ids:
            break
        write(session(), documents(session(), ids))
        session.commit()
        session.expunge_all()
        done, last = done + len(ids), ids[-1]
        yield done
    tidy()


def tidy() -> None:
    """Put the index in order after much was written. Slow on a big one."""
    if _dialect_of(db.session()) == "sqlite":
        db.session.execute(text("INSERT INTO ticket_search (ticket_search) VALUES ('optimize')"))
        db.session.commit()


def _dialect_of(session: Session) -> str:
    return session.get_bind().dialect.name


def _stored(session: Session, document: Document) -> str:
    if _dialect_of(session) == "sqlite":
        return " ".join(document.words)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(document.words[:TOKENS], start=1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(at[:POSITIONS])}" for word, at in places.items())


# --- asking it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What is asked of the index: `clauses` hold, the ticket's number is below `below`, and one of
    `among` where those are given, or else its deadline was before `late_at`."""

    clauses: Sequence[Clause]
    below: int
    limit: int
    among: Sequence[int] | None = None
    late_at: datetime | None = None


def clauses_of(question: Question) -> list[Clause]:
    """The words of a question; a beginning is any of the words that it can be completed to."""
    begun = [[(word,) for word in _completions(beginning)] for beginning in question.beginnings]
    return [*([phrase] for phrase in question.phrases), *begun]


def _completions(beginning: str) -> list[str]:
    """`beginning` and the shortest words that start with it."""
    query = (
        select(SearchWord.word)
        .where(SearchWord.word >= beginning, SearchWord.word < beginning + chr(0x10FFFF))
        .order_by(func.length(SearchWord.word), SearchWord.word)
        .limit(MOST_COMPLETIONS)
    )
    return list(dict.fromkeys((beginning, *db.session.scalars(query))))


def find(wanted: Wanted) -> list[int]:
    """The numbers of the newest tickets that fit, the newest first."""
    if _dialect_of(db.session()) == "sqlite":
        return _ask_sqlite(wanted)
    newest = db.session.scalar(select(func.max(Ticket.id))) or 0
    top = min(wanted.below - 1, newest) // BUCKET
    for buckets in NEWEST:
        recent = [(fact("b", top - back),) for back in range(buckets + 1)]
        found = _ask_postgresql(wanted, recent)
        if len(found) >= wanted.limit:
            return found
    return _ask_postgresql(wanted, None)


def _further(wanted: Wanted, number: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """The condition on the clock, asked of each ticket that fits and not the other way round."""
    if wanted.among is not None:
        return [number.in_(wanted.among)]
    if wanted.late_at is not None:
        return [exists().where(Ticket.id == number, Ticket.due_at <= wanted.late_at)]
    return []


def _ask_sqlite(wanted: Wanted) -> list[int]:
    question = " AND ".join(
        "(" + " OR ".join('"' + " ".join(phrase) + '"' for phrase in clause) + ")"
        for clause in wanted.clauses
    )
    number = ENTRY.c.rowid
    fitting = literal_column("ticket_search").op("MATCH")(question)
    query = select(number).where(fitting, number < wanted.below, *_further(wanted, number))
    return list(db.session.scalars(query.order_by(number.desc()).limit(wanted.limit)))


def _ask_postgresql(wanted: Wanted, recent: Clause | None) -> list[int]:
    question = " & ".join(
        "(" + " | ".join(_in_a_row(phrase) for phrase in clause) + ")"
        for clause in (*wanted.clauses, *([recent] if recent else []))
    )
    fits = ENTRY.c.words.op("@@")(cast(question, TSQUERY))
    # Materialised: the index answers first, whatever the planner thinks of the order.
    fitting = (
        select(ENTRY.c.ticket_id)
        .where(fits, ENTRY.c.ticket_id < wanted.below, *_further(wanted, ENTRY.c.ticket_id))
        .cte("fitting")
        .prefix_with("MATERIALIZED")
    )
    number = fitting.c.ticket_id
    query = select(number)
    return list(db.session.scalars(query.order_by(number.desc()).limit(wanted.limit)))


def _in_a_row(phrase: Sequence[str]) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in phrase) + ")"
