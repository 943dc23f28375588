"""A buyer's first words from the marketplace's own form become a ticket, once a key.

Goes through the same door as mail (`triage.intake`). The words as they were written are kept
sealed beside the mails, so that they can be revealed, rotated and erased like them. Never commits.
"""

import json
from dataclasses import asdict
from hashlib import sha256

from sqlalchemy import select

from app.accounts.models import Vendor
from app.accounts.tokens import ApiToken
from app.api.models import ApiRequest
from app.api.requests import BadRequest, Wanted
from app.extensions import db
from app.lib.clock import now
from app.privacy.keys import vault
from app.relay.masks import give_mask, mask_address
from app.relay.models import Mask
from app.relay.originals import keep_original
from app.tickets.models import Ticket
from app.tickets.purchases import note_purchase
from app.triage.intake import Arrival, take_in, understand


class KeyUsed(Exception):
    """The Idempotency-Key was used with another body."""


class UnknownVendor(BadRequest):
    """No vendor has that door."""


def vendor_of(wanted: Wanted) -> Vendor:
    """The vendor that the words are for. Raises UnknownVendor."""
    vendor = db.session.scalar(select(Vendor).where(Vendor.slug == wanted.vendor.lower()))
    if vendor is None:
        raise UnknownVendor("“vendor” names no vendor of this desk.")
    return vendor


def open_conversation(wanted: Wanted) -> Ticket:
    """A new ticket with its mask, its clock running. Not committed."""
    vendor, at = vendor_of(wanted), now()
    arrival = Arrival(
        vendor, wanted.buyer, subject=wanted.subject, text=wanted.text, at=at,
        order_ref=wanted.order, locale=wanted.locale, known_numbers=wanted.numbers,
    )  # fmt: skip
    message = take_in(arrival, understand(arrival))
    message.ticket.known_numbers = list(wanted.numbers)
    note_purchase(message.ticket, carrier=wanted.carrier, product=wanted.product)
    mask = give_mask(message.ticket)
    keep_original(_as_bytes(wanted), message, mask_id=mask.id, vendor_id=vendor.id)
    return message.ticket


def answer_of(ticket_id: int) -> dict[str, object]:
    """What the marketplace is told of a conversation."""
    mask = db.session.scalars(select(Mask).where(Mask.ticket_id == ticket_id)).one()
    return {"ticket": ticket_id, "mask": mask_address(mask)}


def earlier_request(token: ApiToken, key: str, wanted: Wanted) -> ApiRequest | None:
    """The request that was carried out under this key. Raises KeyUsed when it was another one."""
    query = select(ApiRequest).filter_by(token_id=token.id, key_hash=_key_hash(key))
    found = db.session.scalar(query)
    if found and found.body_index not in vault().blinds(_as_text(wanted), about="api request"):
        raise KeyUsed
    return found


def note_request(token: ApiToken, key: str, wanted: Wanted) -> ApiRequest:
    """Take the key. A second request with it waits here, then fails on it. Not committed."""
    request = ApiRequest(
        token_id=token.id,
        key_hash=_key_hash(key),
        body_index=vault().blind(_as_text(wanted), about="api request"),
        created_at=now(),
    )
    db.session.add(request)
    db.session.flush()
    return request


def _as_text(wanted: Wanted) -> str:
    asked = {name: value for name, value in asdict(wanted).items() if value not in {(), None}}
    return json.dumps(asked, sort_keys=True, ensure_ascii=False)


def _as_bytes(wanted: Wanted) -> bytes:
    return json.dumps({"subject": wanted.subject, "text": wanted.text}).encode()


def _key_hash(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
