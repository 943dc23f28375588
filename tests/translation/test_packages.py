import json
import os
import resource
import shutil
import stat
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.translation.engine import ArgosEngine
from app.translation.faults import NoRoomError, PackageError
from app.translation.packages import (
    LEFT_AFTER,
    RESERVE,
    Origin,
    PackageStore,
    bring_shipped,
)
from tests.translation.conftest import PACKAGES

FR_EN = PACKAGES / "translate-fr_en-0_1.argosmodel"


@pytest.fixture
def store(tmp_path: Path) -> PackageStore:
    return PackageStore(tmp_path / "packages")


def leftovers(store: PackageStore) -> list[str]:
    """What lies in the folder beside the lock."""
    return sorted(path.name for path in store.folder.iterdir() if path.name != ".lock")


def changed(to: Path, **changes: object) -> Path:
    """FR_EN with other metadata."""
    with zipfile.ZipFile(FR_EN) as old, zipfile.ZipFile(to, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith("metadata.json"):
                data = json.dumps(json.loads(data) | changes).encode()
            new.writestr(entry.filename, data)
    return to


def test_a_package_is_installed_listed_and_removed(store: PackageStore, tmp_path: Path) -> None:
    new = store.install_file(FR_EN)
    assert (new.source, new.target, new.version) == ("fr", "en", "0.1")
    assert [p.folder for p in store.installed()] == [new.folder]
    assert new.size > 500_000
    store.remove("fr", "en")
    assert store.installed() == []
    assert leftovers(store) == [".without-fr_en"]


@pytest.mark.parametrize("path", sorted(PACKAGES.iterdir()), ids=lambda path: path.name)
def test_every_tiny_package_is_small_and_installs(store: PackageStore, path: Path) -> None:
    assert path.stat().st_size < 3 * 1024 * 1024
    assert path.name == store.install_file(path).folder.name + ".argosmodel"


def test_removing_what_is_not_there_is_said(store: PackageStore) -> None:
    with pytest.raises(PackageError, match="No package from fr to en is installed"):
        store.remove("fr", "en")


def test_a_newer_package_takes_the_place_of_the_older_one(
    store: PackageStore, tmp_path: Path
) -> None:
    store.install_file(FR_EN)
    store.install_file(FR_EN)
    store.install_file(changed(tmp_path / "new.argosmodel", package_version="0.2"))
    assert [(p.version, p.folder.name) for p in store.installed()] == [
        ("0.2", "translate-fr_en-0_2")
    ]


def archive(to: Path, entries: dict[str, str], *, link: str = "") -> Path:
    with zipfile.ZipFile(to, "w") as opened:
        for name, text in entries.items():
            info = zipfile.ZipInfo(name)
            if name == link:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            opened.writestr(info, text)
    return to


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"../evil": "x"}, "outside"),
        ({"/etc/evil": "x"}, "outside"),
        ({"a/../../evil": "x"}, "outside"),
        ({"a\\..\\..\\evil": "x"}, "outside"),
        ({"c:evil": "x"}, "outside"),
        ({"a/link": "/etc/passwd"}, "outside"),
        ({"file": "x"}, "one folder"),
        ({"a/x": "x", "b/x": "x"}, "one folder"),
        ({"a/x": "x"}, "metadata"),
        ({"a/metadata.json": "{}"}, "two languages"),
        ({f"a/{n}": "" for n in range(2001)}, "larger"),
    ],
)
def test_an_unsound_file_is_refused_and_leaves_nothing(
    store: PackageStore, tmp_path: Path, entries: dict[str, str], reason: str
) -> None:
    with pytest.raises(PackageError, match=reason):
        store.install_file(archive(tmp_path / "bad.zip", entries, link="a/link"))
    assert leftovers(store) == []


def test_what_is_no_zip_is_refused(store: PackageStore, tmp_path: Path) -> None:
    (tmp_path / "x.argosmodel").write_bytes(b"no zip")
    with pytest.raises(PackageError, match="not a readable package"):
        store.install_file(tmp_path / "x.argosmodel")
    (tmp_path / "half.argosmodel").write_bytes(FR_EN.read_bytes()[:200_000])
    with pytest.raises(PackageError, match="not a readable package"):
        store.install_file(tmp_path / "half.argosmodel")


@pytest.mark.parametrize("name", ["from_code", "package_version"])
def test_metadata_that_would_name_a_path_is_refused(
    store: PackageStore, tmp_path: Path, name: str
) -> None:
    with pytest.raises(PackageError):
        store.install_file(changed(tmp_path / "x.argosmodel", **{name: "../../x"}))


def test_a_model_that_does_not_load_is_refused_and_the_old_one_stays(
    store: PackageStore, tmp_path: Path
) -> None:
    store.install_file(FR_EN)
    with zipfile.ZipFile(FR_EN) as old, zipfile.ZipFile(tmp_path / "bad.argosmodel", "w") as new:
        for entry in old.infolist():
            data = b"\0" * 100 if entry.filename.endswith("model.bin") else old.read(entry)
            new.writestr(entry.filename, data)
    with pytest.raises(PackageError, match="does not work"):
        store.install_file(tmp_path / "bad.argosmodel")
    assert [p.version for p in store.installed()] == ["0.1"]


