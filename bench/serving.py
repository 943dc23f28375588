"""A desk behind gunicorn, as people reach it: over HTTP, logged in, one request after the other."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from time import monotonic, sleep

from flask import Flask

from bench.visiting import signed_in

PATIENCE = 60  # seconds in which gunicorn must answer


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
    settings = app.extensions["settings"]
    port = _free_port()
    env = os.environ | {
        "DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url,
        "HOST": "127.0.0.1", "PORT": str(port),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "bench.wsgi:app"]
    with subprocess.Popen(command, env=env) as server:
        try:
            _wait_for(port)
            yield Visitor(port, f"session={session.value}")
        finally:
            server.terminate()


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise RuntimeError("gunicorn did not come up.")
