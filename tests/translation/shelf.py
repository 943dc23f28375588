"""A web server that stands for the package index, and misbehaves in every way that a test wants."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from tests.translation.conftest import PACKAGES

FR_EN = (PACKAGES / "translate-fr_en-0_1.argosmodel").read_bytes()


@dataclass
class Shelf:
    """What the server gives, and what it was asked for.

    `drops` are the numbers of bytes after which the next answers break off; `redirects` lead from
    one path to another address; `gate` lets no byte after the first 100,000 out before it is set.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=lambda: {"/fr_en": FR_EN, "/en_fr": FR_EN})
    links: tuple[str, ...] = ("{here}/fr_en",)
    redirects: dict[str, str] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)
    claims_longer_by: int = 0
    knows_ranges: bool = True
    chunked: bool = False
    gate: Event | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    index: Any = None

    @property
    def index_url(self) -> str:
        return f"{self.url}/index.json"

    def page(self, path: str) -> bytes | None:
        if path != "/index.json":
            return self.files.get(path)
        links = [link.format(here=self.url) for link in self.links]
        offers = [
            {"from_code": a, "to_code": b, "package_version": "0.1", "links": links}
            for a, b in (("fr", "en"), ("en", "fr"))
        ]
        return json.dumps(offers if self.index is None else self.index).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shelf: Shelf

    def do_GET(self) -> None:
        shelf, wanted = self.shelf, self.headers.get("Range")
        self.close_connection = True
        if self.path != "/index.json":
            shelf.asked.append((self.path, wanted))
        if self.path in shelf.redirects:
            return self._head(302, Location=shelf.redirects[self.path], Content_Length="0")
        data = shelf.page(self.path)
        if data is None:
            return self._head(404, Content_Length="0")
        start = 0
        if wanted and shelf.knows_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(data) > 0:
            return self._head(416, Content_Range=f"bytes */{len(data)}", Content_Length="0")
        return self._body(data, start)

    def _body(self, data: bytes, start: int) -> None:
        shelf, rest = self.shelf, data[start:]
        headers = {"Content_Length": str(len(rest) + shelf.claims_longer_by)}
        if shelf.chunked and self.path != "/index.json":
            headers = {"Transfer_Encoding": "chunked"}
            rest = f"{len(rest):x}\r\n".encode() + rest + b"\r\n0\r\n\r\n"
        if start:
            headers["Content_Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._head(206 if start else 200, **headers)
        if self.path != "/index.json" and shelf.drops:
            rest = rest[: shelf.drops.pop(0)]
        self._write(rest[:100_000])
        if shelf.gate and self.path != "/index.json":
            shelf.gate.wait(60)
        self._write(rest[100_000:])

    def _write(self, data: bytes) -> None:
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            pass  # whoever asked went away

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def open_shelf(host: str = "127.0.0.1") -> Iterator[Shelf]:
    """The server, running until the block ends."""
    shelf = Shelf()
    handler = type("Handler", (_Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer((host, 0), handler)
    shelf.url = f"http://{host}:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
