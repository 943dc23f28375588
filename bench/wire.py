"""Mail over real sockets: how fast the LMTP door takes it, each mail after a durable commit.

The door runs as a process of its own, as it does in service; four connections write at once.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bench.processes import free_port, running

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
    smtp, lmtp = free_port(), free_port()
    ports = {"SMTP_PORT": str(smtp), "LMTP_PORT": str(lmtp)}
    serve = ["flask", "--app", "wsgi", "relay", "serve"]
    with running(app, serve, port=lmtp, **ports) as process:
        yield Door(lmtp, process)


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
