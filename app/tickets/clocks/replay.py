"""What a ticket's clocks must say, worked out anew from its history alone. Pure.

Knows events and nothing of the columns that it is compared with. Tickets that were merged or split
are replayed together, in the order in which things happened.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.tickets.clocks.promises import Outcome

STARTS = frozenset({"opened", "wrote", "reopened"})
FAILURES = frozenset({"undelivered", "held", "undone"})
# What happened before these lies with another ticket, `source`.
FROM_ELSEWHERE = frozenset({"merged", "split_off"})


@dataclass(frozen=True)
class Happened:
    """One event of a ticket."""

    ticket_id: int
    kind: str
    at: datetime
    data: Mapping[str, Any]
    agent_id: int | None = None


@dataclass(frozen=True, order=True)
class Wait:
    """A buyer's message that nobody answered: when it arrived, and within how many hours it is to
    be answered."""

    at: datetime
    within: int


@dataclass
class Given:
    """A promise: `settled_by` is the message that brought the news."""

    made_at: datetime
    due_at: datetime
    message: int | None
    settled_at: datetime | None = None
    settled_by: int | None = None
    withdrawn: bool = False

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        if self.withdrawn:
            return Outcome.WITHDRAWN
        if self.settled_at is None:
            return Outcome.OPEN
        return Outcome.KEPT if self.settled_at <= self.due_at else Outcome.BROKEN


@dataclass
class State:
    """Which messages wait, what each answer or silence had stopped, and what was promised."""

    waiting: dict[int, Wait] = field(default_factory=dict)
    stopped: dict[str, dict[int, Wait]] = field(default_factory=dict)
    promises: dict[int, Given] = field(default_factory=dict)

    @property
    def oldest(self) -> Wait | None:
        """The message that rules the reply clock."""
        return min(self.waiting.values(), default=None)

    @property
    def next_promise(self) -> Given | None:
        """The open promise that is due first."""
        open_ones = [one for one in self.promises.values() if one.outcome == Outcome.OPEN]
        return min(open_ones, key=lambda one: (one.due_at, one.made_at), default=None)

    def stop(self, by: str) -> None:
        """Nobody waits any more."""
        self.stopped[by], self.waiting = self.waiting, {}

    def run_on(self, by: str) -> None:
        """What `by` had stopped waits again."""
        self.waiting |= self.stopped.pop(by, {})

    def absorb(self, other: "State") -> None:
        """Another ticket was merged into this one."""
        self.waiting |= other.waiting
        self.stopped |= other.stopped
        self.promises |= other.promises
        other.waiting, other.stopped, other.promises = {}, {}, {}


def replay(events: Iterable[Happened]) -> dict[int, State]:
    """The state of every ticket that `events`, in their order, are about."""
    states: dict[int, State] = defaultdict(State)
    for event in events:
        state, data = states[event.ticket_id], event.data
        match event.kind:
            case "merged":
                state.absorb(states[data["source"]])
            case "merged_away":
                states[event.ticket_id] = State()
            case "split":
                for message in data["messages"]:
                    states[data["to"]].waiting[message] = state.waiting.pop(message)
            case _:
                _apply(state, event)
    return states


def _apply(state: State, event: Happened) -> None:
    data = event.data
    match event.kind:
        case kind if kind in STARTS:
            state.waiting[data["message"]] = Wait(event.at, data["within"])
        case "replied":
            state.stop(f"message {data['message']}")
            _settle(state, data["message"], event.at)
        case kind if kind in FAILURES:
            state.run_on(f"message {data['message']}")
            _unsettle(state, data["message"])
        case "silenced":
            state.stop(f"silence {data['silence']}")
        case "silence_overruled":
            state.run_on(f"silence {data['silence']}")
        case "promised":
            until = datetime.fromisoformat(data["until"])
            state.promises[data["promise"]] = Given(event.at, until, data["message"])


def _settle(state: State, message: int, at: datetime) -> None:
    for promise in state.promises.values():
        if promise.outcome == Outcome.OPEN:
            promise.settled_at, promise.settled_by = at, message


def _unsettle(state: State, message: int) -> None:
    for promise in state.promises.values():
        if promise.message == message:
            promise.withdrawn = True
        elif promise.settled_by == message:
            promise.settled_at = promise.settled_by = None
