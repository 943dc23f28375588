"""What is known of a buyer and must never show to a vendor, and a text without it.

Opens the kept address for the moment in which a text is looked at; keeps and shows nothing.
"""

from app.privacy.keys import vault
from app.privacy.own import Secrets
from app.privacy.redact import Redaction, redact
from app.tickets.models import Buyer, Ticket


def address_of(buyer: Buyer) -> str:
    """The buyer's address in the clear. Only the relay asks, at the moment of sending, and whoever
    must hide it."""
    return vault().open_text(buyer.address_sealed, about=f"buyer|{buyer.address_index}")


def known_secrets(sender: str, ticket: Ticket | None) -> Secrets:
    """What must never show of a buyer: where they wrote from, and the address that is kept."""
    kept = address_of(ticket.buyer) if ticket and ticket.buyer.address_sealed else sender
    return Secrets(addresses=tuple(dict.fromkeys(filter(None, (sender, kept)))))


def for_the_vendor(text: str, ticket: Ticket) -> Redaction:
    """What a person of the operator, who may see everything, wrote where the vendor reads it."""
    numbers = frozenset(filter(None, (ticket.order_ref, *ticket.known_numbers)))
    exempt = ticket.vendor.own_contacts | numbers
    return redact(text, exempt=exempt, secrets=known_secrets("", ticket))
