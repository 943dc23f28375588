"""What one ticket's history says of the service that its buyer had. Pure.

Stands on the replay that the clocks are audited with, so a figure and a clock cannot disagree.
Knows no words of anybody. Which day a thing counts on: a wait and an acknowledgement on the day on
which the buyer's message arrived, a promise on the day it was due, a buyer's verdict on the day of
the question, the rest when it happened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import zip_longest

from app.quality.measures import CONTENT, TARGET_EXCHANGES, Line, Measure
from app.tickets.clocks.promises import Outcome
from app.tickets.clocks.replay import FAILURES, Given, Happened, State, Wait, replay

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Reply:
    """An answer as it was written: `in_language` is None where the buyer's was not known, and
    `unedited` where it began with no draft."""

    author_id: int | None
    at: datetime
    in_language: bool | None
    unedited: bool | None
    held: bool = False


@dataclass(frozen=True)
class Story:
    """A ticket at `now`, and everything that happened to it and to those it came from."""

    ticket_id: int
    vendor_id: int
    assignee_id: int | None
    level: int
    now: datetime
    events: Sequence[Happened]
    replies: Mapping[int, Reply] = field(default_factory=dict)

    @cached_property
    def state(self) -> State:
        """What the clocks say."""
        return replay(self.events).get(self.ticket_id, State())

    @cached_property
    def own(self) -> list[Happened]:
        """What happened to this very ticket."""
        return [event for event in self.events if event.ticket_id == self.ticket_id]

    @cached_property
    def deeds(self) -> dict[str, Happened]:
        """The answers, silences and promises of the whole family, by the replay's names."""
        return {
            f"{name} {event.data[name]}": event
            for event in self.events
            for kind, name in NAMED.items()
            if event.kind == kind
        }

    @cached_property
    def excused(self) -> set[tuple[str, datetime]]:
        """The clock and the start of every deadline that a supervisor excused."""
        return {
            (event.data["clock"], datetime.fromisoformat(event.data["started"]))
            for event in self.events
            if event.kind == "excused" and "started" in event.data
        }

    def vendor_at(self, moment: datetime) -> int:
        """Whose ticket it was: a moved ticket takes nothing along of what was done before."""
        moves = [event for event in self.own if event.kind == "moved"]
        for event in moves:
            if moment < event.at:
                return int(event.data["was"])
        return self.vendor_id


NAMED = {"replied": "message", "silenced": "silence", "promised": "promise"}


def lines_of(story: Story) -> list[Line]:
    """All that the ticket adds to the figures. One that was merged away adds what its buyer said of
    it and nothing else: what happened in it counts where it went on."""
    if any(event.kind == "merged_away" for event in story.own):
        return [*_votes(story)]
    return [
        *_opened(story), *_waits(story), *_acknowledgement(story), *_promises(story),
        *_closings(story), *_replies(story), *_votes(story),
    ]  # fmt: skip


def _opened(story: Story) -> Iterator[Line]:
    for first in story.own[:1]:
        vendor_id = story.vendor_at(first.at)
        yield Line(Measure.LEVEL_2, first.at.date(), vendor_id, None, hit=story.level == 2)


# --- waits ---------------------------------------------------------------------------------


def _waits(story: Story) -> Iterator[Line]:
    for key, stopped in story.state.stopped.items():
        if stopped:
            yield from _ended(story, key, min(stopped.values()))
    still = story.state.oldest
    if still is not None and _due(still) <= story.now:
        yield _answer(story, still, story.now, agent_id=story.assignee_id, minutes=None)


def _ended(story: Story, key: str, wait: Wait) -> Iterator[Line]:
    """A wait that an answer ended, or a person who said that none was needed: that one counts as
    unanswered when it came too late."""
    end = story.deeds[key]
    silent = end.kind == "silenced"
    if not silent:
        minutes = (end.at - wait.at) // MINUTE
        yield _answer(story, wait, end.at, agent_id=end.agent_id, minutes=minutes)
    elif end.at > _due(wait):
        yield _answer(story, wait, end.at, agent_id=end.agent_id, minutes=None)
    yield Line(Measure.SILENCE, end.at.date(), story.vendor_at(end.at), end.agent_id, hit=silent)


def _due(wait: Wait) -> datetime:
    return wait.at + timedelta(hours=wait.within)


def _answer(
    story: Story, wait: Wait, at: datetime, *, agent_id: int | None, minutes: int | None
) -> Line:
    return Line(
        Measure.ANSWER, wait.at.date(), story.vendor_at(at), agent_id,
        hit=minutes is not None and at <= _due(wait), value=minutes,
        excused=("reply", wait.at) in story.excused,
    )  # fmt: skip


