"""A person corrects the language that was detected.

Changes the ticket, its buyer and the buyer's messages that were taken for the old language.
Commits nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from app.tickets.models import Message, MessageKind, NotAllowed, Ticket


def correct_language(
    ticket: Ticket, messages: Sequence[Message], lang: str, *, at: datetime, agent_id: int
) -> None:
    """From now on this buyer writes `lang`. Raises NotAllowed when that is no change."""
    was = ticket.lang
    if lang == was:
        raise NotAllowed("The ticket is in that language already.")
    for message in messages:
        if message.kind == MessageKind.BUYER and message.lang in {was, "und"}:
            message.lang = lang
    ticket.lang = ticket.buyer.lang = lang
    ticket.log("language_set", at=at, agent_id=agent_id, was=was, lang=lang)