def test_a_full_package_takes_a_starter_s_place_and_not_the_other_way_round(
    store: PackageStore, tmp_path: Path
) -> None:
    starter = changed(tmp_path / "starter.argosmodel", dragoman={"starter": True})
    full = changed(tmp_path / "full.argosmodel", package_version="1.9", dragoman={})
    assert store.install_file(starter, origin=Origin.SHIPPED).is_starter
    assert not store.install_file(full).is_starter
    with pytest.raises(PackageError, match="A full package is installed"):
        store.install_file(starter)
    assert [(p.version, p.is_starter, p.origin) for p in store.installed()] == [
        ("1.9", False, Origin.FILE)
    ]


def shelf_with(folder: Path, **changes: object) -> Path:
    folder.mkdir(exist_ok=True)
    version = str(changes.get("package_version", "0.1")).replace(".", "_")
    for old in folder.iterdir():
        old.unlink()
    changed(folder / f"translate-fr_en-{version}.argosmodel", **changes)
    return folder


def test_what_comes_with_the_desk_is_brought_where_nothing_better_is(
    store: PackageStore, tmp_path: Path
) -> None:
    starter = {"dragoman": {"starter": True}}
    shelf = shelf_with(tmp_path / "shelf", **starter)
    bring_shipped(store, shelf)
    assert [(p.version, p.origin) for p in store.installed()] == [("0.1", Origin.SHIPPED)]
    bring_shipped(store, shelf_with(shelf, package_version="0.3", **starter))
    assert [p.version for p in store.installed()] == ["0.3"]
    store.install_file(changed(tmp_path / "f.argosmodel", package_version="1.0", dragoman={}))
    bring_shipped(store, shelf_with(shelf, package_version="0.4", **starter))
    assert [p.version for p in store.installed()] == ["1.0"]


def test_a_starter_that_was_taken_out_stays_out_until_somebody_asks_for_it(
    store: PackageStore, tmp_path: Path
) -> None:
    starter = {"dragoman": {"starter": True}}
    shelf = shelf_with(tmp_path / "shelf", **starter)
    bring_shipped(store, shelf)
    store.remove("fr", "en")
    bring_shipped(store, shelf_with(shelf, package_version="0.2", **starter))
    assert store.installed() == []
    store.install_file(changed(tmp_path / "f.argosmodel", **starter))
    bring_shipped(store, shelf_with(shelf, package_version="0.3", **starter))
    assert [package.version for package in store.installed()] == ["0.3"]


def test_a_broken_package_disables_no_other(store: PackageStore) -> None:
    good = store.install_file(FR_EN)
    (store.folder / "translate-aa_bb-1").mkdir()
    (store.folder / "translate-cc_dd-1").mkdir()
    (store.folder / "translate-cc_dd-1" / "metadata.json").write_text("{")
    shutil.copytree(good.folder, store.folder / "translate-en_fr-1")
    (store.folder / "translate-en_fr-1" / "model" / "model.bin").unlink()
    assert [(p.source, p.target) for p in store.installed()] == [("fr", "en")]
    assert ArgosEngine(store.folder).translate(["Merci !"], source="fr", target="en")[0].text


def test_too_little_room_is_said_before_anything_is_unpacked(tmp_path: Path) -> None:
    store = PackageStore(tmp_path / "packages", free=lambda _: RESERVE + 1024)
    with pytest.raises(NoRoomError, match=r"258 MB are needed, 257 MB are free"):
        store.install_file(FR_EN)
    assert leftovers(store) == []


def test_a_disk_that_fills_up_in_the_middle_leaves_what_was_there(store: PackageStore) -> None:
    store.install_file(FR_EN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(NoRoomError, match="What is installed stays"):
            store.install_file(PACKAGES / "translate-en_fr-0_1.argosmodel")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [(p.source, p.target) for p in store.installed()] == [("fr", "en")]
    assert leftovers(store) == ["translate-fr_en-0_1"]


def test_two_installations_of_one_pair_at_once_leave_one_sound_package(
    store: PackageStore, tmp_path: Path
) -> None:
    files = [changed(tmp_path / f"{n}.argosmodel", package_version=f"0.{n % 2}") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(store.install_file, files))
    assert len(store.installed()) == 1
    assert len(leftovers(store)) == 1


def test_only_old_leftovers_are_forgotten(store: PackageStore) -> None:
    store.folder.mkdir()
    old = [store.folder / name for name in (".incoming-1", ".leaving-1")]
    for folder in old:
        folder.mkdir()
    for name in (".download-fr_en-1.part", ".upload-1", ".download-en_fr-1.part", ".lock"):
        (store.folder / name).touch()
        old.append(store.folder / name)
    for path in old:
        long_ago = time.time() - LEFT_AFTER - 60
        os.utime(path, (long_ago, long_ago))
    (store.folder / ".download-en_fr-1.part").touch()
    (store.folder / ".incoming-2").mkdir()
    store.forget_leftovers()
    assert sorted(path.name for path in store.folder.iterdir()) == [
        ".download-en_fr-1.part", ".incoming-2", ".lock",
    ]  # fmt: skip


def test_workers_that_clean_up_at_once_do_not_trip_over_each_other(store: PackageStore) -> None:
    store.folder.mkdir()
    long_ago = time.time() - 2 * LEFT_AFTER
    for number in range(1000):
        left = store.folder / f".download-{number}.part"
        left.touch()
        os.utime(left, (long_ago, long_ago))
    (store.folder / ".download-new.part").touch()
    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(store.forget_leftovers) for _ in range(4)]:
            done.result()
    assert leftovers(store) == [".download-new.part"]
