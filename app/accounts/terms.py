"""What the operator agrees with a vendor: within how many hours it answers. Never commits."""

from datetime import datetime

from app.accounts.models import Agent, Vendor, VendorEvent
from app.extensions import db

LONGEST = 168  # hours of a week


class BadTerms(ValueError):
    """Hours that no clock can have. Its text is for the person who entered them."""


def set_hours(vendor: Vendor, hours: int | None, agent: Agent, *, at: datetime) -> None:
    """Within how many hours the vendor answers, None: the desk's own. For clocks that start from
    now on. Raises BadTerms."""
    if hours is not None and not 1 <= hours <= LONGEST:
        raise BadTerms("The hours are a whole number from 1 to 168, or empty.")
    was, vendor.answer_within_hours = vendor.answer_within_hours, hours
    if was != hours:
        said = {"was": was, "hours": hours}
        db.session.add(
            VendorEvent(vendor_id=vendor.id, kind="hours_set", at=at, agent_id=agent.id, data=said)
        )
