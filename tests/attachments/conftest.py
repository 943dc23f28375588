"""Pages are looked at with a browser."""

from tests.browser import browser

__all__ = ["browser"]
