"""The rule of the clocks, written down a second time in the plainest way: lists that are gone
through from the start at every question. It shares no line with the desk and knows no column.

A buyer's message waits until somebody answered or silenced it in a way that still stands.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass
class Letter:
    """A buyer's message, and everything that was thought to settle it."""

    ticket: int
    arrived: datetime
    hours: int
    settlers: list["Deed"] = field(default_factory=list)

    def waits(self) -> bool:
        return not any(deed.stands for deed in self.settlers)


@dataclass
class Deed:
    """An answer or a silence. It stands until it fails, is undone or is overruled."""

    ticket: int
    stands: bool = True


@dataclass
class Oath:
    """News promised by a date. `deed` is the answer that carried it, `news` those that kept it."""

    ticket: int
    made: datetime
    due: datetime
    deed: Deed | None
    news: list[tuple[Deed, datetime]] = field(default_factory=list)

    def fate(self) -> str:
        if self.deed is not None and not self.deed.stands:
            return "withdrawn"
        standing = [moment for deed, moment in self.news if deed.stands]
        if not standing:
            return "open"
        return "kept" if standing[0] <= self.due else "broken"


@dataclass(frozen=True)
class Running:
    """A clock that runs: what it counts, since when, until when."""

    what: str
    start: datetime
    end: datetime

    def moments(self) -> dict[str, datetime]:
        half = self.start + (self.end - self.start) / 2
        return {
            "half": half,
            "last_hour": max(half, self.end - HOUR),
            "breach": self.end,
            "half_day_over": self.end + 12 * HOUR,
            "day_over": self.end + 24 * HOUR,
        }


@dataclass
class Naive:
    """A desk that remembers everything and works nothing out beforehand."""

    letters: list[Letter] = field(default_factory=list)
    oaths: list[Oath] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    told: set[tuple[int, str, datetime, str]] = field(default_factory=set)

    def waiting(self, ticket: int) -> list[Letter]:
        return [one for one in self.letters if one.ticket == ticket and one.waits()]

    def open_oaths(self, ticket: int) -> list[Oath]:
        return [one for one in self.oaths if one.ticket == ticket and one.fate() == "open"]

    # --- what happens ---

    def write(self, ticket: int, at: datetime, hours: int) -> Letter:
        self.closed.discard(ticket)
        self.letters.append(Letter(ticket, at, hours))
        return self.letters[-1]

    def answer(self, ticket: int, at: datetime) -> Deed:
        deed = self.silence(ticket)
        for oath in self.open_oaths(ticket):
            oath.news.append((deed, at))
        return deed

    def silence(self, ticket: int) -> Deed:
        deed = Deed(ticket)
        for letter in self.waiting(ticket):
            letter.settlers.append(deed)
        self.closed.discard(ticket)
        return deed

    def swear(self, ticket: int, made: datetime, due: datetime, deed: Deed | None) -> None:
        self.oaths.append(Oath(ticket, made, due, deed))

    def fail(self, deed: Deed) -> None:
        deed.stands = False
        if self.waiting(deed.ticket) or self.open_oaths(deed.ticket):
            self.closed.discard(deed.ticket)

    def merge(self, source: int, target: int, deeds: list[Deed]) -> None:
        for thing in [*self.letters, *self.oaths, *deeds]:
            if thing.ticket == source:
                thing.ticket = target
        if self.waiting(target) or self.open_oaths(target):
            self.closed.discard(target)

    # --- what is asked ---

    def clocks(self, ticket: int) -> list[Running]:
        """The reply clock and every open promise."""
        found = []
        waiting = sorted(self.waiting(ticket), key=lambda one: (one.arrived, one.hours))
        if waiting:
            oldest = waiting[0]
            found.append(Running("reply", oldest.arrived, oldest.arrived + oldest.hours * HOUR))
        for oath in self.open_oaths(ticket):
            found.append(Running("promise", oath.made, oath.due))
        return found

    def first(self, ticket: int) -> Running | None:
        """The clock that runs out first; of two the reply, of two promises the older."""
        order = {"reply": 0, "promise": 1}
        clocks = sorted(self.clocks(ticket), key=lambda one: (one.end, order[one.what], one.start))
        return clocks[0] if clocks else None

    def sweep(self, now: datetime) -> None:
        tickets = {one.ticket for one in self.letters} | {one.ticket for one in self.oaths}
        for ticket in tickets:
            for clock in self.clocks(ticket):
                for stage, moment in clock.moments().items():
                    if moment <= now:
                        self.told.add((ticket, clock.what, clock.start, stage))
