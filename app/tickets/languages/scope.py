"""What a ticket's drafts are filed under. The one place that knows the word."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal

PREFIX = "ticket:"


def scope(ticket_id: int) -> str:
    """The scope of one ticket's drafts."""
    return f"{PREFIX}{ticket_id}"


def scope_column(ticket_id: Any) -> ColumnElement[str]:
    """The same of a column with tickets' numbers."""
    said: ColumnElement[str] = literal(PREFIX) + cast(ticket_id, String)
    return said
