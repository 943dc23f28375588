"""Doors of a desk of its own, spoken to over real sockets, and a DNS that a test writes itself."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakSet

from aiosmtpd.smtp import SMTP
from flask import Flask

from app.config import Settings
from app.relay.door import close, serve
from app.relay.resolver import NoAnswerYet


@dataclass
class Names:
    """A resolver that knows what a test published; `broken` names never answer."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def lookup(self, name: str, kind: str, *, seconds: float = 1) -> list[Any]:
        self.asked.append(name)
        if name in self.broken:
            raise NoAnswerYet
        if kind == "TXT":
            return [(text.encode(),) for text in self.texts.get(name, [])]
        return list(self.hosts.get(name, [])) if kind == "A" else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def open_doors(app: Flask, **changes: Any) -> Iterator[Settings]:
    """Both doors of `app`, open until the block ends, with some settings changed."""
    settings: Settings = replace(
        app.extensions["settings"], smtp_port=free_port(), lmtp_port=free_port(), **changes
    )
    app.extensions["settings"] = settings
    with serving(app):
        yield settings


@contextmanager
def serving(app: Flask) -> Iterator[None]:
    """The doors of `app` at the ports of its settings, open until the block ends."""
    settings: Settings = app.extensions["settings"]
    with _running(serve(app), settings.lmtp_port):
        yield


@contextmanager
def receiving(keeper: object) -> Iterator[int]:
    """Somebody else's mail server, which hands what comes to `keeper`. Its port.

    The library's own controller forgets who is just coming in when it is stopped.
    """
    port = free_port()
    with _running(_receive(keeper, port), port):
        yield port


async def _receive(keeper: object, port: int) -> None:
    visitors: WeakSet[SMTP] = WeakSet()

    def answer() -> SMTP:
        visitor = SMTP(keeper)
        visitors.add(visitor)
        return visitor

    server = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", port)
    try:
        await asyncio.Event().wait()
    finally:
        await close([server], visitors)


@contextmanager
def _running(work: Coroutine[Any, Any, None], port: int) -> Iterator[None]:
    """`work` in a loop and a thread of its own, from when it listens at `port` on."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    thread = threading.Thread(target=_run, args=(loop, task))
    thread.start()
    wait_for(port)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        loop.run_until_complete(loop.shutdown_asyncgens())


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            threading.Event().wait(0.02)
        else:
            return
    raise TimeoutError("The door did not open.")


def deliver(settings: Settings, to: str, raw: bytes, *, sender: str) -> str:
    """Hand one mail over and give back what the door said last, code and text."""
    with smtplib.SMTP("127.0.0.1", settings.smtp_port, timeout=4) as client:
        client.ehlo("mx.mailbox.example")
        client.mail(sender)
        code, text = client.rcpt(to)
        if code == 250:
            code, text = client.data(raw)
        return f"{code} {text.decode()}"
