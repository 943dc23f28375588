"""What every answer says to the browser about itself.

Nothing on a page may come from, or go to, another origin, and nothing inline runs. Pages are kept
by the browser of the person who asked, so that "back" brings a form's text again, and by no
proxy in between.
"""

from flask import Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# What a style, a script or a font needs of them; a page brings thirty, each with its head.
ON_FILES = frozenset({"X-Content-Type-Options", "Cross-Origin-Resource-Policy"})


def add_headers(response: Response) -> Response:
    """Put the desk's headers on `response`. A static file's address changes with its content."""
    is_static = request.endpoint == "static"
    for name, value in HEADERS.items():
        if name in ON_FILES or not is_static or response.mimetype == "image/svg+xml":
            response.headers.setdefault(name, value)
    if is_static:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.add("Vary", "HX-Request")
    return response
