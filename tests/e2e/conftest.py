"""A real desk for a real browser: the processes of the Procfile over a folder of their own.

Nothing is faked. `flask prepare` makes the desk as `make run` would, mails come in by SMTP, the
worker translates and sends into the maildir, gunicorn serves, Chromium looks.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "only for this test desk"
# Reads French alone, so that an English buyer needs the translation in both directions.
YVONNE = "yvonne@lavande.example"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class Desk:
    """A running desk."""

    url: str
    folder: Path
    environ: dict[str, str]

    def flask(self, *words: str) -> None:
        """Run one of the desk's own commands."""
        subprocess.run(
            [BIN / "flask", "--app", "wsgi", *words], cwd=ROOT, env=self.environ, check=True,
            capture_output=True, timeout=300,
        )  # fmt: skip

    def write_in(self, text: str, *, sender: str = "kim@buyers.example") -> None:
        """A buyer's mail to Maison Lavande, through the mail door."""
        self.flask("mail", "send", "--to", "lavande@reply.dragoman.test", "--from", sender,
                   "--text", text)  # fmt: skip

    def posted(self) -> str:
        """Everything that left, as the buyers' mailboxes hold it."""
        box = self.folder / "outbox" / "new"
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(box.iterdir()))


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo desk, served."""
    folder = tmp_path_factory.mktemp("e2e")
    ports = {name: str(free_port()) for name in ("PORT", "SMTP_PORT", "LMTP_PORT")}
    environ = {
        **os.environ,
        **ports,
        "DATA_DIR": str(folder),
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    desk = Desk(f"http://127.0.0.1:{ports['PORT']}", folder, environ)
    desk.flask("prepare")
    desk.flask("accounts", "add-agent", YVONNE, "Yvonne", "--vendor", "lavande", "--level", "2",
               "--reads", "fr", "--password", PASSWORD)  # fmt: skip
    processes = [_start(command, desk) for command in _procfile()]
    try:
        _wait_until_up(desk)
        yield desk
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def _procfile() -> list[str]:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    return [line.partition(":")[2].strip() for line in lines if ":" in line]


def _start(command: str, desk: Desk) -> subprocess.Popen[bytes]:
    with (desk.folder / "processes.log").open("ab") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", command], cwd=ROOT, env=desk.environ, stdout=log, stderr=log
        )


def _wait_until_up(desk: Desk) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{desk.url}/readyz", timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError((desk.folder / "processes.log").read_text())


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@dataclass
class Watch:
    """What the browser asked for and complained of."""

    asked: list[str]
    complaints: list[str]


@pytest.fixture
def watch(desk: Desk) -> Iterator[Watch]:
    """Afterwards: no request left the desk's own origin, and the console stayed quiet."""
    seen = Watch([], [])
    yield seen
    assert [url for url in seen.asked if not url.startswith((desk.url + "/", "data:"))] == []
    assert seen.complaints == []


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, desk: Desk, watch: Watch) -> Iterator[Visit]:
    """Open a page in a fresh browser; every option of Playwright's `new_context` is allowed."""
    contexts: list[BrowserContext] = []

    def visit(path: str = "/login", **options: object) -> Page:
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}} | options
        context = chromium.new_context(base_url=desk.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: watch.asked.append(request.url))
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        page.on("console", lambda said: _note(watch, said.type, said.text))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()


def _note(watch: Watch, kind: str, text: str) -> None:
    # A refused form answers 422 or 409, which Chromium reports as a failed load.
    if kind == "error" and "status of 4" not in text:
        watch.complaints.append(text)
