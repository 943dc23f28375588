"""What the marketplace's own machine is told of the stages that clocks reached.

Numbers of tickets, vendors, clocks, stages and moments, and nothing of a person's. Commits nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.models import Vendor
from app.deadlines.models import Manner
from app.extensions import db
from app.lib.webhook import queue_call

STAGES = 500  # in one call


def note_calls(alerts: Sequence[Any], tickets: Mapping[int, Any], manner: Manner) -> None:
    """Queue what these alerts tell, in the transaction that claimed them."""
    slugs = _slugs({tickets[alert.ticket_id].vendor_id for alert in alerts})
    stages = [
        {
            "ticket": alert.ticket_id,
            "vendor": slugs.get(tickets[alert.ticket_id].vendor_id, ""),
            "clock": alert.clock,
            "stage": alert.stage,
            "reached_at": alert.reached_at.isoformat(),
            "late": manner is Manner.DIGEST,
        }
        for alert in alerts
    ]
    for start in range(0, len(stages), STAGES):
        queue_call("stages", {"stages": stages[start : start + STAGES]})


def _slugs(vendor_ids: set[int]) -> dict[int, str]:
    query = select(Vendor.id, Vendor.slug).where(Vendor.id.in_(vendor_ids))
    return {row.id: row.slug for row in db.session.execute(query)}
