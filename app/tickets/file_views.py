"""Handing a message's file to the browser of somebody who may see its ticket.

Pictures may be shown on the page; everything else is a download. Nothing that is handed out runs:
the type is the one that the desk gave it, sniffing is off, and the answer is a sandbox.
"""

from flask import Blueprint, Response, abort
from flask_login import current_user, login_required

from app.attachments.store import FileMissing, get
from app.tickets.access import get_ticket
from app.tickets.file_words import withheld_words
from app.tickets.files import find_file
from app.web.errors import error_page

blueprint = Blueprint("files", __name__)
blueprint.add_app_template_global(withheld_words)

PREVIEW = "image/jpeg"
SHOWN = frozenset({PREVIEW, "image/png"})


@blueprint.errorhandler(FileMissing)
def no_such_file(_error: Exception) -> tuple[str, int]:
    """Another vendor's file and none at all look the same."""
    return error_page(404)


@blueprint.get("/tickets/<int:ticket_id>/files/<key>")
@login_required  # type: ignore[untyped-decorator]
def show(ticket_id: int, key: str) -> Response:
    """One file of the ticket."""
    file = find_file(get_ticket(current_user, ticket_id), key) or abort(404)
    name, kind = (file.name, file.type) if key == file.key else (f"{file.name}.jpg", PREVIEW)
    answer = Response(get(key), content_type=_content_type(kind))
    how = "inline" if kind in SHOWN else "attachment"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _content_type(kind: str) -> str:
    return "text/plain; charset=utf-8" if kind == "text/plain" else kind
