"""The application that gunicorn serves while it is measured: the present of its desk is NOON."""

from app.lib.clock import set_clock
from bench.desks import NOON
from wsgi import app

set_clock(lambda: NOON)

__all__ = ["app"]
