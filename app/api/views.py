"""The addresses of the REST door. No session, no cookie, no form: a token and JSON.

Every answer is JSON, every refusal a sentence under "error". No answer repeats an address that was
sent, for answers end in other people's logs.
"""

from typing import Any

from flask import Blueprint, g, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import HTTPException

from app.accounts.tokens import ApiToken, find_token
from app.api.conversations import (
    KeyUsed,
    answer_of,
    earlier_request,
    note_request,
    open_conversation,
    vendor_of,
)
from app.api.errors import Answer, on_fault, on_http, outside, refusal
from app.api.requests import BadRequest, Wanted, read_addresses, read_conversation
from app.extensions import csrf, db
from app.relay.binding import is_forgotten, known_as, rebind, tickets_of
from app.relay.masks import relay_domain
from app.tickets.models import Ticket
from app.web.limits import limiter

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)

LARGEST = 128 * 1024
LONGEST_KEY = 200

blueprint.register_error_handler(HTTPException, on_http)
blueprint.register_error_handler(Exception, on_fault)
for code in (404, 405):
    blueprint.app_errorhandler(code)(outside)


@blueprint.errorhandler(BadRequest)
def bad_request(error: BadRequest) -> Answer:
    """A field that cannot be used."""
    return refusal(422, str(error))


@blueprint.errorhandler(KeyUsed)
def key_used(_error: KeyUsed) -> Answer:
    """One key, two different requests."""
    return refusal(422, "This Idempotency-Key was used with another body. Use a new key.")


@blueprint.before_request
def only_with_a_token() -> Answer | None:
    """Who comes without a token that counts gets no further."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = find_token(secret.strip()) if kind.lower() == "bearer" else None
    if token is None:
        sentence = "Send “Authorization: Bearer” with a token of this desk."
        return refusal(401, sentence, WWW_Authenticate="Bearer")
    g.api_token = token
    return None


@blueprint.post("/conversations")
@limiter.limit("600 per minute")
def add_conversation() -> Answer:
    """A buyer's first words to a vendor: 201 {"ticket", "mask"}."""
    wanted = _wanted()
    vendor_of(wanted)
    token: ApiToken = g.api_token
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        ticket_id = open_conversation(wanted).id
        db.session.commit()
        return jsonify(answer_of(ticket_id)), 201
    if len(key) > LONGEST_KEY:
        raise BadRequest(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    return jsonify(answer_of(_once(token, key, wanted))), 201


def _once(token: ApiToken, key: str, wanted: Wanted) -> int:
    """The ticket of this key, made now unless it was made before."""
    token_id = token.id
    earlier = earlier_request(token, key, wanted)
    if earlier is None:
        try:
            made = note_request(token, key, wanted)
            made.ticket_id = open_conversation(wanted).id
            db.session.commit()
        except IntegrityError:
            # The same request came twice at once; the other one was first.
            db.session.rollback()
            earlier = earlier_request(db.session.get_one(ApiToken, token_id), key, wanted)
        else:
            return made.ticket_id
    if earlier is None or earlier.ticket_id is None:
        raise LookupError("A key was taken and its ticket is not there.")
    return earlier.ticket_id


@blueprint.put("/conversations/<int:ticket_id>/buyer")
@limiter.limit("600 per minute")
def set_buyer(ticket_id: int) -> Answer:
    """The buyer of this conversation has another mail address now: 200 {"ticket", "mask"}."""
    (address,) = read_addresses(_body(), "buyer", relay_domain=relay_domain())
    ticket = db.session.get(Ticket, ticket_id, options=[joinedload(Ticket.buyer)])
    if ticket is None:
        return refusal(404, "There is no conversation of this number.")
    if is_forgotten(ticket.buyer):
        return refusal(409, "This buyer's data was erased; nobody can be bound to it any more.")
    rebind(ticket.buyer, address)
    answer = answer_of(ticket_id)
    db.session.commit()
    return jsonify(answer), 200


@blueprint.put("/buyers")
@limiter.limit("600 per minute")
def change_address() -> Answer:
    """A buyer's account has another mail address now, with every vendor: 200 {"conversations"}."""
    was, address = read_addresses(_body(), "was", "buyer", relay_domain=relay_domain())
    changed = 0
    for buyer in known_as(was):
        changed += len(tickets_of(buyer))
        rebind(buyer, address)
    db.session.commit()
    return jsonify(conversations=changed), 200


def _wanted() -> Wanted:
    return read_conversation(_body(), relay_domain=relay_domain())


def _body() -> Any:
    request.max_content_length = LARGEST
    try:
        return request.get_json()
    except RecursionError:
        raise BadRequest("The body must be a JSON object.") from None
