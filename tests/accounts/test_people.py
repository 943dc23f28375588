"""Supervisors look after their people."""

import re

import pytest

from app.accounts.models import Agent, AgentEvent, Role
from app.extensions import db
from tests.browser import Browser
from tests.factories import Cast
from tests.tickets.staging import Counted

ZOE = {
    "name": "Zoe", "email": "Zoe@desk.example", "role": "agent", "level": "2", "lang": "fr",
    "also": ["en", "de"], "ui_lang": "fr",
}  # fmt: skip


def find(name: str) -> Agent:
    return db.session.scalars(db.select(Agent).filter_by(name=name)).one()


def test_an_invited_person_comes_in_by_their_link(cast: Cast, browser: Browser) -> None:
    found = browser.be(cast.lea).post("/people", data=ZOE)
    page = browser.get(found.location).text
    link = re.search(r'id="fresh-link">http://[^/]+(/enter/[^<]+)<', page)
    assert link
    assert "fresh-link" not in browser.get(found.location).text  # shown once
    zoe = find("Zoe")
    assert (zoe.email, zoe.vendor_id, zoe.handles_level, zoe.reads) == (
        "zoe@desk.example", cast.lavande.id, 2, ("fr", "en", "de"),
    )  # fmt: skip
    words = {"new": "four words make sense", "again": "four words make sense"}
    browser.be(None).post(link[1], data=words)
    data = {"email": "zoe@desk.example", "password": words["new"]}
    assert browser.post("/login", data=data).status_code == 303


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "ana@desk.example"}, "logs in with this address already"),
        ({"email": "zoe"}, "Give the e-mail address"),
        ({"name": "  "}, "Give a name"),
        ({"role": "operator"}, "Choose a role"),
        ({"lang": "xx", "also": []}, "languages from the lists"),
        ({"ui_lang": "pl"}, "languages from the lists"),
    ],
)
def test_an_invitation_that_cannot_be_comes_back(
    cast: Cast, browser: Browser, change: dict[str, object], words: str
) -> None:
    found = browser.be(cast.lea).post("/people", data=ZOE | change)
    assert (found.status_code, words in found.text) == (422, True)
    assert 'value="de" checked' in found.text or "also" in change


def test_a_vendor_s_supervisor_invites_for_the_vendor_alone(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea).post("/people", data=ZOE | {"place": f"vendor:{cast.nordlicht.id}"})
    assert find("Zoe").vendor_id == cast.lavande.id
    browser.be(cast.lea).post("/people", data=ZOE | {"email": "b@desk.example", "place": ""})
    assert db.session.scalars(db.select(Agent).filter_by(email="b@desk.example")).one().vendor_id


@pytest.mark.parametrize(
    ("place", "status"), [("", 303), ("vendor:{n}", 303), ("vendor:999", 422), ("x", 422)]
)
def test_the_operator_says_for_whom_they_work(
    cast: Cast, browser: Browser, place: str, status: int
) -> None:
    place = place.format(n=cast.nordlicht.id)
    assert browser.be(cast.odile).post("/people", data=ZOE | {"place": place}).status_code == status


def test_somebody_else_s_people_are_nobody(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    strange = f"/people/{cast.omar.id}"
    deeds = ("", "/hours", "/link", "/reopening", "/absence", "/return", "/closure",
             "/second-factor-removal")  # fmt: skip
    assert browser.get(strange).status_code == 404
    assert {browser.post(strange + deed, data=ZOE).status_code for deed in deeds} == {404}
    assert "omar@" not in browser.get("/people").text
    assert "omar@" in browser.be(cast.odile).get("/people").text


def test_what_is_changed_is_kept_and_told(cast: Cast, browser: Browser) -> None:
    data = ZOE | {"name": "Anna", "role": "supervisor"}
    assert browser.be(cast.lea).post(f"/people/{cast.ana.id}", data=data).status_code == 303
    db.session.refresh(cast.ana)
    assert (cast.ana.name, cast.ana.role, cast.ana.handles_level) == ("Anna", Role.SUPERVISOR, 2)
    assert cast.ana.email == "ana@desk.example"  # with what they log in is theirs
    page = browser.get(f"/people/{cast.ana.id}").text
    assert "Changed: agent 1 fr en → supervisor 2 fr en de" in page


def test_nobody_takes_their_own_role_away(cast: Cast, browser: Browser) -> None:
    found = browser.be(cast.lea).post(f"/people/{cast.lea.id}", data=ZOE)
    assert (found.status_code, "your own role" in found.text) == (422, True)
    assert browser.post(f"/people/{cast.lea.id}/closure").status_code == 422


def test_working_hours_are_kept(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    where = f"/people/{cast.ana.id}/hours"
    assert browser.post(where, data={"from_0": "09:00", "to_0": "17:00"}).status_code == 303
    db.session.refresh(cast.ana)
    assert cast.ana.work_hours == [["09:00", "17:00"], [], [], [], [], [], []]
    assert 'value="09:00"' in browser.get(f"/people/{cast.ana.id}").text
    assert browser.post(where, data={"from_0": "09:00"}).status_code == 422


def test_a_lost_device_is_taken_away(cast: Cast, browser: Browser) -> None:
    cast.ana.second_step = 1
    db.session.commit()
    browser.be(cast.lea).post(f"/people/{cast.ana.id}/second-factor-removal")
    db.session.refresh(cast.ana)
    assert not cast.ana.has_second_factor


def test_the_list_is_paged_by_name(cast: Cast, browser: Browser) -> None:
    for number in range(60):
        db.session.add(
            Agent(name=f"N{number:02d}", email=f"n{number}@x.example", password_hash="",
                  vendor_id=cast.lavande.id)
        )  # fmt: skip
    db.session.commit()
    first = browser.be(cast.lea).get("/people").text
    more = re.search(r'href="(/people\?after=\d+)"', first)
    assert more
    second = browser.get(more[1]).text
    assert ("N46" in first, "N47" in first) == (True, False)
    assert ("N46" in second, "N47" in second, "N59" in second) == (False, True, True)


@pytest.mark.parametrize(("path", "most"), [("/people", 6), ("/people/{ana}", 10), ("/me", 6)])
def test_how_many_queries_a_page_takes(cast: Cast, browser: Browser, path: str, most: int) -> None:
    browser.be(cast.lea).get("/people")
    with Counted(db.engine) as queries:
        assert browser.get(path.format(ana=cast.ana.id)).status_code == 200
    assert len(queries.asked) <= most


def test_who_is_switched_off_is_out(cast: Cast, browser: Browser) -> None:
    other = Browser(browser.application, browser.application.response_class, use_cookies=True)
    other.be(cast.ana)
    assert browser.be(cast.lea).post(f"/people/{cast.ana.id}/closure").status_code == 303
    assert other.get("/tickets").status_code == 303
    assert "Switched off since" in browser.get(f"/people/{cast.ana.id}").text
    browser.post(f"/people/{cast.ana.id}/reopening")
    kinds = db.session.scalars(db.select(AgentEvent.kind).order_by(AgentEvent.id)).all()
    assert kinds == ["closed", "reopened"]
