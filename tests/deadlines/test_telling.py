"""Who is told what, once; and the bell that holds it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.deadlines.bell import unread
from app.deadlines.quiet import quiet_until
from app.deadlines.sweep import sweep
from app.deadlines.telling import People, readers, tell_due
from app.deadlines.telling_models import Matter, Telling, TellingHabit
from app.extensions import db
from app.tickets.clocks.due import Stage
from app.tickets.models import Ticket
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted

ALL = People(assignee=1, supervisors=[2, 3], operators=[4])


@pytest.mark.parametrize(
    ("stage", "people", "told"),
    [
        (Stage.HALF, ALL, [1]),
        (Stage.LAST_HOUR, ALL, [1]),
        (Stage.BREACH, ALL, [1, 2, 3]),
        (Stage.HALF_DAY_OVER, ALL, [1, 2, 3]),
        (Stage.DAY_OVER, ALL, [1, 2, 3, 4]),
        (Stage.HALF, People(supervisors=[2], operators=[4]), [2]),
        (Stage.HALF, People(operators=[4]), [4]),
        (Stage.BREACH, People(assignee=1, operators=[4]), [1]),
        (Stage.DAY_OVER, People(assignee=2, supervisors=[2], operators=[4]), [2, 4]),
        (Stage.DAY_OVER, People(), []),
    ],
)
def test_the_assignee_is_told_then_the_vendor_s_supervisor_then_the_operator(
    stage: Stage, people: People, told: list[int]
) -> None:
    assert readers(stage, people) == told


@pytest.mark.parametrize(
    ("hour", "start", "end", "until"),
    [
        (23, "22:00", "07:00", "2026-03-03T06:00"),
        (3, "22:00", "07:00", "2026-03-02T06:00"),
        (12, "22:00", "07:00", None),
        (13, "12:30", "15:00", "2026-03-02T14:00"),
        (12, "12:30", "15:00", None),
        (12, "", "", None),
        (12, "12:00", "12:00", None),
        (12, "noon", "15:00", None),
    ],
)
def test_quiet_hours_are_the_person_s_own(
    hour: int, start: str, end: str, until: str | None
) -> None:
    local = datetime(2026, 3, 2, hour, tzinfo=UTC) - timedelta(hours=1)  # Paris is an hour ahead
    found = quiet_until(local, "Europe/Paris", start=start, end=end)
    assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None)


def lines(person: Agent) -> list[Telling]:
    query = select(Telling).filter_by(agent_id=person.id).order_by(Telling.id)
    return list(db.session.scalars(query))


def anas_ticket(cast: Cast) -> Ticket:
    ticket = make_ticket(cast.lavande)
    ticket.assignee_id = cast.ana.id
    db.session.commit()
    return ticket


def swept(clock: SteppedClock, **span: float) -> None:
    sweep(clock.advance(**span))
    tell_due()


def test_each_stage_is_told_once_to_each_who_answers_for_it(
    cast: Cast, clock: SteppedClock
) -> None:
    anas_ticket(cast)
    for hours in (12, 11, 1, 12, 12):
        swept(clock, hours=hours)
        tell_due()
    assert [line.stage for line in lines(cast.ana)] == list(Stage)
    assert [line.stage for line in lines(cast.lea)] == list(Stage)[2:]
    assert [line.stage for line in lines(cast.odile)] == [Stage.DAY_OVER]
    assert lines(cast.bo) == lines(cast.omar) == []


def test_what_is_long_past_is_one_line(cast: Cast, clock: SteppedClock) -> None:
    for number in range(4):
        make_ticket(cast.lavande, sender=f"kim{number}@mailbox.example")
    db.session.query(Ticket).update({"assignee_id": cast.ana.id})
    db.session.commit()
    swept(clock, days=3)
    (line,) = lines(cast.ana)
    assert (line.matter, line.count, line.ticket_id) == (Matter.PAST, 4, None)
    assert unread(cast.lea) == unread(cast.odile) == 1


def test_who_has_left_is_not_told_but_somebody_is(cast: Cast, clock: SteppedClock) -> None:
    anas_ticket(cast)
    cast.ana.disabled_at = clock()
    db.session.commit()
    swept(clock, hours=12)
    assert lines(cast.ana) == []
    assert len(lines(cast.lea)) == 1


def test_habits_choose_what_is_told_and_when_it_is_mailed(cast: Cast, clock: SteppedClock) -> None:
    anas_ticket(cast)
    habit = TellingHabit(agent_id=cast.ana.id, half_time=False, quiet_from="07:00",
                         quiet_to="09:30")  # fmt: skip
    db.session.add(habit)
    db.session.commit()
    swept(clock, hours=12)
    assert lines(cast.ana) == []
    swept(clock, hours=11)
    (last,) = lines(cast.ana)
    assert last.mail_at == clock() + timedelta(minutes=90)
    habit.muted_until, habit.by_mail = clock() + timedelta(hours=8), True
    db.session.commit()
    swept(clock, hours=1)
    breach = lines(cast.ana)[-1]
    assert (breach.stage, breach.muted, breach.mail_at) == (Stage.BREACH, True, None)
    assert unread(cast.ana) == 1


# --- the bell ------------------------------------------------------------------------------


def test_the_header_counts_what_is_new_on_every_page(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = anas_ticket(cast)
    swept(clock, hours=12)
    browser.be(cast.ana)
    assert 'class="bell bell-new"' in browser.get("/tickets").text
    page = browser.get("/bell").text
    assert f"#{ticket.id}</a>" in page
    assert "half of the time to answer was over on 2 Mar, 21:00" in page
    piece = browser.fragment("/bell/count").text
    assert piece.lstrip().startswith('<a id="bell"')
    assert '<span class="count count-late num">1</span>' in piece


def test_lines_are_read_one_by_one_or_all(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    anas_ticket(cast)
    for hours in (12, 11, 1):
        swept(clock, hours=hours)
    first, _, last = (line.id for line in lines(cast.ana))
    browser.be(cast.ana).post("/bell/reading", data={"line": first})
    assert unread(cast.ana) == 2
    browser.be(cast.lea).post("/bell/reading", data={"up_to": last})
    assert unread(cast.ana) == 2
    browser.be(cast.ana).post("/bell/reading", data={"up_to": last})
    assert unread(cast.ana) == 0
    assert "bell-new" not in browser.get("/tickets").text


def test_a_line_of_a_ticket_that_went_elsewhere_keeps_its_number_alone(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    ticket = anas_ticket(cast)
    swept(clock, hours=12)
    ticket.vendor_id = cast.nordlicht.id
    db.session.commit()
    page = browser.be(cast.ana).get("/bell").text
    assert f"#{ticket.id}:" in page
    assert "Nordlicht" not in page
    assert f"/tickets/{ticket.id}" not in page


def test_the_bell_is_paged(cast: Cast, browser: Browser, clock: SteppedClock) -> None:
    db.session.add_all(
        Telling(agent_id=cast.ana.id, matter=Matter.PAST, count=number, at=clock())
        for number in range(1, 121)
    )
    db.session.commit()
    browser.be(cast.ana)
    url, seen = "/bell", []
    while url:
        with Counted(db.engine) as counted:
            page = browser.get(url).text
        assert len(counted.asked) <= 10
        seen += re.findall(r"<p>(\d+) deadlines? passed", page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        url = more[1] if more else ""
    assert seen == [str(number) for number in range(120, 0, -1)]
    assert "99+" in page


def test_the_settings_are_kept_and_a_strange_hour_is_refused(
    cast: Cast, browser: Browser, clock: SteppedClock
) -> None:
    browser.be(cast.ana)
    good = {"by_mail": "yes", "quiet_from": "22:00", "quiet_to": "07:00", "mute": "hour"}
    assert browser.post("/bell/settings", data=good).status_code == 303
    habit = db.session.get(TellingHabit, cast.ana.id)
    assert habit is not None
    assert (habit.by_mail, habit.half_time, habit.quiet_from) == (True, False, "22:00")
    assert habit.muted_until == clock() + timedelta(hours=1)
    for bad in ({"quiet_from": "25:99", "quiet_to": "07:00"}, {"quiet_from": "22:00"}):
        found = browser.post("/bell/settings", data=bad)
        assert found.status_code == 422
        assert "Give both hours" in found.text
    browser.post("/bell/settings", data={"mute": "off"})
    db.session.expire_all()
    assert db.session.get(TellingHabit, cast.ana.id).muted_until is None
