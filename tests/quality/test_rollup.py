"""Figures follow the tickets: at once, after anything, and again from nothing."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.extensions import db
from app.lib.clock import now
from app.quality.checking import check_by_night, check_sample
from app.quality.figures import Span
from app.quality.measures import Measure
from app.quality.rollup import catch_up, rebuild
from app.quality.score_models import ALL, AboutDay, ScoreDay, ScoreLang, ScoreLine, ThemeDay
from app.quality.survey_figures import by_vendor
from app.quality.survey_models import Survey
from app.tickets.conversation import undo
from app.tickets.handing import merge, move
from app.tickets.models import Ticket
from app.tickets.purchases import note_purchase
from tests.factories import Cast, answer, make_ticket
from tests.fakes import SteppedClock

pytestmark = pytest.mark.db

MONDAY = date(2026, 3, 2)


def sums(measure: Measure, *, agent: int = ALL, level: int = ALL) -> list[tuple[int, int, int]]:
    query = (
        select(ScoreDay.counted, ScoreDay.hits, ScoreDay.total)
        .where(ScoreDay.measure == measure, ScoreDay.agent_id == agent, ScoreDay.level == level)
        .order_by(ScoreDay.vendor_id, ScoreDay.day)
    )
    return [tuple(row) for row in db.session.execute(query)]


@pytest.fixture
def answered(cast: Cast, clock: SteppedClock) -> Ticket:
    """A ticket that Ana answered after two hours, counted."""
    rebuild(now())
    ticket = make_ticket(cast.lavande)
    clock.advance(hours=2)
    answer(ticket, cast.ana)
    assert catch_up(now()) == 1
    return ticket


def test_an_answer_counts_for_the_vendor_the_agent_and_the_level(
    cast: Cast, answered: Ticket
) -> None:
    assert sums(Measure.ANSWER) == [(1, 1, 120)]
    assert sums(Measure.ANSWER, agent=cast.ana.id) == [(1, 1, 120)]
    assert sums(Measure.ANSWER, level=1) == [(1, 1, 120)]
    assert sums(Measure.ANSWER, level=2) == []
    assert db.session.scalars(select(ScoreDay.day).distinct()).all() == [MONDAY]


def settle(clock: SteppedClock) -> None:
    """Until the news there is counted for good."""
    for _ in range(3):
        clock.advance(minutes=20)
        catch_up(now())


def test_counting_twice_changes_nothing(answered: Ticket) -> None:
    before = sums(Measure.ANSWER), sums(Measure.LANGUAGE)
    catch_up(now())
    rebuild(now())
    assert (sums(Measure.ANSWER), sums(Measure.LANGUAGE)) == before


def test_an_undone_answer_is_taken_out_again(cast: Cast, answered: Ticket) -> None:
    message = answered.messages[-1]
    undo(answered, message, cast.ana, at=now())
    db.session.commit()
    catch_up(now())
    assert sums(Measure.ANSWER) == []
    assert sums(Measure.LANGUAGE) == []


def test_a_moved_ticket_keeps_its_past_with_its_vendor(
    cast: Cast, answered: Ticket, clock: SteppedClock
) -> None:
    clock.advance(hours=1)
    db.session.execute(update(ScoreLine).values(level=2))  # must be put right as well
    answered.messages[-1].delivery = "sent"
    move(answered, cast.nordlicht, cast.odile, at=now())
    db.session.commit()
    catch_up(now())
    assert set(db.session.scalars(select(ScoreLine.vendor_id))) == {cast.lavande.id}


def test_a_merged_ticket_is_counted_once(cast: Cast, answered: Ticket, clock: SteppedClock) -> None:
    other = make_ticket(cast.lavande, "The lamp is broken, what shall I do?")
    answered.messages[-1].delivery = "sent"
    merge(answered, other, cast.lea, at=now())
    db.session.commit()
    catch_up(now())
    assert sums(Measure.ANSWER) == [(1, 1, 120)]
    assert set(db.session.scalars(select(ScoreLine.ticket_id))) == {other.id}


def test_an_event_that_became_visible_late_is_counted(
    cast: Cast, answered: Ticket, clock: SteppedClock
) -> None:
    """Two transactions: the one with the lower number was committed after the count."""
    clock.advance(minutes=5)
    assert catch_up(now()) == 1  # looked at again, although nothing is new
    clock.advance(minutes=11)
    catch_up(now())
    clock.advance(minutes=11)
    catch_up(now())
    assert catch_up(now()) == 0


def test_nothing_to_count_costs_nothing(cast: Cast) -> None:
    assert rebuild(now()) == 0
    assert catch_up(now()) == 0


def test_the_nightly_check_finds_a_line_and_a_sum_that_lie(
    answered: Ticket, clock: SteppedClock
) -> None:
    settle(clock)
    assert check_sample(now()).differences == 0
    db.session.execute(delete(ScoreDay))
    assert check_sample(now()).differences == 1
    db.session.execute(update(ScoreLine).values(hit=False))
    assert check_sample(now()).differences == 2


@pytest.mark.parametrize("name", ["counted", "hits", "excused", "valued", "total"])
def test_the_nightly_check_looks_at_every_number_of_every_sum(
    cast: Cast, answered: Ticket, clock: SteppedClock, name: str
) -> None:
    settle(clock)
    of_ana = update(ScoreDay).where(ScoreDay.agent_id == cast.ana.id, ScoreDay.measure == "answer")
    db.session.execute(of_ana.values({name: getattr(ScoreDay, name) + 1}))
    assert check_sample(now()).differences == 1


@pytest.fixture
def parcel(cast: Cast, clock: SteppedClock) -> Ticket:
    """A ticket with all that the barometer counts, answered; its news is counted for good."""
    rebuild(now())
    ticket = make_ticket(cast.lavande)
    note_purchase(ticket, carrier="Blitzpost", product="Lamp Aurora")
    clock.advance(hours=1)
    answer(ticket, cast.ana)
    settle(clock)
    return ticket


@pytest.mark.parametrize(
    ("table", "number"),
    [(ThemeDay, "opened"), (AboutDay, "opened"), (ScoreLang, "counted"), (ScoreLang, "hits")],
)
def test_the_nightly_check_looks_at_the_sums_by_theme_and_by_language(
    parcel: Ticket, table: Any, number: str
) -> None:
    assert check_sample(now()).differences == 0
    db.session.execute(update(table).values({number: getattr(table, number) + 1}))
    assert check_sample(now()).differences == 1
    db.session.execute(delete(table))
    assert check_sample(now()).differences == 1


def test_the_nightly_check_finds_a_sum_of_what_nobody_wrote(cast: Cast, parcel: Ticket) -> None:
    invented = ThemeDay(
        vendor_id=cast.nordlicht.id, day=MONDAY, intent="unknown", lang="en", opened=1
    )
    db.session.add(invented)
    db.session.flush()
    assert check_sample(now()).differences == 1


def test_a_desk_on_which_nobody_has_counted_is_not_wrong(cast: Cast, clock: SteppedClock) -> None:
    answer(make_ticket(cast.lavande), cast.ana)
    clock.advance(days=2)
    assert check_sample(now()).differences == 0


def test_what_is_not_counted_yet_is_no_difference(
    cast: Cast, parcel: Ticket, clock: SteppedClock
) -> None:
    parcel.set_level(2, at=now(), agent_id=cast.ana.id, intent="safety")
    db.session.commit()
    assert check_sample(now()).differences == 0
    settle(clock)
    assert check_sample(now()).differences == 0
    parcel.intent = "order_status"  # and no word of it in its history
    db.session.commit()
    assert check_sample(now()).differences == 1


def test_the_check_runs_once_a_day(answered: Ticket, clock: SteppedClock) -> None:
    assert check_by_night(now()) is not None
    assert check_by_night(now()) is None
    clock.advance(hours=21)
    assert check_by_night(now()) is not None


@pytest.fixture
def asked(cast: Cast, answered: Ticket) -> Survey:
    """Its buyer is asked."""
    survey = Survey(
        key="k", ticket_id=answered.id, vendor_id=answered.vendor_id, buyer_id=answered.buyer_id,
        agent_id=cast.ana.id, lang="en", closed_at=now(), asked_at=now(),
    )  # fmt: skip
    db.session.add(survey)
    db.session.commit()
    return survey


def test_what_a_buyer_says_counts_at_once_and_again_when_it_changes(
    cast: Cast, asked: Survey, clock: SteppedClock
) -> None:
    catch_up(now())
    assert sums(Measure.SATISFACTION) == []
    for score, hits in ((2, 0), (5, 1)):
        asked.take(score, at=clock.advance(minutes=1))
        db.session.commit()
        catch_up(now())
        assert sums(Measure.SATISFACTION) == [(1, hits, score)]
    assert sums(Measure.SATISFACTION, agent=cast.ana.id) == [(1, 1, 5)]
    rebuild(now())
    assert sums(Measure.SATISFACTION) == [(1, 1, 5)]


def test_the_figure_and_the_page_of_satisfaction_agree_after_a_move(
    cast: Cast, answered: Ticket, asked: Survey, clock: SteppedClock
) -> None:
    asked.take(4, at=now())
    answered.messages[-1].delivery = "sent"
    move(answered, cast.nordlicht, cast.odile, at=clock.advance(hours=1))
    db.session.commit()
    catch_up(now())
    found = by_vendor(None, Span(MONDAY, MONDAY))
    assert {vendor: one.scores for vendor, one in found.items()} == {cast.lavande.id: {4: 1}}
    whose = select(ScoreDay.vendor_id).where(ScoreDay.measure == Measure.SATISFACTION)
    assert set(db.session.scalars(whose)) == {cast.lavande.id}


def test_the_check_finds_what_a_buyer_never_said(asked: Survey, clock: SteppedClock) -> None:
    asked.take(2, at=now())
    db.session.commit()
    settle(clock)
    assert check_sample(now()).differences == 0
    lie = update(ScoreLine).where(ScoreLine.measure == Measure.SATISFACTION)
    db.session.execute(lie.values(hit=True, value=5))
    assert check_sample(now()).differences == 2  # the line, and the sum of its day
