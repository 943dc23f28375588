import json
import stat
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.translation.packages import (
    NoNetworkError,
    PackageError,
    PackageStore,
    forget_downloads,
    newest_links,
)
from tests.translation.conftest import PACKAGES

FR_EN = PACKAGES / "translate-fr_en-0_1.argosmodel"


@pytest.fixture
def store(tmp_path: Path) -> PackageStore:
    return PackageStore(tmp_path / "packages")


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
    assert list((tmp_path / "packages").iterdir()) == []


@pytest.mark.parametrize("path", sorted(PACKAGES.iterdir()), ids=lambda path: path.name)
def test_every_package_of_the_project_is_small_and_installs(
    store: PackageStore, path: Path
) -> None:
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
    assert list((tmp_path / "packages").iterdir()) == []


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


def test_the_newest_version_on_offer_is_taken() -> None:
    def offer(version: str, link: str) -> dict[str, object]:
        return {"from_code": "fr", "to_code": "en", "package_version": version, "links": [link]}

    index = [offer("1.10", "https://b"), offer("1.9", "https://a"), offer("2.0", "ipfs://c")]
    assert newest_links(index, source="fr", target="en")[0] == "https://b"
    with pytest.raises(PackageError, match="no package from fr to pl"):
        newest_links(index, source="fr", target="pl")


class Shelf(BaseHTTPRequestHandler):
    """Serves the index and the package, and goes on where a download broke off."""

    asked: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        start = 0
        if self.path == "/index.json":
            link = f"http://127.0.0.1:{self.server.server_port}/fr_en"  # type: ignore[attr-defined]
            offer = {"from_code": "fr", "to_code": "en", "package_version": "1", "links": [link]}
            data = json.dumps([offer]).encode()
        else:
            data = FR_EN.read_bytes()
            wanted = self.headers.get("Range")
            self.asked.append(wanted)
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def shelf() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Shelf)
    thread = Thread(target=server.serve_forever)
    thread.start()
    Shelf.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}/index.json"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_package_comes_from_the_index_with_progress(shelf: str, tmp_path: Path) -> None:
    store = PackageStore(tmp_path, index=shelf)
    seen: list[tuple[int, int | None]] = []
    store.install_from_index("fr", "en", progress=lambda done, total: seen.append((done, total)))
    size = FR_EN.stat().st_size
    assert seen[-1] == (size, size)
    assert [p.version for p in store.installed()] == ["0.1"]
    assert [path.name for path in tmp_path.iterdir()] == ["translate-fr_en-0_1"]


def test_a_broken_download_goes_on_where_it_stopped(shelf: str, tmp_path: Path) -> None:
    (tmp_path / ".download-fr_en.part").write_bytes(FR_EN.read_bytes()[:1000])
    PackageStore(tmp_path, index=shelf).install_from_index("fr", "en")
    assert Shelf.asked == ["bytes=1000-"]


def test_without_the_internet_the_error_says_what_to_do(tmp_path: Path) -> None:
    store = PackageStore(tmp_path / "packages", index="http://127.0.0.1:1/index.json")
    with pytest.raises(NoNetworkError, match="copy a package file"):
        store.install_from_index("fr", "en")


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="https"):
        PackageStore(tmp_path, index="file:///etc/passwd").install_from_index("fr", "en")


def test_leftovers_are_forgotten(tmp_path: Path) -> None:
    (tmp_path / ".incoming-1").mkdir()
    (tmp_path / ".leaving-1").mkdir()
    (tmp_path / ".download-fr_en.part").touch()
    (tmp_path / "translate-fr_en-0_1").mkdir()
    forget_downloads(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["translate-fr_en-0_1"]
