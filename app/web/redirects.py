"""Where a log-in may lead: back to a page of this desk, and nowhere else. Pure."""

from urllib.parse import urlsplit


def safe_next(target: str | None) -> str:
    """`target` if it is a plain path on this desk, else the front page.

    Browsers read a backslash as a slash and skip tabs and line ends, so those never pass.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if "\\" in target or any(ord(character) < 33 for character in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target
