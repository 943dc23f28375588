"""A package is tried before it is moved in; a model that kills its reader kills a child only."""

import sys
import zipfile
from pathlib import Path

import pytest

from app.translation.faults import PackageError
from app.translation.packages import PackageStore
from app.translation.trial import Tried, tried, tried_apart
from tests.translation.conftest import PACKAGES

FR_EN = PACKAGES / "translate-fr_en-0_1.argosmodel"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One package, unpacked, to be damaged."""
    with zipfile.ZipFile(FR_EN) as archive:
        archive.extractall(tmp_path)
    return next(tmp_path.iterdir())


def test_a_good_package_says_what_it_is(folder: Path) -> None:
    assert tried_apart(folder) == tried(folder) == Tried("fr", "en", "0.1")


DAMAGES = {
    "zeros": lambda model: b"\0" * len(model),
    "noise": lambda model: bytes(range(256)) * 50,
    "nothing": lambda model: b"",
    "half": lambda model: model[: len(model) // 2],
    "another version": lambda model: (99).to_bytes(4, "little") + model[4:],
    "the other byte order": lambda model: b"".join(
        model[at : at + 4][::-1] for at in range(0, len(model), 4)
    ),
    "a size beyond all memory": lambda model: model[:200] + b"\xff" * 64 + model[264:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_model_is_refused_in_a_sentence(folder: Path, damage: str) -> None:
    model = folder / "model" / "model.bin"
    model.write_bytes(DAMAGES[damage](model.read_bytes()))
    with pytest.raises(PackageError, match=r"does not work|ended the program") as fault:
        tried_apart(folder)
    assert str(folder.parent) not in str(fault.value)


def test_a_model_that_kills_its_program_does_not_kill_the_worker(folder: Path) -> None:
    suicide = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(PackageError, match="another kind of machine"):
        tried_apart(folder, command=suicide)


def test_a_model_that_never_ends_is_given_up(folder: Path) -> None:
    with pytest.raises(PackageError, match="longer than 0 seconds"):
        tried_apart(folder, command=("sh", "-c", "exec sleep 5"), seconds=0.2)


def test_a_trial_without_an_answer_is_no_success(folder: Path) -> None:
    with pytest.raises(PackageError, match="gave no answer"):
        tried_apart(folder, command=("true",))


def test_what_was_installed_stays_when_the_trial_says_no(tmp_path: Path) -> None:
    PackageStore(tmp_path / "p").install_file(FR_EN)

    def no(_folder: Path) -> Tried:
        raise PackageError("No.")

    store = PackageStore(tmp_path / "p", trial=no)
    with pytest.raises(PackageError, match="No"):
        store.install_file(FR_EN)
    assert [p.version for p in store.installed()] == ["0.1"]
