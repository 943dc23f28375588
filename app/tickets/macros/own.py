"""A vendor's own prepared answers: one row a language under one name, kept beside the phrasebook's.

Knows the table of `macros` and whose rows are whose. Never commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, or_, select

from app.accounts.models import Agent
from app.extensions import db
from app.lib.ids import random_id
from app.tickets.macros.prepared import Macro
from app.web.paging import BadCursor, Page

PER_PAGE = 20  # each with a form for every language
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


def own_macros(vendor_id: int, *, after: str | None = None) -> Page[OwnMacro]:
    """One page of the vendor's own, the ones that are used most in front. `after` is the cursor of
    the page before; raises BadCursor for what is none."""
    total = func.sum(Macro.used)
    query = (
        select(Macro.key, total)
        .where(Macro.vendor_id == vendor_id)
        .group_by(Macro.key)
        .order_by(total.desc(), Macro.key)
        .limit(PER_PAGE + 1)
    )
    if after:
        used, key = _read_cursor(after)
        query = query.having(or_(total < used, and_(total == used, Macro.key > key)))
    keys = [key for key, _total in db.session.execute(query)]
    found = _by_key(vendor_id, keys[:PER_PAGE])
    more = len(keys) > PER_PAGE
    return Page(found, f"{found[-1].used}~{found[-1].key}" if more else None)


def _read_cursor(text: str) -> tuple[int, str]:
    used, _, key = text.partition("~")
    if not (used.isascii() and used.isdecimal() and len(used) < 16 and key):
        raise BadCursor("That page does not exist; start again from the first one.")
    return int(used), key


def _by_key(vendor_id: int, keys: Sequence[str]) -> list[OwnMacro]:
    query = select(Macro).where(Macro.vendor_id == vendor_id, Macro.key.in_(keys))
    versions: dict[str, dict[str, Macro]] = {key: {} for key in keys}
    for row in db.session.scalars(query.order_by(Macro.lang)):
        versions[row.key][row.lang] = row
    firsts = {key: next(iter(spoken.values())) for key, spoken in versions.items()}
    return [OwnMacro(key, firsts[key].intent, firsts[key].level, versions[key]) for key in keys]


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