# --- level 2, promises ---------------------------------------------------------------------


def _acknowledgement(story: Story) -> Iterator[Line]:
    """A level-2 ticket is acknowledged, or was already closed, within the hours of its first
    message. What never reached the buyer acknowledges nothing."""
    opened = next((event for event in story.own if event.kind == "opened"), None)
    if story.level != 2 or opened is None:
        return
    lost = {event.data["message"] for event in story.events if event.kind in FAILURES}
    met = min(
        (
            event
            for event in story.own
            if event.kind == "closed"
            or (event.kind == "acknowledged" and event.data["message"] not in lost)
        ),
        key=lambda event: event.at,
        default=None,
    )
    due_at = opened.at + timedelta(hours=opened.data["within"])
    if met is None and due_at > story.now:
        return
    at = met.at if met else story.now
    yield Line(
        Measure.ACKNOWLEDGEMENT, opened.at.date(), story.vendor_at(at),
        met.agent_id if met else story.assignee_id,
        hit=met is not None and met.at <= due_at,
        value=(met.at - opened.at) // MINUTE if met else None,
        excused=("reply", opened.at) in story.excused,
    )  # fmt: skip


def _promises(story: Story) -> Iterator[Line]:
    for number, given in story.state.promises.items():
        if _is_judged(given, story.now):
            maker = story.deeds[f"promise {number}"].agent_id
            yield Line(
                Measure.PROMISE, given.due_at.date(), story.vendor_at(given.due_at), maker,
                hit=given.outcome == Outcome.KEPT, value=_late_by(given),
                excused=("promise", given.made_at) in story.excused,
            )  # fmt: skip


def _is_judged(given: Given, now: datetime) -> bool:
    if given.outcome == Outcome.OPEN:
        return given.due_at <= now
    return given.outcome != Outcome.WITHDRAWN


def _late_by(given: Given) -> int | None:
    """The minutes by which the news came late; None where it was in time or has not come."""
    if given.settled_at is None or given.settled_at <= given.due_at:
        return None
    return (given.settled_at - given.due_at) // MINUTE


# --- closings ------------------------------------------------------------------------------


def _closings(story: Story) -> Iterator[Line]:
    turns = [event for event in story.own if event.kind in {"closed", "reopened"}]
    for event, after in zip_longest(turns, turns[1:]):
        if event.kind != "closed":
            continue
        came_back = after is not None and after.kind == "reopened"
        yield _closed(story, event, Measure.REOPENED, hit=came_back)
        if after is None:
            exchanges = _exchanges(story)
            yield _closed(
                story, event, Measure.EXCHANGES, hit=exchanges <= TARGET_EXCHANGES, value=exchanges
            )
            if story.level == 1:
                yield _closed(story, event, Measure.ONE_ANSWER, hit=exchanges <= 1)


def _closed(
    story: Story, event: Happened, measure: Measure, *, hit: bool, value: int | None = None
) -> Line:
    vendor_id = story.vendor_at(event.at)
    return Line(measure, event.at.date(), vendor_id, event.agent_id, hit=hit, value=value)


def _exchanges(story: Story) -> int:
    """The runs of buyer's messages that an answer ended."""
    stopped = story.state.stopped.items()
    return sum(bool(waits) for key, waits in stopped if key.startswith("message "))


# --- answers -------------------------------------------------------------------------------


def _replies(story: Story) -> Iterator[Line]:
    doubtful = _doubtful(story.own)
    for number, reply in story.replies.items():
        said = (
            (Measure.LANGUAGE, reply.in_language),
            (Measure.UNEDITED, reply.unedited),
            (Measure.CONTACT, reply.held or number in doubtful),
        )
        for measure, hit in said:
            if hit is not None:
                vendor_id = story.vendor_at(reply.at)
                yield Line(measure, reply.at.date(), vendor_id, reply.author_id, hit=hit)


def _doubtful(events: Sequence[Happened]) -> set[int]:
    """The answers that were sent in spite of the warning that they show a contact."""
    warned, found = False, set()
    for event in events:
        if event.kind == "contacts_sent":
            warned = True
        elif event.kind == "replied" and warned:
            warned = False
            found.add(int(event.data["message"]))
    return found


# --- what buyers say -----------------------------------------------------------------------


def _votes(story: Story) -> Iterator[Line]:
    """The last number of each question. It stays with those who had the ticket at its closing."""
    last = {event.data["survey"]: event.data for event in story.own if event.kind == "rated"}
    for said in last.values():
        yield Line(
            Measure.SATISFACTION, datetime.fromisoformat(said["asked"]).date(), said["vendor"],
            said["agent"], hit=said["score"] >= CONTENT, value=said["score"],
        )  # fmt: skip
