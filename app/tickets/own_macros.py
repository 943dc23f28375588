"""A vendor's own prepared answers: one row a language under one name, kept beside the phrasebook's.

Knows the table of `macros` and whose rows are whose. Never commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import delete, select

from app.accounts.models import Agent
from app.extensions import db
from app.lib.ids import random_id
from app.tickets.macros import Macro

MOST = 500
LONGEST = 5_000


@dataclass(frozen=True)
class OwnMacro:
    """One of a vendor's own answers in all the languages that it has."""

    key: str
    intent: str
    level: int
    versions: Mapping[str, Macro]

    @property
    def used(self) -> int:
        """How often an answer that began with it was sent, in any language."""
        return sum(version.used for version in self.versions.values())


@dataclass(frozen=True)
class Written:
    """One language of a macro as a form brings it."""

    lang: str
    title: str
    body: str


def own_macros(vendor_id: int) -> Sequence[OwnMacro]:
    """The vendor's own, the ones that are used most in front."""
    query = select(Macro).filter_by(vendor_id=vendor_id).order_by(Macro.key, Macro.lang).limit(MOST)
    found = []
    for key, group in groupby(db.session.scalars(query).all(), key=lambda row: row.key):
        rows = list(group)
        versions = {row.lang: row for row in rows}
        found.append(OwnMacro(key, rows[0].intent, rows[0].level, versions))
    return sorted(found, key=lambda macro: (-macro.used, macro.key))


def vendor_of(agent: Agent, wanted: int | None) -> int | None:
    """Whose macros an agent writes: their own vendor's; the operator's people choose one."""
    return agent.vendor_id or (wanted if agent.is_operator else None)


def write(vendor_id: int, key: str | None, written: Written, *, intent: str, level: int) -> str:
    """Keep one language of a macro, new without a `key`. Returns its key."""
    key = key if key and _is_known(vendor_id, key) else f"own-{random_id(8)}"
    wanted = {"vendor_id": vendor_id, "key": key, "lang": written.lang}
    macro = db.session.scalar(select(Macro).filter_by(**wanted))
    if macro is None:
        macro = Macro(**wanted, used=0)
        db.session.add(macro)
    macro.title, macro.body = written.title[:200], written.body[:LONGEST]
    macro.intent, macro.level = intent, level
    return key


def take_away(vendor_id: int, key: str, lang: str) -> None:
    """Take one language of a macro away. What was begun with it stays as it was sent."""
    db.session.execute(delete(Macro).where(
        Macro.vendor_id == vendor_id, Macro.key == key, Macro.lang == lang
    ))  # fmt: skip


def _is_known(vendor_id: int, key: str) -> bool:
    query = select(Macro.id).filter_by(vendor_id=vendor_id, key=key).limit(1)
    return db.session.scalar(query) is not None
