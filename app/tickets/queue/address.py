"""The queue's address: a tab and its filters, read from the address bar and written back.

Pure. What it does not know it leaves out: an old address shows more, never an error.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from app.phrasebook import INTENTS
from app.tickets.forms import read_number
from app.tickets.models import TicketState
from app.tickets.queries import Filters, View
from app.tickets.tags import read_name

DAYS = (1, 3, 7, 30)


def read_filters(args: Mapping[str, str], view: View, languages: Sequence[str]) -> Filters:
    """The filters in an address. The other tabs are states themselves, so only the last one is
    narrowed to a state."""
    level, days = read_number(args, "level"), read_number(args, "days")
    return Filters(
        level=level if level in {1, 2} else None,
        lang=_one_of((*languages, "und"), args.get("lang")),
        state=_one_of(list(TicketState), args.get("state")) if view == View.ALL else None,
        intent=_one_of(INTENTS, args.get("intent")),
        agent_id=read_number(args, "agent"),
        tag=read_name(args.get("tag", "")) or None,
        days=days if days in DAYS else None,
    )


def _one_of(known: Sequence[str], asked: str | None) -> str | None:
    return asked if asked in known else None


def values_of(view: View, filters: Filters) -> dict[str, Any]:
    """The same as the values of an address; what is not narrowed is left out."""
    values = {
        "view": view.value, "level": filters.level, "lang": filters.lang, "state": filters.state,
        "intent": filters.intent, "agent": filters.agent_id, "tag": filters.tag,
        "days": filters.days,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def query_of(view: View, filters: Filters) -> str:
    """The same as the part of an address behind the question mark."""
    return urlencode(values_of(view, filters))
