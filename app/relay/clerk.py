"""Writes mails down for many connections at once: one commit for all that came in meanwhile.

A durable commit costs the same for one mail as for twenty, and SQLite has one writer. Connections
hand their rows to the clerk and wait; whoever waits is answered after the commit that holds their
row, and not before.
"""

from asyncio import AbstractEventLoop, Future
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from threading import Thread

from flask import Flask

from app.extensions import db
from app.relay.inbound import Row, keep

AT_ONCE = 64
Waiting = tuple[Row, "Future[None]"]
Kept = tuple["Future[None]", Exception | None]


class Clerk:
    """A thread that keeps rows for whoever runs in `loop`. Stop it with `dismiss`."""

    def __init__(self, app: Flask, loop: AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop
        self._desk: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    async def keep(self, row: Row) -> None:
        """Wait until `row` is kept for good. Raises what the database raised if it is not."""
        done: Future[None] = self._loop.create_future()
        self._desk.put((row, done))
        await done

    def dismiss(self) -> None:
        """Finish what lies on the desk and go."""
        self._desk.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._desk.get()) is not None:
            pile, last = self._pile(first)
            kept = self._keep_all(pile)
            # Everybody in the pile is told at once: waking the loop is what costs.
            self._loop.call_soon_threadsafe(_tell, kept)
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

    def _keep_all(self, pile: Sequence[Waiting]) -> list[Kept]:
        """One transaction for all; if it fails, one for each, so that one bad row stops nobody."""
        fault = self._try([row for row, _ in pile])
        if fault is None or len(pile) == 1:
            return [(done, fault) for _, done in pile]
        return [(done, self._try([row])) for row, done in pile]

    def _try(self, rows: list[Row]) -> Exception | None:
        with self._app.app_context():
            try:
                keep(rows)
            except Exception as fault:
                return fault
            finally:
                db.session.remove()
        return None


def _tell(kept: Sequence[Kept]) -> None:
    for done, fault in kept:
        if done.cancelled():
            # The sender hung up. The mail is kept, and known again when it is brought again.
            continue
        if fault is None:
            done.set_result(None)
        else:
            done.set_exception(fault)
