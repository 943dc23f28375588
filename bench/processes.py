"""The desk's own processes beside the one that measures: started, waited for, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app.config import Settings

ROOT = Path(__file__).parent.parent


@contextmanager
def running(app: Flask, module: Sequence[str], *, port: int, **env: str) -> Iterator[int]:
    """`python -m module…` on the desk of `app`, once it listens on `port`. Yields its number."""
    settings: Settings = app.extensions["settings"]
    environ = os.environ | env | {
        "DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url,
    }  # fmt: skip
    command = [sys.executable, "-m", *module]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The process did not open its port.")
