"""The people of a desk as their supervisors see and change them. Never commits.

A vendor's supervisor reaches the vendor's people, a team's supervisor the team's, the operator's
everybody. Somebody else's person and nobody at all look the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

from app.accounts.history import note_change
from app.accounts.models import Agent, Role, Team, Vendor
from app.accounts.second import take_away
from app.accounts.visits import end_visits
from app.config import DESK_LANGUAGES
from app.extensions import db
from app.lib.clock import now
from app.web.i18n import N_, UI_LANGUAGES

PAGE = 50


class BadPerson(ValueError):
    """Something about a person that cannot be. Its text is for who entered it."""


class PersonNotFound(LookupError):
    """No such person for this supervisor."""


@dataclass(frozen=True)
class PersonForm:
    """What a supervisor says of a person. `place`: "", "vendor:3" or "team:2" of a new one."""

    name: str
    email: str
    role: str
    level: int
    reads: tuple[str, ...]
    ui_lang: str
    place: str = ""


def read_person(form: Mapping[str, str], also: Sequence[str]) -> PersonForm:
    """The form's fields; `also` are the languages read besides the first. Raises nothing."""
    first = form.get("lang", "")
    reads = (first, *(lang for lang in also if lang != first))
    return PersonForm(
        name=" ".join(form.get("name", "").split())[:80],
        email=form.get("email", "").strip().lower()[:254],
        role=form.get("role", ""),
        level=2 if form.get("level") == "2" else 1,
        reads=tuple(lang for lang in dict.fromkeys(reads) if lang in DESK_LANGUAGES),
        ui_lang=form.get("ui_lang", ""),
        place=form.get("place", ""),
    )


def managed_by(by: Agent) -> ColumnElement[bool]:
    """The condition on people whom this supervisor may change."""
    if by.is_operator:
        return true()
    if by.team_id is not None:
        return Agent.team_id == by.team_id
    return Agent.vendor_id == (by.vendor_id or 0)


def get_person(by: Agent, agent_id: int) -> Agent:
    """One of them, with what their page shows. Raises PersonNotFound."""
    query = select(Agent).where(Agent.id == agent_id, managed_by(by))
    person: Agent | None = db.session.scalar(query)
    if person is None:
        raise PersonNotFound("There is no such person on your desk.")
    return person


def people_page(by: Agent, *, after: int | None) -> tuple[Sequence[Agent], int | None]:
    """One page of them by name, and the id behind which the next one begins."""
    query = select(Agent).where(managed_by(by)).order_by(Agent.name, Agent.id).limit(PAGE + 1)
    if after is not None:
        last = select(Agent.name).where(Agent.id == after).scalar_subquery()
        query = query.where(tuple_(Agent.name, Agent.id) > tuple_(last, after))
    found = db.session.scalars(query.options(joinedload(Agent.vendor))).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def is_here(at: datetime) -> ColumnElement[bool]:
    """The condition on people who are given tickets: neither closed nor away."""
    back = or_(Agent.away_since.is_(None), Agent.away_until <= at)
    return Agent.disabled_at.is_(None) & back


def colleagues_of(person: Agent) -> Sequence[Agent]:
    """Who could take over from this person: of the same place, here now."""
    same = Agent.vendor_id.is_not_distinct_from(person.vendor_id)
    query = select(Agent).where(
        same, Agent.team_id.is_not_distinct_from(person.team_id), Agent.id != person.id,
        is_here(now()),
    )  # fmt: skip
    return db.session.scalars(query.order_by(Agent.name, Agent.id).limit(200)).all()


def places(by: Agent) -> list[tuple[str, str]]:
    """Where the operator may put a new person: ("vendor:3", "Maison Lavande") …"""
    if not by.is_operator:
        return []
    of = [("vendor", Vendor), ("team", Team)]
    return [
        (f"{kind}:{row.id}", row.name)
        for kind, table in of
        for row in db.session.execute(_names(table))
    ]


def _names(table: Any) -> Any:
    return select(table.id, table.name).order_by(table.name, table.id)


def invite(form: PersonForm, by: Agent) -> Agent:
    """A new person without a password: a link lets them choose one. Raises BadPerson."""
    _check(form)
    if "@" not in form.email[1:-1] or any(letter.isspace() for letter in form.email):
        raise BadPerson(N_("Give the e-mail address with which they will log in."))
    if db.session.scalar(select(Agent.id).where(Agent.email == form.email)):
        raise BadPerson(N_("Somebody logs in with this address already."))
    vendor_id, team_id = _place(form.place, by)
    person = Agent(
        name=form.name, email=form.email, vendor_id=vendor_id, team_id=team_id, password_hash="",
        timezone=by.timezone, role=form.role, handles_level=form.level, ui_lang=form.ui_lang,
    )  # fmt: skip
    person.read_languages(form.reads)
    db.session.add(person)
    db.session.flush()
    note_change(person, "invited", by=by)
    return person


def change(person: Agent, form: PersonForm, by: Agent) -> None:
    """Keep what a supervisor says of a person. Raises BadPerson."""
    _check(form)
    if person.id == by.id and form.role != person.role:
        raise BadPerson(N_("You cannot take your own role away."))
    was = [person.role, person.handles_level, *person.reads]
    person.name, person.role, person.handles_level = form.name, form.role, form.level
    person.ui_lang = form.ui_lang
    if form.reads != person.reads:
        person.languages.clear()
        db.session.flush()
        person.read_languages(form.reads)
    said = [person.role, person.handles_level, *form.reads]
    if said != was:
        note_change(person, "changed", by=by, was=was, now=said)


def close(person: Agent, by: Agent) -> None:
    """Switch this person's account off; their sessions end. Raises BadPerson."""
    if person.id == by.id:
        raise BadPerson(N_("You cannot switch yourself off."))
    if person.disabled_at is None:
        person.disabled_at = now()
        end_visits(person.id)
        note_change(person, "closed", by=by)


def reopen(person: Agent, by: Agent) -> None:
    """Switch the account on again."""
    if person.disabled_at is not None:
        person.disabled_at = None
        note_change(person, "reopened", by=by)


def lose_second_factor(person: Agent, by: Agent) -> None:
    """Their device is lost: the password alone, until they set up another one."""
    if person.has_second_factor:
        take_away(person)
        end_visits(person.id)
        note_change(person, "second_off", by=by)


def _check(form: PersonForm) -> None:
    if not form.name:
        raise BadPerson(N_("Give a name."))
    if form.role not in set(Role):
        raise BadPerson(N_("Choose a role."))
    if not form.reads or form.ui_lang not in UI_LANGUAGES:
        raise BadPerson(N_("Choose the languages from the lists."))


def _place(said: str, by: Agent) -> tuple[int | None, int | None]:
    """The vendor or the team of a new person."""
    if not by.is_operator:
        return by.vendor_id, by.team_id
    if said and said not in dict(places(by)):
        raise BadPerson(N_("Choose for whom they work."))
    kind, _, number = said.partition(":")
    return (int(number) if kind == "vendor" else None), (int(number) if kind == "team" else None)
