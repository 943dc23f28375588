"""What counts for a vendor, by tables of what happened."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.quality.facts import Reply, Story, lines_of
from app.quality.measures import Line, Measure
from app.tickets.clocks.replay import Happened

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICKET, VENDOR, ANA, BO = 1, 10, 100, 101


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def event(kind: str, hours: float, *, by: int | None = None, of: int = TICKET, **data: Any):
    return Happened(of, kind, at(hours), data, by)


def opened(hours: float = 0, message: int = 1, *, of: int = TICKET):
    return event("opened", hours, message=message, within=24, of=of)


def replied(hours: float, message: int, *, by: int = ANA, of: int = TICKET):
    return event("replied", hours, by=by, message=message, of=of)


def wrote(hours: float, message: int, kind: str = "wrote"):
    return event(kind, hours, message=message, within=24)


def promised(hours: float, until: float, *, number: int = 7, message: int = 2):
    return event("promised", hours, by=ANA, promise=number, message=message,
                 until=at(until).isoformat())  # fmt: skip


def excused(hours: float, clock: str, started: float):
    return event("excused", hours, clock=clock, started=at(started).isoformat())


def counted(
    events: Sequence[Happened], *, now: float = 1000, level: int = 1, replies: Any = None
) -> list[Line]:
    return lines_of(Story(TICKET, VENDOR, BO, level, at(now), events=events, replies=replies or {}))


def said(lines: Sequence[Line], measure: Measure) -> list[tuple[bool, int | None, int | None]]:
    return [(line.hit, line.value, line.agent_id) for line in lines if line.measure == measure]


@pytest.mark.parametrize(
    ("events", "now", "answers"),
    [
        ([opened()], 23, []),
        ([opened()], 24, [(False, None, BO)]),
        ([opened(), replied(2, 2)], 30, [(True, 120, ANA)]),
        ([opened(), replied(24, 2)], 30, [(True, 1440, ANA)]),
        ([opened(), replied(24.1, 2)], 30, [(False, 1446, ANA)]),
        ([opened(), wrote(20, 2), replied(25, 3)], 30, [(False, 1500, ANA)]),
        ([opened(), replied(1, 2), wrote(5, 3), replied(6, 4, by=BO)], 40,
         [(True, 60, ANA), (True, 60, BO)]),
        ([opened(), replied(1, 2), event("undone", 1.1, message=2)], 20, []),
        ([opened(), replied(1, 2), event("undelivered", 9, message=2)], 30, [(False, None, BO)]),
        ([opened(), replied(1, 2), event("held", 1, message=2), replied(3, 4)], 30,
         [(True, 180, ANA)]),
        ([opened(), replied(1, 2), replied(2, 3)], 30, [(True, 60, ANA)]),
        ([opened(), event("silenced", 3, by=ANA, silence=5)], 30, []),
        ([opened(), event("silenced", 30, by=ANA, silence=5)], 31, [(False, None, ANA)]),
        ([opened(), event("silenced", 3, by=ANA, silence=5),
          event("silence_overruled", 9, silence=5)], 30, [(False, None, BO)]),
    ],
    ids=["waits", "nobody answered", "in time", "in the last second", "late", "the oldest rules",
         "two exchanges", "undone", "never arrived", "held, then answered", "two answers in a row",
         "no reply needed", "silence came too late", "silence overruled"],
)  # fmt: skip
def test_a_wait_counts_once_by_the_message_that_waited_longest(
    events: list[Happened], now: float, answers: list[Any]
) -> None:
    assert said(counted(events, now=now), Measure.ANSWER) == answers


def test_a_wait_counts_on_the_day_on_which_the_message_arrived() -> None:
    lines = counted([opened(14.5), replied(16, 2)])
    assert [line.day.isoformat() for line in lines if line.measure == Measure.ANSWER] == [
        "2026-03-02"
    ]


def test_what_was_excused_is_marked_and_stays() -> None:
    late = [opened(), replied(30, 2), excused(31, "reply", 0)]
    assert [line.excused for line in counted(late) if line.measure == Measure.ANSWER] == [True]
    other = [opened(), replied(30, 2), excused(31, "reply", 5)]
    assert [line.excused for line in counted(other) if line.measure == Measure.ANSWER] == [False]


@pytest.mark.parametrize(
    ("events", "now", "found"),
    [
        ([opened()], 20, []),
        ([opened()], 25, [(False, None, BO)]),
        ([opened(), replied(1, 2)], 25, [(False, None, BO)]),
        ([opened(), replied(1, 2), event("acknowledged", 1, by=ANA, message=2)], 25,
         [(True, 60, ANA)]),
        ([opened(), replied(1, 2), event("closed", 1, by=ANA)], 25, [(True, 60, ANA)]),
        ([opened(), replied(30, 2), event("acknowledged", 30, by=ANA, message=2)], 40,
         [(False, 1800, ANA)]),
        ([opened(), replied(1, 2), event("acknowledged", 1, by=ANA, message=2),
          event("undelivered", 2, message=2)], 25, [(False, None, BO)]),
    ],
    ids=["time is left", "nothing", "an answer without a name", "acknowledged", "solved", "late",
         "never arrived"],
)  # fmt: skip
def test_level_2_is_acknowledged_or_solved_in_time(
    events: list[Happened], now: float, found: list[Any]
) -> None:
    assert said(counted(events, now=now, level=2), Measure.ACKNOWLEDGEMENT) == found
    assert said(counted(events, now=now, level=1), Measure.ACKNOWLEDGEMENT) == []


@pytest.mark.parametrize(
    ("after", "now", "kept"),
    [
        ([], 40, []),
        ([], 48, [False]),
        ([replied(40, 3)], 41, [True]),
        ([replied(50, 3)], 51, [False]),
        ([event("undelivered", 3, message=2)], 60, []),
        ([replied(40, 3), event("undelivered", 45, message=3)], 60, [False]),
    ],
    ids=["open", "passed", "kept", "broken", "withdrawn", "news never arrived"],
)
def test_a_promise_counts_when_its_day_has_come(
    after: list[Happened], now: float, kept: list[bool]
) -> None:
    events = [opened(), replied(1, 2), promised(1, 48), *after]
    found = said(counted(events, now=now), Measure.PROMISE)
    assert [hit for hit, _, _ in found] == kept


def test_late_news_says_by_how_much() -> None:
    events = [opened(), replied(1, 2), promised(1, 48), replied(50, 3)]
    assert said(counted(events), Measure.PROMISE) == [(False, 120, ANA)]
    kept = [opened(), replied(1, 2), promised(1, 48), replied(40, 3)]
    assert said(counted(kept), Measure.PROMISE) == [(True, None, ANA)]


def test_a_ticket_counts_when_it_is_opened_with_the_level_it_has_now() -> None:
    assert said(counted([opened()], level=2), Measure.LEVEL_2) == [(True, None, None)]
    moved = [opened(), event("moved", 5, was=VENDOR + 1, to=VENDOR)]
    lines = [line for line in counted(moved) if line.measure == Measure.LEVEL_2]
    assert [line.vendor_id for line in lines] == [VENDOR + 1]


def test_a_closed_ticket_counts_its_exchanges() -> None:
    events = [opened(), replied(1, 2), wrote(2, 3), replied(3, 4), event("closed", 4, by=ANA)]
    lines = counted(events)
    assert said(lines, Measure.EXCHANGES) == [(True, 2, ANA)]
    assert said(lines, Measure.ONE_ANSWER) == [(False, None, ANA)]
    assert said(lines, Measure.REOPENED) == [(False, None, ANA)]
    assert said(counted(events, level=2), Measure.ONE_ANSWER) == []


def test_a_ticket_that_was_opened_again_counts_as_such_and_is_not_closed() -> None:
    events = [opened(), replied(1, 2), event("closed", 2, by=ANA), wrote(9, 3, "reopened")]
    lines = counted(events)
    assert said(lines, Measure.REOPENED) == [(True, None, ANA)]
    assert said(lines, Measure.EXCHANGES) == []
    again = counted([*events, replied(10, 4), event("closed", 11, by=BO)])
    assert said(again, Measure.REOPENED) == [(True, None, ANA), (False, None, BO)]
    assert said(again, Measure.EXCHANGES) == [(True, 2, BO)]


def test_each_answer_counts_by_its_language_and_its_draft() -> None:
    replies = {
        2: Reply(ANA, at(1), in_language=True, unedited=True),
        3: Reply(BO, at(2), in_language=False, unedited=None),
        4: Reply(BO, at(3), in_language=None, unedited=False, held=True),
    }
    lines = counted([opened(), replied(1, 2), event("contacts_sent", 2, by=BO), replied(2, 3)],
                    replies=replies)  # fmt: skip
    assert said(lines, Measure.LANGUAGE) == [(True, None, ANA), (False, None, BO)]
    assert said(lines, Measure.UNEDITED) == [(True, None, ANA), (False, None, BO)]
    assert said(lines, Measure.CONTACT) == [
        (False, None, ANA), (True, None, BO), (True, None, BO),
    ]  # fmt: skip


def test_no_reply_needed_is_a_share_of_the_waits_that_ended() -> None:
    events = [opened(), replied(1, 2), wrote(2, 3), event("silenced", 3, by=BO, silence=9)]
    assert said(counted(events), Measure.SILENCE) == [(False, None, ANA), (True, None, BO)]


def test_a_moved_ticket_leaves_behind_what_was_done_before() -> None:
    events = [opened(), replied(1, 2), event("moved", 5, was=VENDOR + 1, to=VENDOR),
              wrote(6, 3), replied(7, 4)]  # fmt: skip
    found = [line.vendor_id for line in counted(events) if line.measure == Measure.ANSWER]
    assert found == [VENDOR + 1, VENDOR]


def test_a_merged_ticket_counts_where_it_went_on() -> None:
    events = [
        opened(0, 1, of=2), replied(1, 2, of=2), wrote(2, 3), event("merged", 4, source=2),
        event("merged_away", 4, of=2, to=TICKET), replied(5, 6),
    ]  # fmt: skip
    assert said(counted(events), Measure.ANSWER) == [(True, 60, ANA), (True, 180, ANA)]
    away = Story(2, VENDOR, BO, 1, at(99), events=events)
    assert lines_of(away) == []


def rated(hours: float, score: int, *, survey: int = 3, vendor: int = VENDOR, of: int = TICKET):
    return event("rated", hours, of=of, survey=survey, score=score, vendor=vendor, agent=ANA,
                 asked=at(48).isoformat())  # fmt: skip


@pytest.mark.parametrize(
    ("votes", "found"),
    [
        ([], []),
        ([(50, 5, 3)], [(True, 5, ANA)]),
        ([(50, 4, 3)], [(True, 4, ANA)]),
        ([(50, 3, 3)], [(False, 3, ANA)]),
        ([(50, 1, 3), (50.5, 4, 3)], [(True, 4, ANA)]),
        ([(50, 5, 3), (90, 2, 8)], [(True, 5, ANA), (False, 2, ANA)]),
    ],
    ids=["nobody answered", "very content", "content", "neither", "changed", "two closings"],
)
def test_a_buyer_is_content_from_four_on_and_the_last_number_counts(
    votes: list[tuple[float, int, int]], found: list[Any]
) -> None:
    events = [opened(), *(rated(hours, score, survey=survey) for hours, score, survey in votes)]
    assert said(counted(events), Measure.SATISFACTION) == found


def test_what_a_buyer_says_counts_on_the_day_of_the_question_for_whom_it_was_about() -> None:
    events = [opened(), rated(60, 5, vendor=VENDOR + 1), event("moved", 70, was=VENDOR + 1)]
    (line,) = [one for one in counted(events) if one.measure == Measure.SATISFACTION]
    assert (line.day, line.vendor_id) == (at(48).date(), VENDOR + 1)


def test_what_a_buyer_said_stays_with_the_ticket_that_was_merged_away() -> None:
    events = [
        opened(0, 1, of=2), rated(50, 5, of=2), opened(1, 2), event("merged", 60, source=2),
        event("merged_away", 60, of=2, to=TICKET),
    ]  # fmt: skip
    assert said(counted(events), Measure.SATISFACTION) == []
    away = lines_of(Story(2, VENDOR, BO, 1, at(99), events=events))
    assert [(line.measure, line.hit) for line in away] == [(Measure.SATISFACTION, True)]
