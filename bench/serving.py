"""A desk behind gunicorn, as people reach it: over HTTP, logged in, one request after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from flask import Flask

from bench.processes import free_port, running
from bench.visiting import signed_in

PATIENCE = 60  # seconds in which a page must come


class Visitor:
    """One person's browser, which keeps its connection."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}

    def get(self, url: str) -> None:
        """Ask for a page and read all of it. Raises RuntimeError for anything but a page."""
        self._connection.request("GET", url, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url} answered {answer.status}.")


@contextmanager
def served(app: Flask, agent_id: int) -> Iterator[Visitor]:
    """The desk of `app` behind gunicorn, and its agent in front of it."""
    session = signed_in(app, agent_id).get_cookie("session")
    port = free_port()
    gunicorn = ["gunicorn", "bench.wsgi:app"]
    with running(app, gunicorn, port=port, HOST="127.0.0.1", PORT=str(port)):
        yield Visitor(port, f"session={session.value}")
