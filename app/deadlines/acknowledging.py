"""The desk's own acknowledgement in the buyer's language: who looks after it, and until when.

Authored texts, not translations; a supervisor sees the text before it goes. Writes nothing.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import render_template
from jinja2 import TemplateNotFound

from app.accounts.models import Agent
from app.tickets.models import Ticket


def acknowledgement_text(ticket: Ticket, named: Agent, until: datetime) -> str:
    """The text, empty where nobody has written one in the buyer's language yet.

    `ticket.vendor` must be loaded. The date is the day in the named agent's zone.
    """
    day = until.astimezone(ZoneInfo(named.timezone)).date()
    try:
        text = render_template(
            f"mail/acknowledge.{ticket.lang}.body.txt", agent=named.name,
            vendor=ticket.vendor.name, date=format_date(day, "long", locale=ticket.lang),
        )  # fmt: skip
    except TemplateNotFound:
        return ""
    return text.strip()
