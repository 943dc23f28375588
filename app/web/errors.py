"""Errors as sentences, for the person who gets them.

A page that goes wrong says what happened and what to do next. It never shows what was typed, a
trace, or whether another vendor's thing exists.
"""

import logging
import traceback
from collections.abc import Callable

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.web.fragments import is_fragment
from app.web.i18n import gettext
from app.web.paging import BadCursor

Answer = tuple[str, int]


def _sentences(code: int) -> tuple[str, str]:
    """What happened, and what to do."""
    table: dict[int, Callable[[], tuple[str, str]]] = {
        400: lambda: (
            gettext("The desk could not read this request."),
            gettext("Go back, check what you entered and try again."),
        ),
        403: lambda: (
            gettext("This page is for supervisors."),
            gettext("Ask your supervisor if you need it."),
        ),
        404: lambda: (
            gettext("There is nothing here."),
            gettext("The address may be wrong, or the page is not on your desk."),
        ),
        405: lambda: (
            gettext("This address only takes forms."),
            gettext("Go back to the ticket and use its buttons."),
        ),
        413: lambda: (
            gettext("That is too much text for one message."),
            gettext("Go back, your text is still there, and shorten it."),
        ),
        422: lambda: (
            gettext("This cannot be done."),
            gettext("Go back, your text is still there, and check what you entered."),
        ),
        429: lambda: (
            gettext("Too many tries in a short time."),
            gettext("Wait a minute, then try again."),
        ),
    }
    unknown = (
        gettext("Something went wrong on our side."),
        gettext("It has been noted. Go back and try again; nothing was sent."),
    )
    return table[code]() if code in table else unknown


def error_page(code: int, detail: str = "", *, then: str = "") -> Answer:
    """The page, or for htmx the line, that stands for an error."""
    what, usual = _sentences(code)
    template = "errors/_error.html" if is_fragment() else "errors/page.html"
    return render_template(template, code=code, what=detail or what, then=then or usual), code


def on_http(error: HTTPException) -> Answer | HTTPException:
    """An error that the desk raised on purpose."""
    if error.code is None or error.code < 400:
        return error
    return error_page(error.code)


def on_csrf(_error: CSRFError) -> Answer:
    """A form from an old session. The text is still in the browser's page behind this one."""
    what = gettext("This form was open for too long, or you logged in again meanwhile.")
    then = gettext(
        "Nothing was changed. Go back, your text is still there; copy it, reload the page and "
        "send again."
    )
    return render_template("errors/page.html", code=400, what=what, then=then), 400


def on_cursor(error: BadCursor) -> Answer:
    """An address with a page that does not exist."""
    return error_page(400, str(error))


def on_fault(_error: InternalServerError) -> Answer:
    """A fault of ours."""
    return error_page(500)


class WithoutWords(logging.Filter):
    """Leaves of an exception in the log where it happened and what kind it was.

    Its own text may quote a row or a form, and so a buyer.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the record's exception by its kind and its frames."""
        if record.exc_info and record.exc_info[0] is not None:
            frames = "".join(traceback.format_tb(record.exc_info[2]))
            record.exc_text = f"{frames}{record.exc_info[0].__name__}"
            record.exc_info = None
        return True


def handle_errors(app: Flask) -> None:
    """Give `app` its error pages."""
    app.logger.addFilter(WithoutWords())
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(BadCursor, on_cursor)
    app.register_error_handler(InternalServerError, on_fault)
