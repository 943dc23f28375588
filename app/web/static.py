"""Static files: one address for each state of the folder, kept by browsers for a year, compressed.

The version in the address is made of every file's bytes, so that a page never meets yesterday's
script. Knows the folder as it was at the start; a changed file is seen after a restart.
"""

import gzip
import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

COMPRESSED = ("text/", "application/json", "image/svg+xml", "application/javascript")
SMALLEST = 1_000  # bytes; below it the headers weigh more
FOLDER = Path(__file__).parent.parent / "static"
STYLES = "css/desk.css"
IMPORT = re.compile(r'@import url\("([\w.-]+)"\)(?: layer\((\w+)\))?;')


class QuietSessions(SecureCookieSessionInterface):
    """Sessions that a static file knows nothing of: else browsers would keep it only as long as
    the cookie stays the same."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save what changed, and say that the answer depends on it."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


@cache
def static_path() -> str:
    """The path under which the static files of this start are found."""
    digest = sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(path.relative_to(FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def join_styles(response: Response) -> Response:
    """The style sheet with those that it imports in their places: one answer instead of twelve,
    and less of it."""
    if response.status_code == 200 and request.path == f"{static_path()}/{STYLES}":
        response.direct_passthrough = False
        response.get_data()  # reads the file to its end, which closes it
        response.set_data(_joined())
    return response


@cache
def _joined() -> str:
    whole = FOLDER / STYLES

    def imported(match: re.Match[str]) -> str:
        text = (whole.parent / match[1]).read_text("utf-8")
        return f"@layer {match[2]} {{\n{text}}}" if match[2] else text

    return IMPORT.sub(imported, whole.read_text("utf-8"))


def compress(response: Response) -> Response:
    """The answer in gzip where the browser takes it: texts only, and nothing that is a download.

    A page's form tokens are signed anew each time and cookies are SameSite, so that nobody can
    measure them through the length of an answer that they made somebody ask for.
    """
    if not _is_worth_it(response):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= SMALLEST:
        small = _once(request.path, body) if request.endpoint == "static" else _packed(body, 5)
        response.set_data(small)
        response.headers["Content-Encoding"] = "gzip"
        if tag := response.get_etag()[0]:
            response.set_etag(tag, weak=True)
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code in {200, 404, 422}
        and (request.endpoint == "static" or not response.is_streamed)
        and (response.mimetype or "").startswith(COMPRESSED)
        and "Content-Encoding" not in response.headers
        and not response.headers.get("Content-Disposition", "").startswith("attachment")
    )


@lru_cache(maxsize=256)
def _once(_path: str, body: bytes) -> bytes:
    """A static file as small as it gets: made once a process."""
    return _packed(body, 9)


def _packed(body: bytes, level: int) -> bytes:
    return gzip.compress(body, level, mtime=0)
