"""Short ways to put a conversation on the stage for the page tests."""

from dataclasses import dataclass

from sqlalchemy import Engine, event

from app.accounts.models import Agent
from app.extensions import db
from app.tickets.models import Message, Ticket
from app.translation.draft import ask
from app.translation.models import Draft, DraftState
from tests.factories import Cast, make_ticket

POLISH = "Dzień dobry, gdzie jest moje zamówienie?"


def polish_ticket(cast: Cast, text: str = POLISH) -> Ticket:
    """A ticket in a language that nobody of the cast reads."""
    ticket = make_ticket(cast.lavande, text)
    ticket.lang = "pl"
    for message in messages(ticket):
        message.lang = "pl"
    db.session.commit()
    return ticket


def messages(ticket: Ticket) -> list[Message]:
    """The ticket's messages as the database has them."""
    query = db.select(Message).filter_by(ticket_id=ticket.id).order_by(Message.id)
    return list(db.session.scalars(query))


def newest(ticket: Ticket) -> int:
    """The id that the page puts into its form."""
    return messages(ticket)[-1].id


@dataclass(frozen=True)
class Said:
    """A sentence of a draft that is done."""

    source: str
    text: str
    translated: bool = True
    sure: bool = True


def done_draft(ticket: Ticket, agent: Agent, *said: Said, target: str = "pl") -> Draft:
    """What the worker makes of an agent's text."""
    source = " ".join(sentence.source for sentence in said)
    draft = ask(f"ticket:{ticket.id}", source, source=agent.reads[0], target=target)
    return finish(draft, *said)


def finish(draft: Draft, *said: Said) -> Draft:
    """The draft, done and committed."""
    draft.text = " ".join(sentence.text for sentence in said)
    draft.sentences = [vars(sentence) | {"reason": ""} for sentence in said]
    draft.state = DraftState.DONE
    db.session.commit()
    return draft


class Counted:
    """How many questions a piece of code asks the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked: list[str] = []

    def __enter__(self) -> "Counted":
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_fault: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            self.asked.append(statement)
