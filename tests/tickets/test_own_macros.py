"""A vendor writes its own prepared answers."""

import re

import pytest

from app.extensions import db
from app.tickets.macros.own import own_macros
from app.tickets.macros.prepared import Macro
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.tickets.staging import Counted

ADDRESS = "/settings/macros"
NEW = {"lang": "fr", "intent": "order_status", "level": "1", "title": "Parti",
       "body": "Bonjour,\n\nla commande {order} est partie."}  # fmt: skip


def test_a_macro_is_written_in_two_languages_and_offered(cast: Cast, browser: Browser) -> None:
    browser.be(cast.ana)
    assert browser.post(ADDRESS, data=NEW).status_code == 303
    (macro,) = own_macros(cast.lavande.id).rows
    more = NEW | {"key": macro.key, "lang": "en", "title": "Gone", "body": "It left."}
    assert browser.post(ADDRESS, data=more).status_code == 303
    (macro,) = own_macros(cast.lavande.id).rows
    assert sorted(macro.versions) == ["en", "fr"]
    page = browser.get(ADDRESS).text
    assert "Parti" in page
    assert "sent 0 times" in page
    ticket = make_ticket(cast.lavande)
    assert "Gone" in browser.get(f"/tickets/{ticket.id}").text
    elsewhere = make_ticket(cast.nordlicht)
    assert "Gone" not in browser.be(cast.omar).get(f"/tickets/{elsewhere.id}").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"title": " "}, "needs a title"), ({"body": ""}, "needs a title"),
     ({"lang": "xx"}, "does not know that language")],
)  # fmt: skip
def test_a_macro_that_lacks_something_comes_back(
    cast: Cast, browser: Browser, wrong: dict[str, str], words: str
) -> None:
    found = browser.be(cast.ana).post(ADDRESS, data=NEW | wrong)
    assert found.status_code == 422
    assert words in found.text
    assert (NEW | wrong)["title"].strip() in found.text


def test_nobody_writes_or_takes_another_vendor_s(cast: Cast, browser: Browser) -> None:
    browser.be(cast.ana).post(ADDRESS, data=NEW)
    (macro,) = own_macros(cast.lavande.id).rows
    browser.be(cast.omar)
    theirs = {"key": macro.key, "lang": "fr", "vendor": str(cast.lavande.id)}
    browser.post(f"{ADDRESS}/removal", data=theirs)
    browser.post(ADDRESS, data=NEW | theirs | {"title": "Ours now"})
    assert [m.versions["fr"].title for m in own_macros(cast.lavande.id).rows] == ["Parti"]
    assert [m.versions["fr"].title for m in own_macros(cast.nordlicht.id).rows] == ["Ours now"]


def test_the_operator_chooses_a_vendor_and_takes_a_language_away(
    cast: Cast, browser: Browser
) -> None:
    browser.be(cast.odile)
    assert browser.post(ADDRESS, data=NEW).status_code == 422
    browser.post(ADDRESS, data=NEW | {"vendor": str(cast.lavande.id)})
    assert "Parti" in browser.get(f"{ADDRESS}?vendor={cast.lavande.id}").text
    (macro,) = own_macros(cast.lavande.id).rows
    gone = {"vendor": str(cast.lavande.id), "key": macro.key, "lang": "fr"}
    assert browser.post(f"{ADDRESS}/removal", data=gone).status_code == 303
    assert db.session.scalar(db.select(db.func.count()).select_from(Macro)) == 0


def own(vendor_id: int, number: int, *langs: str) -> list[Macro]:
    """One macro in these languages; the first ones are used most."""
    return [
        Macro(vendor_id=vendor_id, key=f"own-{number:03}", intent="order_status", level=1,
              lang=lang, title=f"Macro {number}", body="x", used=max(0, 30 - number) // 10)
        for lang in langs
    ]  # fmt: skip


def test_a_long_list_is_walked_page_by_page_the_most_used_first(
    cast: Cast, browser: Browser
) -> None:
    for number in range(45):
        db.session.add_all(own(cast.lavande.id, number, "fr", "en"))
    db.session.add_all(own(cast.nordlicht.id, 99, "de"))
    db.session.commit()
    browser.be(cast.ana)
    address, seen, counts = ADDRESS, [], []
    while address:
        with Counted(db.engine) as counted:
            page = browser.get(address).text
        counts.append(len(counted.asked))
        seen += re.findall(r"<summary><b[^>]*>Macro (\d+)</b>", page)
        link = re.search(r'href="([^"]+)" rel="next"', page)
        address = link[1] if link else ""
    assert seen == [str(number) for number in range(45)]
    assert len(counts) == 3
    assert max(counts) <= 10


@pytest.mark.parametrize("after", ["x", "1", "~", "-1~own-1", "9" * 20 + "~own-1"])
def test_a_page_that_does_not_exist_is_said(cast: Cast, browser: Browser, after: str) -> None:
    assert browser.be(cast.ana).get(f"{ADDRESS}?after={after}").status_code == 400
