"""Who gets a ticket."""

import pytest

from app.accounts.models import Agent, Role, Team, TeamVendor
from app.extensions import db
from app.lib.clock import now
from app.tickets.access import TicketNotFound, get_ticket
from app.tickets.queries import team_of
from app.triage.routing import Candidate, candidates_of, choose, route
from tests.browser import Browser
from tests.factories import Cast, make_ticket

ANA = Candidate(1, reads=("fr", "en"), handles_level=1, is_supervisor=False, load=4)
BO = Candidate(2, reads=("fr", "de"), handles_level=2, is_supervisor=False, load=9)
CLEO = Candidate(3, reads=("fr",), handles_level=1, is_supervisor=False, load=1)
LEA = Candidate(4, reads=("fr",), handles_level=2, is_supervisor=True, load=0)
DAN = Candidate(5, reads=("pl",), handles_level=2, is_supervisor=False, load=7, is_delegate=True)


@pytest.mark.parametrize(
    ("candidates", "lang", "level", "chosen", "why"),
    [
        ([ANA, BO, CLEO, LEA], "fr", 1, 3, "reads_language"),
        ([ANA, BO, CLEO, LEA], "de", 1, 2, "reads_language"),
        ([ANA, BO, CLEO, LEA], "fr", 2, 2, "reads_language"),
        ([ANA, BO, CLEO, LEA], "pl", 2, 2, "handles_level"),
        ([ANA, CLEO, LEA], "fr", 2, 4, "supervisor"),
        ([ANA], "pl", 2, 1, "only_one"),
        ([], "fr", 1, None, "nobody"),
        ([ANA, BO, DAN, LEA], "pl", 2, 5, "delegate_reads"),
        ([ANA, BO, DAN, LEA], "fr", 2, 2, "reads_language"),
        ([ANA, BO, DAN, LEA], "it", 2, 2, "handles_level"),
        ([ANA, DAN, LEA], "it", 2, 5, "delegate_handles"),
    ],
)
def test_the_language_counts_first_then_the_level_then_the_load(
    candidates: list[Candidate], lang: str, level: int, chosen: int | None, why: str
) -> None:
    choice = choose(candidates, lang=lang, level=level)
    assert (choice.agent_id, choice.why) == (chosen, why)


def test_loads_are_the_tickets_that_wait(cast: Cast) -> None:
    make_ticket(cast.lavande)
    loads = {candidate.id: candidate.load for candidate in candidates_of(cast.lavande.id)}
    assert loads == {cast.ana.id: 1, cast.bo.id: 0, cast.lea.id: 0}


def test_the_history_says_why_somebody_got_a_ticket(cast: Cast, browser: Browser) -> None:
    ticket = make_ticket(cast.lavande)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert "Assigned to Ana: reads English, handles level 1, has the fewest waiting (0)" in page


def test_a_ticket_that_became_level_2_leaves_who_handles_level_1(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    ticket.level = 2
    route(ticket, at=now())
    assert ticket.assignee_id == cast.bo.id


def test_nobody_loses_a_ticket_that_they_can_handle(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande, "My lawyer will write to you.")
    assert ticket.assignee_id == cast.bo.id
    ticket.level = 1
    route(ticket, at=now())
    assert ticket.assignee_id == cast.bo.id


# --- outside teams -------------------------------------------------------------------------


@pytest.fixture
def dan(cast: Cast) -> Agent:
    """Dan of an outside team that answers for Maison Lavande and reads Polish."""
    team = Team(name="Delegates")
    db.session.add(team)
    db.session.flush()
    db.session.add(TeamVendor(team_id=team.id, vendor_id=cast.lavande.id))
    dan = Agent(name="Dan", email="dan@team.example", password_hash="", team_id=team.id)
    dan.handles_level = 2
    dan.read_languages(("pl",))
    db.session.add(dan)
    db.session.commit()
    return dan


def test_a_delegate_is_given_what_the_vendor_cannot_read(cast: Cast, dan: Agent) -> None:
    ticket = make_ticket(
        cast.lavande, "Dzień dobry, gdzie jest moje zamówienie? Czekam od tygodnia."
    )
    assert ticket.lang == "pl"
    assert ticket.assignee_id == dan.id


def test_a_delegate_sees_the_vendors_that_the_team_serves_and_no_others(
    cast: Cast, dan: Agent
) -> None:
    served, foreign = make_ticket(cast.lavande), make_ticket(cast.nordlicht)
    assert get_ticket(dan, served.id) is served
    with pytest.raises(TicketNotFound):
        get_ticket(dan, foreign.id)
    assert dan in team_of(served)
    assert dan not in team_of(foreign)


def test_a_team_s_supervisor_is_not_the_operator(dan: Agent, browser: Browser) -> None:
    dan.role = Role.SUPERVISOR
    db.session.commit()
    assert not dan.is_operator
    assert browser.be(dan).get("/relay/mails").status_code == 403
