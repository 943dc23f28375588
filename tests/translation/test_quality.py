"""What the check set says of a package."""

from pathlib import Path

import pytest
from flask import Flask

from app.config import DESK_LANGUAGES
from app.extensions import db
from app.translation import quality
from app.translation.engine import ArgosEngine
from app.translation.package_models import PackageQuality
from app.translation.packages import PackageStore
from app.translation.protect import find_facts
from app.translation.quality import Measured, check_pairs, chrf, measure, measure_next, qualities
from tests.translation.conftest import PACKAGES
from tests.translation.fakes import FakeEngine

FR_EN = PACKAGES / "translate-fr_en-0_1.argosmodel"


def test_the_check_set_has_every_language_of_the_desk_in_full() -> None:
    for lang in DESK_LANGUAGES:
        sentences = [text for text, _ in check_pairs(lang, "en")]
        assert len(set(sentences)) == 16, lang
        assert all(text.strip() == text != "" for text in sentences), lang


@pytest.mark.parametrize(
    "lang", [lang for lang in DESK_LANGUAGES if lang not in ("ar", "ja", "zh")]
)
def test_the_check_set_keeps_its_numbers_in_every_language(lang: str) -> None:
    for text, english in check_pairs(lang, "en"):
        assert _digits(text) == _digits(english), text
        assert len(find_facts(text, ())) >= min(1, len(_digits(english)))


def _digits(text: str) -> list[str]:
    return [letter for letter in text if letter.isdigit()]


@pytest.mark.parametrize(
    ("text", "wanted", "likeness"),
    [
        ("the cat sat", "the cat sat", 100),
        ("xyz", "the cat sat", 0),
        ("", "the cat sat", 0),
        # By hand, for groups of 1 to 6 letters: the mean of 8/9, 6/8, 4/7, 3/6, 2/5 and 1/4.
        ("the cat ate", "the cat sat", 56.0),
    ],
)
def test_likeness_is_chrf2(text: str, wanted: str, likeness: float) -> None:
    assert chrf([(text, wanted)]) == pytest.approx(likeness, abs=0.1)


def test_likeness_counts_recall_more_than_precision() -> None:
    assert chrf([("the cat", "the cat sat there")]) < chrf([("the cat sat there", "the cat")])


def test_what_is_refused_does_not_count_as_translated() -> None:
    answers = dict(check_pairs("fr", "en"))
    half = dict(list(answers.items())[::2])
    sentences = {part.strip() + end for text in half for part, end in [(text[:-1], text[-1])]}
    engine = FakeEngine(otherwise=lambda sentence: "" if sentence not in sentences else sentence)
    done = measure(engine, "fr", "en")
    assert done.sentences == 16
    assert done.translated < 16
    assert measure(engine, "fr", "ko") == Measured(0, 0, 0)


@pytest.fixture
def packages(desk: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageStore:
    store = PackageStore(desk.extensions["settings"].packages_dir)
    for package in store.installed():
        store.remove(package.source, package.target)
    store.install_file(FR_EN)
    return store


def test_an_installed_package_is_measured_once_and_again_when_it_is_another(
    packages: PackageStore,
) -> None:
    assert measure_next() == 1
    assert measure_next() == 0
    db.session.expire_all()
    first = qualities()["fr", "en"]
    assert (first.sentences, first.measured_at is not None) == (16, True)
    seal = first.seal
    packages.remove("fr", "en")
    assert measure_next() == 0
    packages.install_file(FR_EN)
    assert measure_next() == 1
    db.session.expire_all()
    assert qualities()["fr", "en"].seal != seal


def test_two_workers_do_not_measure_the_same(packages: PackageStore) -> None:
    assert quality._claimed(packages.installed()[0])
    assert not quality._claimed(packages.installed()[0])
    assert measure_next() == 0
    row = db.session.scalars(db.select(PackageQuality)).one()
    row.claimed_at -= 2 * quality.FORGOTTEN_AFTER
    db.session.commit()
    assert measure_next() == 1


def test_a_package_that_cannot_be_measured_has_no_figures(tmp_path: Path) -> None:
    assert ArgosEngine(tmp_path).pairs() == frozenset()
    assert quality._on_its_own(tmp_path, ("fr", "en")).translated == 0
