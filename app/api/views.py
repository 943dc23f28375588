"""The addresses of the REST door. No session, no cookie, no form: a token and JSON.

Every answer is JSON, every refusal a sentence under "error". No answer repeats an address that was
sent, for answers end in other people's logs.
"""

from flask import Blueprint, Response, current_app, g, jsonify, request
from sqlalchemy.exc import IntegrityError
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
from app.api.requests import BadRequest, Wanted, read_conversation
from app.extensions import csrf, db
from app.relay.masks import relay_domain
from app.web.limits import limiter

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)

LARGEST = 128 * 1024
LONGEST_KEY = 200
SENTENCES = {
    405: "This address takes POST only.",
    413: "The body is larger than 128 KB.",
    415: "Send the body as application/json.",
    429: "Too many requests in a short time; wait a minute and send it again.",
}

Answer = tuple[Response, int]


def refusal(code: int, sentence: str) -> Answer:
    """An error, as a sentence."""
    return jsonify(error=sentence), code


@blueprint.errorhandler(BadRequest)
def bad_request(error: BadRequest) -> Answer:
    """A field that cannot be used."""
    return refusal(422, str(error))


@blueprint.errorhandler(KeyUsed)
def key_used(_error: KeyUsed) -> Answer:
    """One key, two different requests."""
    return refusal(422, "This Idempotency-Key was used with another body. Use a new key.")


@blueprint.errorhandler(HTTPException)
def on_http(error: HTTPException) -> Answer:
    """What Flask itself refuses."""
    code = error.code or 500
    return refusal(code, SENTENCES.get(code, "The request could not be read."))


@blueprint.errorhandler(Exception)
def on_fault(error: Exception) -> Answer:
    """A fault of ours. Its class and no more: its text may quote the request."""
    db.session.rollback()
    current_app.logger.error("the REST door failed: %s", type(error).__name__)
    return refusal(500, "Something went wrong on our side; send the request again.")


@blueprint.before_request
def only_with_a_token() -> Answer | None:
    """Who comes without a token that counts gets no further."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = find_token(secret.strip()) if kind.lower() == "bearer" else None
    if token is None:
        answer, code = refusal(401, "Send “Authorization: Bearer” with a token of this desk.")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer, code
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


def _wanted() -> Wanted:
    request.max_content_length = LARGEST
    try:
        asked = request.get_json()
    except RecursionError:
        raise BadRequest("The body must be a JSON object.") from None
    return read_conversation(asked, relay_domain=relay_domain())
