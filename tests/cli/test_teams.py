"""`flask accounts`: outside teams and who works for them."""

from flask import Flask

from app.accounts.models import Agent, Team, TeamVendor
from app.cli.accounts import group
from app.extensions import db
from tests.factories import Cast

DAN = ("add-agent", "dan@team.example", "Dan", "--reads", "pl", "--password", "a long enough one")


def run(desk: Flask, *words: str) -> tuple[int, str]:
    found = desk.test_cli_runner().invoke(group, words)
    return found.exit_code, found.output


def served() -> set[int]:
    return set(db.session.scalars(db.select(TeamVendor.vendor_id)))


def test_a_team_serves_the_vendors_that_are_named_last(desk: Flask, cast: Cast) -> None:
    assert run(desk, "add-team", "Delegates", "--serves", "lavande, nordlicht") == (0, "")
    assert served() == {cast.lavande.id, cast.nordlicht.id}
    run(desk, "add-team", "Delegates", "--serves", "lavande")
    assert served() == {cast.lavande.id}
    assert len(db.session.scalars(db.select(Team)).all()) == 1


def test_somebody_works_for_a_team(desk: Flask, cast: Cast) -> None:
    run(desk, "add-team", "Delegates", "--serves", "lavande")
    assert run(desk, *DAN, "--team", "Delegates")[0] == 0
    dan = db.session.scalars(db.select(Agent).filter_by(name="Dan")).one()
    assert (dan.vendor_id, dan.is_operator) == (None, False)
    assert dan.team_id == db.session.scalars(db.select(Team.id)).one()


def test_what_does_not_exist_is_named(desk: Flask, cast: Cast) -> None:
    assert (
        "no vendor with the door “nowhere”" in run(desk, "add-team", "X", "--serves", "nowhere")[1]
    )
    assert "no team called “Y”" in run(desk, *DAN, "--team", "Y")[1]
    both = run(desk, *DAN, "--team", "Y", "--vendor", "lavande")
    assert "not for both" in both[1]
