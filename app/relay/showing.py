"""Something was hidden that is nobody's contact: an agent asks, the operator shows it again.

What is shown again is one exact value, from then on known to the ticket as an order's number is.
The buyer's own details stay hidden, whoever asks. Never commits.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Agent
from app.extensions import db
from app.lib.clock import now
from app.mail.parse import read
from app.privacy.redact import redact
from app.relay.keeping import raw_of, with_parties
from app.relay.models import StoredMail
from app.relay.originals import FROM_API, is_erased, words_of
from app.relay.reading import arrival_of
from app.tickets.languages.scope import scope
from app.tickets.models import Message, MessageKind, NotAllowed, Ticket
from app.tickets.own_details import address_of, known_secrets
from app.translation.draft import ask
from app.translation.models import Draft
from app.triage.intake import Arrival, understand
from app.web.i18n import gettext

SHORTEST, LONGEST = 3, 60
MOST_MESSAGES = 50


def doubt(message: Message, agent: Agent, *, at: datetime) -> None:
    """An agent thinks that something of a message was hidden by mistake. Raises NotAllowed."""
    stored = _kept(message)
    if not message.hidden or stored is None:
        raise NotAllowed(gettext("Nothing that could be shown is hidden in this message."))
    if stored.doubted_at is None:
        stored.doubted_at = at
        message.ticket.log("doubted", at=at, agent_id=agent.id, message=message.id)


def show_again(message: Message, value: str, agent: Agent, *, reason: str) -> None:
    """Show `value` wherever it stands in the ticket. Raises NotAllowed. `message.ticket` must be
    loaded with vendor and buyer."""
    ticket, value = message.ticket, " ".join(value.split())
    _may_show(message, value)
    ticket.known_numbers = [*ticket.known_numbers, value]
    query = select(Message).where(
        Message.ticket_id == ticket.id, Message.kind == MessageKind.BUYER, Message.hidden > 0
    )
    for other in db.session.scalars(query.order_by(Message.id).limit(MOST_MESSAGES)).all():
        _reword(other, ticket)
    ticket.log("shown_again", at=now(), agent_id=agent.id, message=message.id, reason=reason)


def _may_show(message: Message, value: str) -> None:
    stored = _kept(message)
    words = words_of(stored) if stored else None
    if words is None:
        raise NotAllowed(gettext("The original is not kept any more."))
    if not SHORTEST <= len(value) <= LONGEST or value not in f"{words.subject}\n{words.text}":
        raise NotAllowed(gettext("Type the value exactly as it stands in the original."))
    secrets = known_secrets(address_of(message.ticket.buyer), message.ticket)
    if "@" in value or redact(value, exempt=frozenset({value}), secrets=secrets).hidden:
        raise NotAllowed(gettext("This is the buyer’s own contact: it stays hidden."))


def _kept(message: Message) -> StoredMail | None:
    """The mail behind a message, None when it is not kept any more."""
    query = select(StoredMail).where(StoredMail.message_id == message.id).options(*with_parties())
    stored = db.session.scalars(query.order_by(StoredMail.id).limit(1)).first()
    return None if stored is None or is_erased(stored) else stored


def _reword(message: Message, ticket: Ticket) -> None:
    """The message as it is to be shown, made anew from the original."""
    stored = _kept(message)
    if stored is None:
        return
    words = understand(_arrival(stored, message, ticket)).words
    message.body, message.quoted, message.hidden = words.body, words.quoted, words.hidden
    stored.doubted_at = None
    was = message.draft_id and db.session.get(Draft, message.draft_id)
    if was:
        again = ask(scope(ticket.id), words.body, source=was.source_lang, target=was.target_lang)
        message.draft_id = again.id


def _arrival(stored: StoredMail, message: Message, ticket: Ticket) -> Arrival:
    if stored.reason != FROM_API:
        arrival = arrival_of(stored, read(raw_of(stored)), at=message.created_at)
        return replace(arrival, ticket=ticket)
    words = words_of(stored)
    return Arrival(
        ticket.vendor, address_of(ticket.buyer), subject=words.subject if words else "",
        text=words.text if words else "", at=message.created_at, ticket=ticket,
    )  # fmt: skip
