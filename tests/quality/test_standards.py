"""Standards are held against vendors night by night; people decide what follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import VendorEvent
from app.extensions import db, part
from app.lib.webhook import WebhookCall
from app.quality.figures import Figure, Span
from app.quality.measures import Measure
from app.quality.score_models import ALL, ScoreDay
from app.quality.standards_deeds import set_standard
from app.quality.standards_models import NotPossible, Reading, Standard, Step, StepKind, StepState
from app.quality.standards_rules import Rule
from app.quality.standards_watch import look_at_day, watch_by_night
from tests.browser import Browser
from tests.factories import Cast
from tests.fakes import SteppedClock
from tests.quality.steps import ANSWER, put_standard, put_step


class Given:
    """The figures that a test says: for each vendor the share of ANSWER among a hundred."""

    def __init__(self) -> None:
        self.hits: dict[int, int] = {}
        self.asked: list[Span] = []

    def __call__(
        self, _vendor_ids: Sequence[int] | None, span: Span, /
    ) -> Mapping[int, Mapping[Measure, Figure]]:
        self.asked.append(span)
        return {
            vendor: {Measure.ANSWER: Figure(counted=100, hits=hits)}
            for vendor, hits in self.hits.items()
        }


@pytest.fixture
def figures() -> Given:
    return Given()


@pytest.fixture
def standard(cast: Cast, clock: SteppedClock) -> Standard:
    return put_standard(cast.odile)


def nights(clock: SteppedClock, figures: Given, number: int) -> int:
    """So many nights pass. How many steps they proposed."""
    proposed = 0
    for _ in range(number):
        clock.advance(days=1)
        proposed += watch_by_night(clock(), figures=figures)
    return proposed


def steps() -> list[Step]:
    return list(db.session.scalars(db.select(Step).order_by(Step.id)))


def test_a_limit_that_is_crossed_for_three_nights_proposes_one_notice(
    standard: Standard, cast: Cast, clock: SteppedClock, figures: Given
) -> None:
    figures.hits = {cast.lavande.id: 80, cast.nordlicht.id: 97}
    assert nights(clock, figures, 2) == 0
    assert nights(clock, figures, 3) == 1
    (step,) = steps()
    assert (step.vendor_id, step.kind, step.state) == (cast.lavande.id, "notice", "proposed")
    assert (step.share, step.counted, step.standard_id) == (0.8, 100, standard.id)


def test_each_night_reads_the_thirty_days_that_end_with_the_day_before(
    standard: Standard, clock: SteppedClock, figures: Given
) -> None:
    watch_by_night(clock(), figures=figures)
    assert figures.asked == [Span(date(2026, 1, 31), date(2026, 3, 1))]
    watch_by_night(clock(), figures=figures)
    assert len(figures.asked) == 1


def test_nights_on_which_the_desk_was_down_are_made_up_for(
    standard: Standard, cast: Cast, clock: SteppedClock, figures: Given
) -> None:
    figures.hits = {cast.lavande.id: 80}
    nights(clock, figures, 1)
    clock.advance(days=4)
    watch_by_night(clock(), figures=figures)
    days = db.session.scalars(
        db.select(Reading.day).filter_by(vendor_id=cast.lavande.id).order_by(Reading.day)
    ).all()
    assert days == [date(2026, 3, 2) + timedelta(days=number) for number in range(5)]
    assert len(steps()) == 1


def test_a_vendor_without_tickets_is_never_judged(
    standard: Standard, cast: Cast, clock: SteppedClock, figures: Given
) -> None:
    assert nights(clock, figures, 10) == 0
    levels = set(db.session.scalars(db.select(Reading.level)))
    assert levels == {"few"}


def test_a_vendor_s_own_standard_stands_in_place_of_the_one_for_all(
    standard: Standard, cast: Cast, clock: SteppedClock, figures: Given
) -> None:
    set_standard(replace(ANSWER, warn=0.7, bound=0.6), cast.lavande, cast.odile, at=clock())
    figures.hits = {cast.lavande.id: 80, cast.nordlicht.id: 80}
    nights(clock, figures, 4)
    assert [step.vendor_id for step in steps()] == [cast.nordlicht.id]


def test_a_new_standard_ends_the_one_before_and_both_stay(
    standard: Standard, cast: Cast, clock: SteppedClock
) -> None:
    set_standard(replace(ANSWER, days=5), None, cast.odile, at=clock.advance(hours=1))
    db.session.commit()
    kept = db.session.scalars(db.select(Standard).order_by(Standard.id)).all()
    assert [(one.days, one.ended_at is None) for one in kept] == [(3, False), (5, True)]


def test_two_workers_on_one_night_propose_once(
    standard: Standard, cast: Cast, clock: SteppedClock, figures: Given
) -> None:
    figures.hits = {cast.lavande.id: 80}
    nights(clock, figures, 3)
    day = steps()[0].day
    assert look_at_day(day, now=clock(), figures=figures) == 0
    assert len(steps()) == 1


def test_it_goes_from_notice_to_plan_to_restriction_as_people_decide(
    standard: Standard, cast: Cast, clock: SteppedClock, figures: Given, hook: None
) -> None:
    figures.hits = {cast.lavande.id: 50}
    nights(clock, figures, 3)
    steps()[-1].confirm(cast.odile, at=clock())
    assert nights(clock, figures, 4) == 1
    plan = steps()[-1]
    with pytest.raises(NotPossible):
        plan.confirm(cast.odile, at=clock())
    db.session.refresh(plan)
    plan.confirm(cast.odile, at=clock(), due_at=clock() + timedelta(days=5))
    assert nights(clock, figures, 5) == 0
    assert nights(clock, figures, 2) == 1
    assert [step.kind for step in steps()] == ["notice", "plan", "restriction"]
    steps()[-1].confirm(cast.odile, at=clock())
    assert nights(clock, figures, 20) == 0
    kinds = list(db.session.scalars(db.select(VendorEvent.kind).order_by(VendorEvent.id)))
    assert kinds == ["notice_taken", "plan_taken", "restriction_taken"]


def test_buyers_who_are_not_content_lead_to_a_notice(cast: Cast, clock: SteppedClock) -> None:
    rule = Rule(Measure.SATISFACTION, warn=0.85, bound=0.7, days=3, least=10)
    set_standard(rule, None, cast.odile, at=clock())
    db.session.add(
        ScoreDay(vendor_id=cast.lavande.id, agent_id=ALL, level=ALL, day=clock().date(),
                 measure="satisfaction", counted=10, hits=6, excused=0, valued=10, total=31)
    )  # fmt: skip
    for _ in range(3):
        clock.advance(days=1)
        watch_by_night(clock())
    (step,) = steps()
    assert (step.measure, step.kind, step.share) == ("satisfaction", "notice", 0.6)


# --- the pages -------------------------------------------------------------------------------


@pytest.fixture
def hook(desk: Flask) -> None:
    desk.extensions["settings"] = replace(
        part("settings"), webhook_url="https://market.example/hook", webhook_secret="s"
    )


@pytest.fixture
def confirmed(standard: Standard, cast: Cast, browser: Browser, hook: None) -> str:
    """The page of a restriction that the operator confirmed."""
    step = put_step(cast.lavande, standard, StepKind.RESTRICTION, StepState.PROPOSED)
    path = f"/quality/standards/steps/{step.id}"
    browser.be(cast.odile).open(f"{path}/decision", method="POST", data={"decision": "confirm"})
    return path


FORM = {"measure": "answer", "vendor": "", "warn": "95", "bound": "90", "days": "7", "least": "20"}


def test_the_operator_sets_a_standard_in_percent(cast: Cast, browser: Browser) -> None:
    page = browser.be(cast.odile).open(
        "/quality/standards", method="POST", data={**FORM, "warn": "97,5"}
    )
    assert page.status_code == 303
    one = db.session.scalars(db.select(Standard)).one()
    assert (one.warn, one.bound, one.days, one.least, one.vendor_id) == (0.975, 0.9, 7, 20, None)
    assert "97.5" in browser.open("/quality/standards").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"warn": "80"}, {"warn": "x"}, {"bound": "-5"}, {"warn": "inf"}, {"warn": "nan"},
        {"days": "0"}, {"days": "x"}, {"least": ""}, {"measure": "silence"}, {"measure": "?"},
        {"vendor": "nobody"},
    ],
)  # fmt: skip
def test_a_standard_that_makes_no_sense_comes_back_with_what_was_typed(
    cast: Cast, browser: Browser, wrong: dict[str, str]
) -> None:
    page = browser.be(cast.odile).open("/quality/standards", method="POST", data={**FORM, **wrong})
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    assert 'value="7"' in page.text or "days" in wrong
    assert db.session.query(Standard).count() == 0


def test_a_vendor_learns_of_a_step_when_the_operator_has_confirmed_it(
    standard: Standard, cast: Cast, clock: SteppedClock, browser: Browser
) -> None:
    step = put_step(cast.lavande, standard, StepKind.PLAN, StepState.PROPOSED)
    path = f"/quality/standards/steps/{step.id}"
    assert browser.be(cast.lea).open(path).status_code == 404
    assert "Action plan" not in browser.open("/quality/standards").text
    due = {"decision": "confirm", "due": "2026-03-20T10:00", "reason": "Too slow"}
    browser.be(cast.odile).open(f"{path}/decision", method="POST", data=due)
    page = browser.be(cast.lea).open(path)
    assert (page.status_code, "Too slow" in page.text, "Odile" in page.text) == (200, True, False)
    assert 'class="count num">1<' in browser.open("/quality/standards").text
    done = browser.open(f"{path}/plan", method="POST", data={"plan": "Two more people from May"})
    assert done.status_code == 303
    db.session.refresh(step)
    assert (step.state, step.answer) == (StepState.ANSWERED, "Two more people from May")
    assert "Two more people from May" in browser.be(cast.odile).open(path).text


def test_a_dismissal_needs_a_reason_and_stays_with_the_operator(
    standard: Standard, cast: Cast, clock: SteppedClock, browser: Browser
) -> None:
    step = put_step(cast.lavande, standard, StepKind.NOTICE, StepState.PROPOSED)
    path = f"/quality/standards/steps/{step.id}"
    browser.be(cast.odile)
    page = browser.open(f"{path}/decision", method="POST", data={"decision": "dismiss"})
    assert page.status_code == 422
    data = {"decision": "dismiss", "reason": "A strike of the post"}
    assert browser.open(f"{path}/decision", method="POST", data=data).status_code == 303
    assert browser.open(f"{path}/decision", method="POST", data=data).status_code == 422
    assert "A strike of the post" in browser.open(path).text
    assert browser.be(cast.lea).open(path).status_code == 404


def test_a_restriction_and_its_end_are_queued_for_the_marketplace(
    standard: Standard, cast: Cast, clock: SteppedClock, browser: Browser, hook: None
) -> None:
    step = put_step(cast.lavande, standard, StepKind.RESTRICTION, StepState.PROPOSED)
    path = f"/quality/standards/steps/{step.id}"
    browser.be(cast.odile).open(f"{path}/decision", method="POST", data={"decision": "confirm"})
    assert browser.open(f"{path}/lifting", method="POST").status_code == 303
    assert browser.open(f"{path}/lifting", method="POST").status_code == 422
    bodies = [json.loads(call.body) for call in db.session.scalars(db.select(WebhookCall))]
    assert [(one["kind"], one["restriction"]["state"]) for one in bodies] == [
        ("restriction", "confirmed"), ("restriction", "lifted"),
    ]  # fmt: skip
    assert bodies[0]["restriction"]["vendor"] == "lavande"


@pytest.mark.parametrize(
    ("became", "said"),
    [
        (("queued", 0, None), ["On its way"]),
        (("sending", 1, None), ["On its way"]),
        (("queued", 1, "no answer"), ["Not taken yet, 1 try", "no answer", "next try"]),
        (("queued", 3, "answered 500"), ["Not taken yet, 3 tries", "its answer was 500"]),
        (("failed", 24, "answered 403"), ["Given up, 24 tries", "its answer was 403"]),
        (("sent", 2, None), ["Taken, 2 tries"]),
    ],
)
def test_the_step_says_what_became_of_telling_the_marketplace(
    confirmed: str, cast: Cast, browser: Browser, became: tuple[str, int, str], said: list[str]
) -> None:
    call = db.session.scalars(db.select(WebhookCall)).one()
    call.delivery, call.tries, call.failure = became
    db.session.commit()
    page = browser.be(cast.odile).open(confirmed).text
    assert [words for words in said if words not in page] == []
    assert "marketplace’s machine" not in browser.be(cast.lea).open(confirmed).text


def test_without_an_address_the_step_says_that_nobody_was_told(
    standard: Standard, cast: Cast, browser: Browser
) -> None:
    step = put_step(cast.lavande, standard, StepKind.RESTRICTION, StepState.CONFIRMED)
    page = browser.be(cast.odile).open(f"/quality/standards/steps/{step.id}").text
    assert "the settings named no address" in page


@pytest.mark.parametrize(
    ("kind", "plan"),
    [(StepKind.NOTICE, "x"), (StepKind.PLAN, "  "), (StepKind.RESTRICTION, "x")],
)
def test_only_a_plan_is_answered_and_not_with_nothing(
    standard: Standard, cast: Cast, browser: Browser, kind: StepKind, plan: str
) -> None:
    step = put_step(cast.lavande, standard, kind, StepState.CONFIRMED)
    path = f"/quality/standards/steps/{step.id}/plan"
    assert browser.be(cast.lea).open(path, method="POST", data={"plan": plan}).status_code == 422


def test_a_plan_may_be_changed_until_its_date_and_not_after(
    standard: Standard, cast: Cast, clock: SteppedClock
) -> None:
    step = put_step(cast.lavande, standard, StepKind.PLAN, StepState.CONFIRMED)
    step.due_at = clock() + timedelta(days=1)
    step.take_answer(cast.lea, "First", at=clock())
    step.take_answer(cast.lea, "Second", at=clock.advance(hours=23))
    with pytest.raises(NotPossible):
        step.take_answer(cast.lea, "Third", at=clock.advance(hours=2))
    assert step.answer == "Second"


def test_another_vendor_s_step_looks_like_none(
    standard: Standard, cast: Cast, clock: SteppedClock, browser: Browser
) -> None:
    step = put_step(cast.nordlicht, standard, StepKind.PLAN, StepState.CONFIRMED)
    path = f"/quality/standards/steps/{step.id}"
    browser.be(cast.lea)
    assert browser.open(path).status_code == 404
    assert browser.open(f"{path}/plan", method="POST", data={"plan": "x"}).status_code == 404
    assert "Nordlicht" not in browser.open("/quality/standards").text


def test_the_steps_are_paged_by_the_last_one_seen(
    standard: Standard, cast: Cast, clock: SteppedClock, browser: Browser
) -> None:
    for _ in range(52):
        clock.advance(hours=1)
        put_step(cast.lavande, standard, StepKind.NOTICE, StepState.CONFIRMED)
    first = browser.be(cast.odile).open("/quality/standards").text
    assert first.count("/quality/standards/steps/") == 50
    cursor = first.partition("after=")[2].partition('"')[0]
    assert browser.open(f"/quality/standards?after={cursor}").text.count("/standards/steps/") == 2
