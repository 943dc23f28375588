"""Mail over real sockets: how fast the LMTP door takes it, each mail after a durable commit.

The door runs as a process of its own, as it does in service; four connections write at once.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app.config import Settings

ROOT = Path(__file__).parent.parent
CONNECTIONS = 4


@dataclass(frozen=True)
class Door:
    """A door's process and its LMTP port."""

    port: int
    process: int

    def peak_mb(self) -> float:
        """The most memory that the process ever had."""
        return peak_mb(self.process)


def peak_mb(process: int | str) -> float:
    """The most memory that a process ever had. `getrusage` will not do: a process that was started
    by a bigger one is told that one's."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


@contextmanager
def open_door(app: Flask) -> Iterator[Door]:
    """The desk's doors in a process of their own."""
    settings: Settings = app.extensions["settings"]
    smtp, lmtp = free_port(), free_port()
    environ = os.environ | {
        "DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url,
        "SMTP_PORT": str(smtp), "LMTP_PORT": str(lmtp),
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "relay", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        _wait_for(lmtp)
        yield Door(lmtp, process.pid)
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
    raise TimeoutError("The door did not open.")


def deliver(port: int, recipient: str, mails: list[bytes]) -> float:
    """Write all mails over CONNECTIONS connections; the seconds until the last 250."""
    shares = [mails[place::CONNECTIONS] for place in range(CONNECTIONS)]
    refused: list[bytes] = []
    threads = [
        threading.Thread(target=_client, args=(port, recipient, share, refused)) for share in shares
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        raise RuntimeError(f"The door refused {len(refused)} mails, first: {refused[0]!r}")
    return time.perf_counter() - started


def _client(port: int, recipient: str, mails: list[bytes], refused: list[bytes]) -> None:
    """A plain LMTP client: smtplib would spend more time than the door."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        stream = connection.makefile("rb")

        def said(line: bytes) -> bytes:
            if line:
                connection.sendall(line)
            answer = stream.readline()
            while answer[3:4] == b"-":
                answer = stream.readline()
            return answer

        said(b"")
        said(b"LHLO bench\r\n")
        for number, mail in enumerate(mails):
            said(f"MAIL FROM:<k{number}@mail.example>\r\n".encode())
            said(f"RCPT TO:<{recipient}>\r\n".encode())
            said(b"DATA\r\n")
            answer = said(mail + b"\r\n.\r\n")
            if not answer.startswith(b"250"):
                refused.append(answer)
