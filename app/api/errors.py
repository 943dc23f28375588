"""What the REST door answers when it does not do as it was asked: JSON, one sentence, never a page.

Every refusal is `{"error": "…"}`. None repeats what was sent, for answers end in other people's
logs. Addresses under /api that do not exist are answered here too.
"""

from flask import Response, current_app, jsonify, request
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.web import errors as pages

UNDER = "/api/"
# So many seconds a program waits when the database does not answer.
PAUSE = 30
SENTENCES = {
    400: "The body is not JSON, or the request cannot be read.",
    404: "There is nothing at this address.",
    413: "The body is larger than 128 KB.",
    415: "Send the body as application/json.",
    429: "Too many requests in a short time; wait and send it again.",
}

Answer = tuple[Response, int]


def refusal(code: int, sentence: str, **headers: str) -> Answer:
    """An error, as a sentence; `headers` by their names with underscores."""
    answer = jsonify(error=sentence)
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer, code


def on_http(error: HTTPException) -> Answer:
    """What Flask itself refuses."""
    if error.code == 405:
        methods = ", ".join(sorted(set(getattr(error, "valid_methods", None) or ()) - {"OPTIONS"}))
        return refusal(405, f"This address takes {methods} only.", Allow=methods)
    if isinstance(error, RateLimitExceeded):
        return refusal(429, SENTENCES[429], Retry_After=str(error.limit.limit.get_expiry()))
    code = error.code or 500
    return refusal(code, SENTENCES.get(code, "The request could not be carried out."))


def on_fault(error: Exception) -> Answer:
    """A fault of ours. Its class and no more: its text may quote the request."""
    db.session.rollback()
    current_app.logger.error("the REST door failed: %s", type(error).__name__)
    if isinstance(error, OperationalError):
        sentence = "The desk's database does not answer; send the request again."
        return refusal(503, sentence, Retry_After=str(PAUSE))
    return refusal(500, "Something went wrong on our side; send the request again.")


def outside(error: HTTPException) -> Answer | pages.Answer | HTTPException:
    """An address that no part of the desk has: JSON for programs, a page for people."""
    return on_http(error) if request.path.startswith(UNDER) else pages.on_http(error)
