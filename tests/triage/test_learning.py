"""Versions of the classifier: trained, measured, taken into use or not, taken back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.extensions import db
from app.lib.clock import now
from app.triage.classify import Classifier
from app.triage.corrections import correct
from app.triage.examples import Example
from app.triage.intake import warm_up
from app.triage.learning import (
    ENOUGH,
    NotNow,
    core_messages,
    enough_to_learn,
    go_back,
    train_version,
    worse,
)
from app.triage.models import KEPT_ASIDE, Correction, ModelVersion, VersionState
from app.triage.nightly import learn_by_night
from app.triage.versions import CurrentClassifier, Shelf, all_versions
from app.triage.weights import ModelError
from tests.factories import Cast, make_ticket

NIGHT = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def shelf(desk: Flask, tmp_path: Path) -> Iterator[Shelf]:
    """A desk without any version, in a folder of its own."""
    settings: Settings = desk.extensions["settings"]
    desk.extensions["settings"] = replace(settings, data_dir=tmp_path)
    yield Shelf(tmp_path / "triage")
    desk.extensions["settings"] = settings


def blind(classifier: Classifier) -> Classifier:
    """One that calls everything level 1."""
    return replace(classifier, settings=replace(classifier.settings, threshold=1.1))


def states() -> list[tuple[int, str]]:
    return [(row.version, row.state) for row in all_versions()]


def correct_many(cast: Cast, count: int) -> list[Correction]:
    ticket = make_ticket(cast.lavande)
    made = []
    for number in range(count):
        kept = correct(
            ticket, cast.lea, level=2, intent="warranty", reason=f"case {number}", at=now()
        )
        assert kept is not None
        made.append(kept)
    db.session.commit()
    return made


def test_the_first_version_is_used_and_its_figures_kept(
    shelf: Shelf, classifier: Classifier
) -> None:
    row = train_version(learn=lambda _: classifier)
    assert states() == [(1, VersionState.IN_USE)]
    assert shelf.current() == 1
    assert row.figures["messages"] == len(core_messages())
    assert sum(of for _, of in row.figures["langs"].values()) == len(core_messages())


def test_a_version_that_got_worse_is_refused_and_the_history_says_where(
    shelf: Shelf, classifier: Classifier
) -> None:
    train_version(learn=lambda _: classifier)
    row = train_version(learn=lambda _: blind(classifier))
    assert states() == [(2, VersionState.REFUSED), (1, VersionState.IN_USE)]
    assert shelf.current() == 1
    assert ["level", "2"] in [entry[:2] for entry in row.worse]


def test_it_may_be_used_all_the_same(shelf: Shelf, classifier: Classifier) -> None:
    train_version(learn=lambda _: classifier)
    train_version(anyway=True, learn=lambda _: blind(classifier))
    assert states() == [(2, VersionState.IN_USE), (1, VersionState.REPLACED)]
    assert shelf.current() == 2


def test_one_command_goes_back(shelf: Shelf, classifier: Classifier) -> None:
    for _ in range(2):
        train_version(learn=lambda _: classifier)
    assert go_back().version == 1
    assert states() == [(2, VersionState.WITHDRAWN), (1, VersionState.IN_USE)]
    assert shelf.current() == 1
    with pytest.raises(NotNow, match="no earlier version"):
        go_back()


def test_a_training_that_fails_leaves_the_version_in_use(
    shelf: Shelf, classifier: Classifier
) -> None:
    def fail(_: object) -> Classifier:
        raise MemoryError

    train_version(learn=lambda _: classifier)
    with pytest.raises(MemoryError):
        train_version(learn=fail)
    assert states() == [(2, VersionState.FAILED), (1, VersionState.IN_USE)]


def test_two_trainings_do_not_run_at_once(shelf: Shelf, classifier: Classifier) -> None:
    def train_again(_: object) -> Classifier:
        with pytest.raises(NotNow, match="Another training"):
            train_version(learn=lambda _: classifier)
        return classifier

    train_version(learn=train_again)
    assert len(all_versions()) == 1


def test_who_classifies_takes_a_new_version_up_without_a_restart(
    shelf: Shelf, classifier: Classifier
) -> None:
    current = CurrentClassifier(shelf.folder)
    with pytest.raises(ModelError, match="no trained model"):
        current()
    train_version(learn=lambda _: classifier)
    first = current()
    assert current() is first
    train_version(learn=lambda _: classifier)
    assert current() is not first


def test_a_broken_file_leaves_the_version_that_is_loaded(
    shelf: Shelf, classifier: Classifier
) -> None:
    train_version(learn=lambda _: classifier)
    current = CurrentClassifier(shelf.folder)
    loaded = current()
    shelf.file_of(2).write_bytes(b"half a file")
    shelf.use(2, trained_on="")
    assert current() is loaded


def test_old_files_go_and_the_one_in_use_stays(shelf: Shelf, classifier: Classifier) -> None:
    train_version(learn=lambda _: classifier)
    for version in range(2, 15):
        shelf.file_of(version).touch()
    shelf.tidy()
    kept = sorted(int(file.stem) for file in shelf.folder.glob("*.npz"))
    assert kept == [1, *range(7, 15)]


@pytest.mark.parametrize(
    ("after", "spoken"),
    [
        ({"langs": {"sv": [5, 6]}, "levels": {"1": [3, 3], "2": [2, 3]}}, []),
        (
            {"langs": {"sv": [4, 6]}, "levels": {"1": [3, 3], "2": [2, 3]}},
            [["lang", "sv", 5, 4, 6]],
        ),
        (
            {"langs": {"sv": [6, 6]}, "levels": {"1": [3, 3], "2": [1, 3]}},
            [["level", "2", 2, 1, 3]],
        ),
    ],
)
def test_worse_is_one_message_less_in_any_language_or_level(
    after: dict[str, object], spoken: list[object]
) -> None:
    before = {"langs": {"sv": [5, 6]}, "levels": {"1": [3, 3], "2": [2, 3]}}
    assert worse(before, after) == spoken


# --- what people corrected -----------------------------------------------------------------


def test_one_correction_in_five_only_measures(
    shelf: Shelf, cast: Cast, classifier: Classifier
) -> None:
    seen: list[Example] = []

    def look(examples: object) -> Classifier:
        seen.extend(examples)  # type: ignore[arg-type]
        return classifier

    made = [_corrected(cast, number) for number in range(KEPT_ASIDE + 1)]
    db.session.commit()
    row = train_version(learn=look)
    aside = sum(correction.is_aside for correction in made)
    assert aside in {1, 2}
    assert len(seen) == 3 * (len(made) - aside)
    assert row.corrections == len(made)
    assert row.figures["messages"] == len(core_messages()) + aside


def _corrected(cast: Cast, number: int) -> Correction:
    ticket = make_ticket(cast.lavande, f"Case {number}: the guarantee was refused.")
    kept = correct(ticket, cast.lea, level=2, intent="warranty", reason="", at=now())
    assert kept is not None
    db.session.flush()
    return kept


def test_a_night_s_training_begins_once_and_only_with_enough_to_learn(
    shelf: Shelf, cast: Cast, classifier: Classifier
) -> None:
    begun: list[int] = []

    def begin() -> None:
        begun.append(1)
        db.session.add(ModelVersion(version=len(begun), at=NIGHT, state=VersionState.FAILED))
        db.session.commit()

    correct_many(cast, ENOUGH - 1)
    assert not learn_by_night(NIGHT, begin=begin)
    correct_many(cast, 1)
    assert not learn_by_night(NIGHT + timedelta(hours=9), begin=begin)
    assert learn_by_night(NIGHT, begin=begin)
    assert not learn_by_night(NIGHT + timedelta(hours=1), begin=begin)
    assert learn_by_night(NIGHT + timedelta(days=1), begin=begin)


def test_what_was_learned_from_is_not_enough_again(
    shelf: Shelf, cast: Cast, classifier: Classifier
) -> None:
    correct_many(cast, ENOUGH)
    assert enough_to_learn()
    train_version(learn=lambda _: classifier)
    assert not enough_to_learn()


def test_a_worker_starts_on_a_desk_that_has_not_learned_to_sort_yet(
    app: Flask, shelf: Shelf, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentClassifier(shelf.folder)
    monkeypatch.setitem(app.extensions, "classifier", current)
    warm_up()
    train_version(learn=lambda _: classifier)
    warm_up()
    assert current._loaded is not None
