"""Every stored mail is read, and gives the text that its writer newly wrote."""

from pathlib import Path

import pytest

from app.mail.describe import describe
from app.mail.parse import read
from app.mail.quotes import NO_ANCHORS, Anchors, cut
from tests.mail.cases import FIXTURES, OURS
from tests.mail.mutate import broken, look_at

# No word list knows the language of this one: only our own address gives the quote away.
NEEDS_ANCHORS = {"unknown-language-own-mask-header-block"}


def expected(path: Path) -> str:
    return path.with_suffix(".txt").read_text().strip()


def words(text: str) -> list[str]:
    """The words of a text without the marks of quotes, sorted: what may not get lost."""
    return sorted(text.replace(">", " ").split())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_new_text_of_a_stored_mail_is_found(path: Path) -> None:
    assert cut(read(path.read_bytes()).text, OURS).new.strip() == expected(path)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_it_is_found_without_knowing_our_own_addresses(path: Path) -> None:
    if path.stem in NEEDS_ANCHORS:
        pytest.skip("only our address gives this quote away")
    assert cut(read(path.read_bytes()).text).new.strip() == expected(path)


@pytest.mark.parametrize("anchors", [OURS, NO_ANCHORS], ids=["known", "unknown"])
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_no_word_of_a_stored_mail_is_lost(path: Path, anchors: Anchors) -> None:
    text = read(path.read_bytes()).text
    parts = cut(text, anchors)
    assert words("\n".join((parts.new, parts.quoted, parts.signature))) == words(text)


def test_there_are_at_least_forty_mails_in_fifteen_languages() -> None:
    codes = {part for path in FIXTURES for part in path.stem.split("-") if len(part) == 2}
    assert len(FIXTURES) >= 40
    assert len(codes) >= 15


@pytest.mark.parametrize("start", range(0, 2_000, 500))
def test_broken_mails_raise_nothing(start: int) -> None:
    for run in range(start, start + 500):
        look_at(broken(run))


def test_describing_a_mail_tells_what_a_person_asks() -> None:
    path = next(path for path in FIXTURES if path.stem == "calendar-vcard-winmail-en")
    told = describe(path.read_bytes(), OURS)
    assert told["subject"] == "Re: Pick-up"
    assert told["text"] == "Friday is fine."
    assert [(file["name"], file["withheld"]) for file in told["attachments"]] == [
        ("invite.ics", "calendar"),
        ("kim.vcf", "contact-card"),
        ("winmail.dat", "outlook-container"),
    ]
    assert told["auto_reply"] is False
    assert told["bounce"] is None
    assert told["references"] == ["a1@reply.market.test"]
