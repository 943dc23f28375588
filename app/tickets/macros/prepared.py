"""Prepared answers: the phrasebook's for everybody, and each vendor's own.

Knows the table and who may see which row. Slots are kept as written; `filling` fills them. A
macro is a beginning only: what leaves is what the agent sends. Never commits.
"""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.extensions import Model, db
from app.phrasebook import Macro as Authored
from app.tickets.macros.filling import Line
from app.tickets.models import Ticket

UNSEEN = {"synchronize_session": False}
START = 400  # characters of a body that a list needs
# Slots that no person fills in, and the date, which one person gives for all.
KNOWN = ("{agent}", "{order}", "{buyer_name}", "{date}")


class Macro(Model):
    """A whole answer in one language. Without a vendor it is shared; `key` is the same in each
    language. `digest` says which state of the phrasebook a shared row was made from.
    """

    __tablename__ = "macro"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    key: Mapped[str] = mapped_column(String(60))
    intent: Mapped[str] = mapped_column(String(30))
    level: Mapped[int]
    lang: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    used: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("vendor_id", "key", "lang"),
        Index("ix_macro_shared", "key", "lang", unique=True,
              sqlite_where=text("vendor_id IS NULL"),
              postgresql_where=text("vendor_id IS NULL")),
        Index("ix_macro_lang", "lang"),
    )  # fmt: skip


# --- the phrasebook's ----------------------------------------------------------------------


def seed_macros(authored: Sequence[Authored]) -> int:
    """Make the shared macros what the phrasebook says; the counts of use stay.

    Returns how many rows it wrote: none when nothing changed since the last time.
    """
    rows = _rows(authored)
    digest = sha256(repr(rows).encode()).hexdigest()
    shared = Macro.vendor_id.is_(None)
    if set(db.session.scalars(select(Macro.digest).where(shared).distinct())) == {digest}:
        return 0
    found = db.session.execute(select(Macro.key, Macro.lang, Macro.id).where(shared))
    there = {(key, lang): row_id for key, lang, row_id in found}
    new = [row | {"digest": digest} for row in rows if (row["key"], row["lang"]) not in there]
    known = [
        row | {"digest": digest, "id": there[row["key"], row["lang"]]}
        for row in rows
        if (row["key"], row["lang"]) in there
    ]
    if known:
        db.session.execute(update(Macro), known)
    if new:
        db.session.execute(insert(Macro), new)
    db.session.execute(delete(Macro).where(shared, Macro.digest.is_distinct_from(digest)))
    return len(rows)


def _rows(authored: Sequence[Authored]) -> list[dict[str, Any]]:
    return [
        {
            "key": macro.id, "intent": macro.intent, "level": macro.level, "lang": lang,
            "title": macro.titles[lang][:200], "body": body.strip(),
        }
        for macro in sorted(authored, key=lambda macro: macro.id)
        for lang, body in sorted(macro.bodies.items())
    ]  # fmt: skip


# --- on a ticket ---------------------------------------------------------------------------


def _seen_from(ticket: Ticket, macro: Any) -> ColumnElement[bool]:
    """The shared ones, and those of the ticket's vendor."""
    return or_(macro.vendor_id.is_(None), macro.vendor_id == ticket.vendor_id)


def lines_for(
    ticket: Ticket, langs: Sequence[str], *, chosen: int | None = None
) -> tuple[Sequence[Line], Mapping[str, str]]:
    """What may be offered on a ticket in any of `langs`: its intent's and its level's macros; and
    the body by language of the one that was `chosen`, empty when the ticket may not see it."""
    given = aliased(Macro)
    same = (
        select(given.id)
        .where(given.id == chosen, given.key == Macro.key, _seen_from(ticket, given))
        .where(given.vendor_id.is_not_distinct_from(Macro.vendor_id))
        .exists()
    )
    query = select(
        Macro.id, Macro.vendor_id, Macro.key, Macro.intent, Macro.level, Macro.lang,
        Macro.title, func.substr(Macro.body, 1, START), Macro.used,
        case((same, Macro.body)),
    ).where(
        _seen_from(ticket, Macro), Macro.lang.in_(langs),
        or_(Macro.intent == ticket.intent, Macro.level == ticket.level, same),
    )  # fmt: skip
    rows = db.session.execute(query).all()
    bodies = {row.lang: row[-1] for row in rows if row[-1] is not None}
    return [Line(*row[:-1]) for row in rows], bodies


def versions_of(macro_id: int) -> Sequence[Macro]:
    """A macro in all of its languages; none when it is gone."""
    given = aliased(Macro)
    query = select(Macro).join(
        given, (given.key == Macro.key) & given.vendor_id.is_not_distinct_from(Macro.vendor_id)
    )
    return db.session.scalars(query.where(given.id == macro_id)).all()


def filled_by_the_desk(
    vendor_ids: Collection[int], langs: Collection[str], *, carrier: bool
) -> Sequence[Line]:
    """The shared macros and these vendors' own in `langs` that leave no slot but the date to a
    person; `carrier` says whether one is known."""
    rest: Any = Macro.body
    for slot in (*KNOWN, "{carrier}") if carrier else KNOWN:
        rest = func.replace(rest, slot, "")
    query = select(
        Macro.id, Macro.vendor_id, Macro.key, Macro.intent, Macro.level, Macro.lang,
        Macro.title, literal(""), Macro.used,
    ).where(
        or_(Macro.vendor_id.is_(None), Macro.vendor_id.in_(vendor_ids)),
        Macro.lang.in_(langs), ~rest.contains("{"),
    )  # fmt: skip
    return [Line(*row) for row in db.session.execute(query)]


def count_use(ticket: Ticket, macro_id: int) -> bool:
    """An answer that began with this macro was sent. False: the ticket has no such macro."""
    counted = (
        update(Macro)
        .where(Macro.id == macro_id, _seen_from(ticket, Macro))
        .values(used=Macro.used + 1)
        .returning(Macro.id)
    )
    return db.session.execute(counted, execution_options=UNSEEN).first() is not None


def take_back_use(macro_id: int) -> None:
    """The answer was taken back before it left, so it was no use of the macro."""
    taken = update(Macro).where(Macro.id == macro_id, Macro.used > 0).values(used=Macro.used - 1)
    db.session.execute(taken, execution_options=UNSEEN)
