"""From the button to the draft: the worker's own loop answers a page within a second."""

import threading
import time
from collections.abc import Iterator
from statistics import median

import pytest
from flask import Flask

from app.extensions import db
from app.jobs import make_scheduler
from app.lib.clock import set_clock, system_clock
from app.lib.database import reading
from app.translation.models import Draft, DraftState
from tests.browser import Browser
from tests.factories import make_cast, make_ticket
from tests.translation.fakes import FakeEngine

WITHIN = 1.0  # seconds from the click to the page that shows the draft
POLL = 0.05


@pytest.fixture
def worker(fresh_app: Flask) -> Iterator[Flask]:
    """A desk whose worker runs its whole schedule, with an engine that is warm."""
    engine = FakeEngine(pairs=frozenset({("fr", "sv"), ("sv", "fr")}))
    fresh_app.extensions["engine"] = lambda: engine
    set_clock(system_clock)
    scheduler = make_scheduler(fresh_app)
    thread = threading.Thread(target=scheduler.start)
    thread.start()
    yield fresh_app
    scheduler.shutdown()
    thread.join(10)


def _asked_for(browser: Browser, url: str, text: str) -> int:
    """What the button does. The draft's number."""
    browser.fragment(url, method="POST", data={"own_text": text, "text": text})
    with reading():
        newest = db.session.scalars(db.select(Draft.id).order_by(Draft.id.desc())).first()
        db.session.rollback()
    assert newest is not None
    return newest


def _wait_for(draft_id: int) -> None:
    """Look as the page does, only more often; a look must not keep the worker from writing."""
    for _ in range(int(10 / POLL)):
        with reading():
            state = db.session.scalar(db.select(Draft.state).filter_by(id=draft_id))
            db.session.rollback()
        if state == DraftState.DONE:
            return
        time.sleep(POLL)
    raise AssertionError("The worker made no draft.")


@pytest.mark.slow
def test_a_page_gets_its_draft_and_its_check_within_a_second(worker: Flask) -> None:
    with worker.app_context():
        cast = make_cast()
        ticket = make_ticket(cast.lavande)
        ticket.lang = "sv"
        db.session.commit()
        browser = Browser(worker, worker.response_class, use_cookies=True).be(cast.ana)
        waits = []
        for number in range(10):
            what = ("drafts", "checks")[number % 2]
            text = f"Bonjour. Votre commande {number} part demain. Merci de votre patience."
            started = time.monotonic()
            _wait_for(_asked_for(browser, f"/tickets/{ticket.id}/{what}", text))
            waits.append(time.monotonic() - started)
        db.session.remove()
    assert median(waits) <= WITHIN, waits
