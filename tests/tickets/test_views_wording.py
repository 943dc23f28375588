"""The page of a vendor's wording: terms, pasted rows, the memory as a file."""

import io

import pytest
from flask import Flask

from app.accounts.models import Agent, Team, TeamVendor
from app.cli.tmx import group
from app.extensions import db
from app.translation.glossary import Entry, put, terms_for
from app.translation.memory import Way, recall, remember
from app.translation.memory_models import Origin, Segment
from app.translation.segments import paired
from tests.browser import Browser
from tests.factories import Cast
from tests.tickets.staging import Counted

URL = "/settings/glossary"
HEAD = '<tmx version="1.4"><header srclang="fr-FR"/>\n<body>\n'


def unit(source: str, text: str, lang: str = "de") -> str:
    return (
        f'<tu><tuv xml:lang="fr"><seg>{source}</seg></tuv>'
        f'<tuv xml:lang="{lang}"><seg>{text}</seg></tuv></tu>\n'
    )


def tmx(*units: str, end: str = "</body></tmx>") -> tuple[io.BytesIO, str]:
    return io.BytesIO((HEAD + "".join(units) + end).encode()), "memory.tmx"


def known(cast: Cast, sentence: str) -> str | None:
    found = recall(Way(cast.lavande.id, "fr", "de"), [sentence], terms={})
    return found.exact.get(sentence)


def teach(cast: Cast, source: str, text: str) -> None:
    pair = paired(source, text)
    assert pair is not None
    remember(Way(cast.lavande.id, "fr", "de"), [pair], origin=Origin.ANSWER, scope="ticket:1")
    db.session.commit()


def test_a_term_is_added_and_taken_out(cast: Cast, browser: Browser) -> None:
    browser.be(cast.lea)
    data = {"text": "bon d'achat", "source": "fr", "target": "de", "rendering": "Gutschein"}
    assert browser.post(f"{URL}/terms", data=data).status_code == 303
    page = browser.get(URL).text
    assert "Gutschein" in page
    (term_id,) = [part.split("/")[0] for part in page.split(f"{URL}/terms/")[1:]]
    assert browser.post(f"{URL}/terms/{term_id}/removal").status_code == 303
    assert browser.post(f"{URL}/terms/{term_id}/removal").status_code == 404
    assert terms_for(cast.lavande.id, "fr", "de") == {}


def test_a_term_that_cannot_be_one_comes_back_with_the_reason(cast: Cast, browser: Browser) -> None:
    data = {"text": "bon", "source": "fr", "target": "", "rendering": "Gutschein"}
    found = browser.be(cast.lea).post(f"{URL}/terms", data=data)
    assert found.status_code == 422
    assert "A rendering needs both languages" in found.text
    assert 'value="Gutschein"' in found.text


def test_of_a_paste_the_good_rows_are_kept_and_the_others_explained(
    cast: Cast, browser: Browser
) -> None:
    rows = "Aurora\nbon\tfr\tde\tGutschein\nlampe\tfr\txx\tLampe\n<b>\tfr\tde\t"
    found = browser.be(cast.lea).post(f"{URL}/paste", data={"rows": rows})
    assert found.status_code == 422
    assert terms_for(cast.lavande.id, "fr", "de") == {"aurora": "Aurora", "bon": "Gutschein"}
    assert "2 rows were not taken" in found.text
    assert "Line 3:" in found.text
    assert "The desk does not know that language" in found.text
    assert "&lt;b&gt;" in found.text
    assert browser.post(f"{URL}/paste", data={"rows": "Boreas"}).status_code == 303


def test_a_long_glossary_is_paged(cast: Cast, browser: Browser) -> None:
    put(cast.lavande.id, [Entry(f"term {number:03}") for number in range(130)])
    db.session.commit()
    browser.be(cast.lea)
    with Counted(db.engine) as counted:
        first = browser.get(URL).text
    assert len(counted.asked) <= 8  # one of them the bell in the header
    assert ("term 099" in first, "term 100" in first) == (True, False)
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = browser.get(address.replace("&amp;", "&")).text
    assert ("term 099<" in second, "term 129" in second) == (False, True)
    assert browser.get(f"{URL}?after=x~y").status_code == 200


