"""What the desk itself writes to a buyer, and the ear for a bare answer to it.

Whoever asks buyers something does not know the relay: it is given `post`, and the relay is given
`ear`, as parts of the desk. Says only what the two look like.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.tickets.models import Ticket


@dataclass(frozen=True)
class Letter:
    """The words of a mail, in the language of its reader."""

    lang: str
    subject: str
    body: str


class Post(Protocol):
    """Queues a letter to the ticket's buyer, through the mask. False when enough was told lately.
    Never commits."""

    def __call__(self, ticket: Ticket, letter: Letter, *, at: datetime) -> bool: ...


class Ear(Protocol):
    """Takes a buyer's words that only answer a question of the desk. False when they say more, and
    so belong into the ticket. Never commits."""

    def __call__(self, ticket: Ticket, said: str, *, at: datetime) -> bool: ...
