"""A real desk for a real browser.

Nothing is faked. `flask prepare` makes the desk as `make run` would, mails come in by SMTP, the
worker translates and sends into the maildir, gunicorn serves, Chromium looks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.desk import CHROMIUM, Desk, running_desk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo desk, served."""
    with running_desk(tmp_path_factory.mktemp("e2e")) as desk:
        yield desk


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
    # A refused form answers 422 or 409, which Chromium reports as a failed load; where a session
    # ended, a piece of the page answers 401, which htmx reports.
    if kind == "error" and "status of 4" not in text and "Error Code 401" not in text:
        watch.complaints.append(text)