def test_a_file_is_taken_in(cast: Cast, browser: Browser) -> None:
    file = tmx(
        unit("Votre commande 7 part.", "Ihre Bestellung 7 geht los."),
        unit("Merci.", "Bedankt.", "nl"), unit("Tlh.", "Qapla'.", "tlh"),
        unit("Écrivez à kim@mail.example.", "Schreiben Sie kim@mail.example."),
    )  # fmt: skip
    found = browser.be(cast.lea).post(f"{URL}/memory", data={"file": file}, follow_redirects=True)
    assert "4 sentences were read, 2 are new, 2 could not be used." in found.text
    assert known(cast, "Votre commande 99 part.") == "Ihre Bestellung 99 geht los."
    assert not [row for row in db.session.scalars(db.select(Segment)) if "kim" in row.source]


def test_a_bad_file_is_named_with_its_line_and_what_stood_before_it_is_kept(
    cast: Cast, browser: Browser
) -> None:
    file = tmx(unit("Merci.", "Danke."), "<tu></tuv>", end="")
    found = browser.be(cast.lea).post(f"{URL}/memory", data={"file": file})
    assert found.status_code == 422
    assert "Line 4: this is not XML" in found.text
    assert "1 sentences were read, 1 are new" in found.text
    assert known(cast, "Merci.") == "Danke."


@pytest.mark.parametrize("data", [{}, {"file": (io.BytesIO(b""), "")}])
def test_no_file_is_said(cast: Cast, browser: Browser, data: dict[str, object]) -> None:
    found = browser.be(cast.lea).post(f"{URL}/memory", data=data)
    assert (found.status_code, "Choose a TMX file first." in found.text) == (422, True)


def test_what_goes_out_comes_in_again_elsewhere(cast: Cast, browser: Browser) -> None:
    teach(cast, "Votre commande 7 part.", "Ihre Bestellung 7 geht los.")
    answer = browser.be(cast.lea).get(f"{URL}/memory.tmx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lavande.tmx"'
    browser.be(cast.odile)
    data = {"file": (io.BytesIO(answer.data), "x.tmx")}
    assert browser.post(f"{URL}/memory?vendor=nordlicht", data=data).status_code == 303
    found = recall(Way(cast.nordlicht.id, "fr", "de"), ["Votre commande 8 part."], terms={})
    assert list(found.exact.values()) == ["Ihre Bestellung 8 geht los."]


def test_all_of_it_goes_only_when_the_box_is_ticked(cast: Cast, browser: Browser) -> None:
    teach(cast, "Merci.", "Danke.")
    browser.be(cast.lea)
    assert browser.post(f"{URL}/memory/clearing").status_code == 422
    assert known(cast, "Merci.") == "Danke."
    assert browser.post(f"{URL}/memory/clearing", data={"sure": "yes"}).status_code == 303
    assert known(cast, "Merci.") is None


def test_a_supervisor_has_no_other_vendor_s_wording(cast: Cast, browser: Browser) -> None:
    put(cast.nordlicht.id, [Entry("Polarstern")])
    teach(cast, "Merci.", "Danke.")
    db.session.commit()
    browser.be(cast.lea)
    assert browser.get(f"{URL}?vendor=nordlicht").status_code == 404
    assert "Polarstern" not in browser.get(URL).text
    posted = browser.post(f"{URL}/memory/clearing?vendor=nordlicht", data={"sure": "yes"})
    assert posted.status_code == 404
    assert "Polarstern" in browser.be(cast.odile).get(f"{URL}?vendor=nordlicht").text


def test_an_outside_team_s_supervisor_has_its_vendors(cast: Cast, browser: Browser) -> None:
    team = Team(name="Delegates")
    db.session.add(team)
    db.session.flush()
    db.session.add(TeamVendor(team_id=team.id, vendor_id=cast.nordlicht.id))
    cast.lea.vendor, cast.lea.team_id = None, team.id
    db.session.commit()
    browser.be(db.session.get_one(Agent, cast.lea.id))
    assert "Wording of Nordlicht" in browser.get(URL).text
    assert browser.get(f"{URL}?vendor=lavande").status_code == 404


def test_the_commands_bring_a_file_in_and_out(desk: Flask, cast: Cast, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path, out = tmp_path / "in.tmx", tmp_path / "out.tmx"
    path.write_bytes(tmx(unit("Merci.", "Danke."))[0].read())
    run = desk.test_cli_runner().invoke
    done = run(group, ["import", "lavande", str(path)])
    assert (done.exit_code, "1 sentences read, 1 new" in done.output) == (0, True)
    assert run(group, ["export", "lavande", str(out)]).exit_code == 0
    assert "<seg>Danke.</seg>" in out.read_text()
    path.write_text("<tmx><")
    bad = run(group, ["import", "lavande", str(path)])
    assert (bad.exit_code, "Line 1: this is not XML" in bad.output) == (1, True)
    assert "There is no vendor" in run(group, ["export", "nobody"]).output
