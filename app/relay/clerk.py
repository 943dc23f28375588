"""Writes mails down for many connections at once: one commit for all that came in meanwhile.

A durable commit costs the same for one mail as for twenty, and SQLite has one writer. Connections
hand their rows to the clerk and wait; whoever waits is answered after the commit that holds their
row, and not before.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread

from flask import Flask

from app.extensions import db
from app.relay.inbound import Row, keep

AT_ONCE = 64
Waiting = tuple[Row, "Future[None]"]


class Clerk:
    """A thread that keeps rows. Stop it with `dismiss`."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._desk: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    def keep(self, row: Row) -> None:
        """Wait until `row` is kept for good. Raises what the database raised if it is not."""
        done: Future[None] = Future()
        self._desk.put((row, done))
        done.result()

    def dismiss(self) -> None:
        """Finish what lies on the desk and go."""
        self._desk.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._desk.get()) is not None:
            pile, last = self._pile(first)
            self._keep_all(pile)
            if last:
                return

    def _pile(self, first: Waiting) -> tuple[list[Waiting], bool]:
        """Everything that waits by now, and whether the word to go was among it."""
        pile = [first]
        while len(pile) < AT_ONCE:
            try:
                following = self._desk.get_nowait()
            except Empty:
                break
            if following is None:
                return pile, True
            pile.append(following)
        return pile, False

    def _keep_all(self, pile: Sequence[Waiting]) -> None:
        """One transaction for all; if it fails, one for each, so that one bad row stops nobody."""
        fault = self._try([row for row, _ in pile])
        for row, done in pile:
            own = fault if fault is None or len(pile) == 1 else self._try([row])
            if own is None:
                done.set_result(None)
            else:
                done.set_exception(own)

    def _try(self, rows: list[Row]) -> Exception | None:
        with self._app.app_context():
            try:
                keep(rows)
            except Exception as fault:
                return fault
            finally:
                db.session.remove()
        return None
