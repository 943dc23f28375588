"""Searching: what an agent asked, answered from what that agent may see.

The index is asked for the agent's vendors only, and what it answers passes `visible_to` once more.
Two shapes of answer: a page of tickets, the newest first, and the closed tickets that are like one
ticket. Writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.phrasebook import INTENTS
from app.tickets.access import may_see, served_by, visible_to
from app.tickets.models import Ticket, TicketState
from app.tickets.queries import QueueRow, rows
from app.tickets.queue.people import is_colleague
from app.tickets.search.document import fact
from app.tickets.search.index import Clause, Wanted, clauses_of, find
from app.tickets.search.question import Question, read_question
from app.tickets.search.words import fold, words_of
from app.tickets.tags import Tag, read_name

PAGE = 25
FEW = 1000  # tickets that are asked for by their numbers
NO_NUMBER = 2**31 - 1
STATES = {state.value for state in TicketState}


class NoSuchValue(ValueError):
    """An operator was given something that it does not know: `operator` and `value`."""

    def __init__(self, operator: str, value: str) -> None:
        super().__init__(f"{operator}: knows no “{value}”.")
        self.operator, self.value = operator, value


@dataclass(frozen=True)
class Found:
    """A page of tickets, and the number below which the next one lies (None on the last)."""

    question: Question
    rows: Sequence[QueueRow]
    below: int | None


def search(agent: Agent, asked: str, *, now: datetime, below: int | None = None) -> Found:
    """The newest tickets that fit what was asked. Raises NoSuchValue."""
    question = read_question(asked)
    scope = scope_of(agent)
    if question.is_empty or scope is None:
        return Found(question, [], None)
    clauses = [*clauses_of(question), *scope]
    for operator, value in question.facets:
        clauses += _FACETS[operator](agent, value)
    wanted = Wanted(clauses, below=below or NO_NUMBER, limit=PAGE + 1)
    if ("is", "overdue") in {(operator, fold(value)) for operator, value in question.facets}:
        wanted = _late(agent, wanted, now)
    numbers = find(wanted)
    next_below = numbers[PAGE - 1] if len(numbers) > PAGE else None
    return Found(question, _rows(agent, numbers[:PAGE]), next_below)


def _late(agent: Agent, wanted: Wanted, now: datetime) -> Wanted:
    """Narrowed to what is overdue: to those tickets by name while they are few."""
    overdue = select(Ticket.id).where(visible_to(agent), Ticket.due_at <= now).limit(FEW + 1)
    numbers = db.session.scalars(overdue).all()
    if len(numbers) > FEW:
        return replace(wanted, late_at=now)
    return replace(wanted, among=numbers)


def _rows(agent: Agent, numbers: Sequence[int]) -> list[QueueRow]:
    # Plus nothing, so that the tickets are read by their numbers and not by their vendor.
    seen = may_see(agent, Ticket.vendor_id + 0)
    query = rows().where(Ticket.id.in_(numbers), seen).order_by(Ticket.id.desc())
    return [QueueRow(*row) for row in db.session.execute(query)]


def scope_of(agent: Agent) -> list[Clause] | None:
    """What keeps the index to the agent's vendors: nothing for the operator; None when there is
    no vendor whose tickets they may see."""
    if agent.is_operator:
        return []
    if agent.team_id is None:
        own = [agent.vendor_id] if agent.vendor_id else []
    else:
        own = list(db.session.scalars(served_by(agent.team_id)))
    return [[(fact("v", number),) for number in own]] if own else None


# --- the operators -------------------------------------------------------------------------


T = TypeVar("T")


def _known(operator: str, value: str, found: Sequence[T]) -> Sequence[T]:
    """What an operator made of its value. Raises NoSuchValue when that is nothing."""
    if not found:
        raise NoSuchValue(operator, value)
    return found


def _from(_agent: Agent, value: str) -> list[Clause]:
    return [[(fact("p", word),)] for word in _known("from", value, words_of(value))]


def _order(_agent: Agent, value: str) -> list[Clause]:
    return [[(fact("o", "".join(_known("order", value, words_of(value)))),)]]


def _lang(_agent: Agent, value: str) -> list[Clause]:
    code = fold(value)
    _known("lang", value, [code] if code.isascii() and code.isalpha() and len(code) <= 3 else [])
    return [[(fact("x", code),)]]


def _level(_agent: Agent, value: str) -> list[Clause]:
    return [[(fact("l", _known("level", value, [value] if value in {"1", "2"} else [])[0]),)]]


def _intent(_agent: Agent, value: str) -> list[Clause]:
    """An intent by its code, or all whose codes contain the word."""
    meant = fold(value)
    fitting = [code for code in INTENTS if meant and meant in code]
    exact = [meant] if meant in INTENTS else fitting
    return [[(fact("i", code),) for code in _known("intent", value, exact)]]


def _agent(agent: Agent, value: str) -> list[Clause]:
    """`me`, `none`, or everybody whose name has these words."""
    meant = words_of(value)
    if meant in (["me"], ["none"]):
        return [[(fact("a", agent.id if meant == ["me"] else 0),)]]
    people = db.session.execute(select(Agent.id, Agent.name).where(is_colleague(agent)))
    ids = [number for number, name in people if meant and set(meant) <= set(words_of(name))]
    return [[(fact("a", number),) for number in _known("agent", value, ids)]]


def _is(agent: Agent, value: str) -> list[Clause]:
    meant = fold(value)
    facts = {state: fact("s", state) for state in STATES} | {
        "overdue": fact("d", 1), "unassigned": fact("a", 0), "mine": fact("a", agent.id),
        "undeliverable": fact("u", 1), "due": fact("d", 1),
    }  # fmt: skip
    return [[(word,) for word in _known("is", value, [facts[meant]] if meant in facts else [])]]


def _tag(agent: Agent, value: str) -> list[Clause]:
    mine = select(Tag.id).where(may_see(agent, Tag.vendor_id), Tag.name == read_name(value))
    return [
        [(fact("t", number),) for number in _known("tag", value, db.session.scalars(mine).all())]
    ]


def _vendor(agent: Agent, value: str) -> list[Clause]:
    mine = select(Vendor.id).where(may_see(agent, Vendor.id), Vendor.slug == fold(value))
    found = db.session.scalars(mine).all()
    return [[(fact("v", number),) for number in _known("vendor", value, found)]]


_FACETS = {
    "from": _from, "order": _order, "lang": _lang, "level": _level, "intent": _intent,
    "agent": _agent, "is": _is, "tag": _tag, "vendor": _vendor,
}  # fmt: skip
