"""A step over a standard rings for those whom it concerns, and goes by mail as all else does."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from app.accounts.models import Agent
from app.deadlines.digest import make_digests, send_digests
from app.deadlines.step_bell import ring, step_readers
from app.deadlines.telling import People
from app.deadlines.telling_models import Telling
from app.extensions import db
from app.quality.standards_deeds import tell
from app.quality.standards_models import Standard, Step, StepKind, StepState
from tests.browser import Browser
from tests.factories import Cast
from tests.fakes import MemorySmtp, SteppedClock
from tests.quality.steps import put_standard, put_step


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (StepState.PROPOSED, [3]),
        (StepState.DISMISSED, []),
        (StepState.CONFIRMED, [2]),
        (StepState.ANSWERED, [3]),
        (StepState.LIFTED, [2]),
    ],
)
def test_who_is_told_of_a_step(state: StepState, told: list[int]) -> None:
    people = People(assignee=1, supervisors=[2], operators=[3])
    assert list(step_readers(state, people)) == told


@pytest.mark.parametrize(
    ("state", "told"),
    [(state, [] if state is StepState.DISMISSED else [3, 4]) for state in StepState],
)
def test_where_a_vendor_has_no_supervisor_the_operator_s_stand_in(
    state: StepState, told: list[int]
) -> None:
    assert list(step_readers(state, People(assignee=1, operators=[3, 4]))) == told


pytestmark = pytest.mark.db


@pytest.fixture
def standard(cast: Cast, clock: SteppedClock) -> Standard:
    return put_standard(cast.odile)


@pytest.fixture
def plan(cast: Cast, standard: Standard) -> Step:
    """A plan that the operator is asked to decide on."""
    return put_step(cast.lavande, standard, StepKind.PLAN, StepState.PROPOSED)


def lines(person: Agent) -> list[str]:
    query = db.select(Telling.stage).filter_by(agent_id=person.id).order_by(Telling.id)
    return [stage or "" for stage in db.session.scalars(query)]


def decide(browser: Browser, step: Step, **said: str) -> None:
    path = f"/quality/standards/steps/{step.id}/decision"
    assert browser.open(path, method="POST", data=said).status_code == 303


def mailed(post: MemorySmtp) -> list[tuple[str, str, str]]:
    """The receiver, the subject and the text of what was sent."""
    make_digests()
    send_digests()
    found = []
    for sent in post.sent:
        mail = message_from_bytes(sent.content, policy=policy.default)
        found.append((sent.recipient, str(mail["Subject"]), mail.get_body().get_content()))
    post.sent.clear()
    return found


def test_a_plan_rings_here_and_there_on_its_way(
    cast: Cast, plan: Step, browser: Browser, post: MemorySmtp, clock: SteppedClock
) -> None:
    tell(plan, by=None, at=clock())
    db.session.commit()
    (first,) = mailed(post)
    assert first[:2] == ("odile@desk.example", "Standards: 1 step")
    about = "Action plan, Maison Lavande, Answered in time"
    assert f"{about}: proposed, a decision is needed" in first[2]

    clock.advance(minutes=20)
    decide(browser.be(cast.odile), plan, decision="confirm", due="2026-03-20T10:00")
    (second,) = mailed(post)
    assert second[0] == "lea@desk.example"
    assert "your plan is due by 20 Mar" in second[2]
    page = browser.be(cast.lea).open("/bell").text
    assert f"/quality/standards/steps/{plan.id}" in page
    assert "your plan is due by 20 Mar" in page

    clock.advance(minutes=20)
    path = f"/quality/standards/steps/{plan.id}/plan"
    browser.open(path, method="POST", data={"plan": "Two more people"})
    browser.open(path, method="POST", data={"plan": "Three more people"})
    (third,) = mailed(post)
    assert third[0] == "odile@desk.example"
    assert "the vendor sent its plan" in third[2]
    assert (lines(cast.odile), lines(cast.lea)) == (["proposed", "answered"], ["confirmed"])


def test_a_dismissed_step_tells_nobody_and_what_was_proposed_is_not_mailed_any_more(
    cast: Cast, plan: Step, browser: Browser, post: MemorySmtp, clock: SteppedClock
) -> None:
    tell(plan, by=None, at=clock())
    decide(browser.be(cast.odile), plan, decision="dismiss", reason="A strike of the post")
    assert mailed(post) == []
    assert lines(cast.lea) == []
    assert "Action plan, Maison Lavande" in browser.open("/bell").text


def test_who_does_it_is_not_told_and_habits_hold(
    cast: Cast, plan: Step, browser: Browser, post: MemorySmtp, clock: SteppedClock
) -> None:
    ring(plan, by=cast.odile)
    assert lines(cast.odile) == []
    browser.be(cast.lea).open("/bell/settings", method="POST", data={"mute": "hour"})
    decide(browser.be(cast.odile), plan, decision="confirm", due="2026-03-20T10:00")
    assert mailed(post) == []
    assert lines(cast.lea) == ["confirmed"]


def test_who_decides_over_a_vendor_without_supervisors_is_told_that_nobody_there_was(
    cast: Cast, plan: Step, browser: Browser, post: MemorySmtp, clock: SteppedClock
) -> None:
    cast.lea.disabled_at = clock()
    db.session.commit()
    decide(browser.be(cast.odile), plan, decision="confirm", due="2026-03-20T10:00")
    said = "Confirmed; the vendor has no supervisor who could be told, so tell them yourself"
    (only,) = mailed(post)
    assert only[0] == "odile@desk.example"
    assert f"Action plan, Maison Lavande, Answered in time: {said}" in only[2]
    assert said in browser.open("/bell").text
    assert lines(cast.lea) == []


def test_a_step_that_the_reader_may_not_see_any_more_says_nothing_of_whose_it_is(
    cast: Cast, plan: Step, browser: Browser, post: MemorySmtp, clock: SteppedClock
) -> None:
    plan.state, plan.due_at = StepState.CONFIRMED, clock() + timedelta(days=3)
    ring(plan, by=cast.odile)
    cast.lea.vendor_id = cast.nordlicht.id
    db.session.commit()
    page = browser.be(cast.lea).open("/bell").text
    assert "A step over a standard" in page
    assert "Lavande" not in page
    assert mailed(post) == []
