"""Who gets a ticket."""

import pytest

from app.triage.routing import Candidate, candidates_of, choose
from tests.factories import Cast, make_ticket

ANA = Candidate(1, reads=("fr", "en"), handles_level=1, is_supervisor=False, load=4)
BO = Candidate(2, reads=("fr", "de"), handles_level=2, is_supervisor=False, load=9)
CLEO = Candidate(3, reads=("fr",), handles_level=1, is_supervisor=False, load=1)
LEA = Candidate(4, reads=("fr", "pl"), handles_level=2, is_supervisor=True, load=0)


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
