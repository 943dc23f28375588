"""A vendor's contact card, which the marketplace requires and shows to buyers. Never commits.

What stands on it is published: it is never hidden in a message.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from app.accounts.models import Agent, Vendor, VendorEvent
from app.extensions import db
from app.web.i18n import N_

LENGTHS = {"postal_address": 400, "phone": 40, "email": 254, "hours": 200}


class BadCard(ValueError):
    """A card that nobody could use. Its text is for the person who filled it in."""


@dataclass(frozen=True)
class Card:
    """What buyers may know of a vendor. Anything may be missing, and is then asked for."""

    postal_address: str
    phone: str
    email: str
    hours: str


def read_card(form: Mapping[str, str]) -> Card:
    """The form's fields, trimmed."""
    said = {name: form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    said["postal_address"] = "\n".join(
        line.strip() for line in said["postal_address"].splitlines() if line.strip()
    )
    return Card(**said)


def card_of(vendor: Vendor) -> Card:
    """The card as it stands."""
    return Card(vendor.postal_address, vendor.phone, vendor.email, vendor.hours)


def keep_card(vendor: Vendor, card: Card, agent: Agent, *, at: datetime) -> None:
    """Put the card into force and note which fields changed. Raises BadCard."""
    if card.phone and sum(letter.isdigit() for letter in card.phone) < 5:
        raise BadCard(N_("That is no telephone number. Leave it empty until there is one."))
    if card.email and ("@" not in card.email[1:-1] or " " in card.email):
        raise BadCard(N_("That is no e-mail address. Leave it empty until there is one."))
    was, said = asdict(card_of(vendor)), asdict(card)
    changed = [name for name in said if said[name] != was[name]]
    for name in changed:
        setattr(vendor, name, said[name])
    if changed:
        data = {"fields": changed}
        db.session.add(
            VendorEvent(vendor_id=vendor.id, kind="card", at=at, agent_id=agent.id, data=data)
        )
