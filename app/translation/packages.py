"""The translation packages that are installed: which there are, putting one in, taking one out.

A package is tried in a folder beside the others and moved in at once, so that what translates never
sees half a package. It must never unpack outside its folder, and reaches for the internet only in
`install_from_index`, which only a person starts.
"""

import json
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.error import URLError
from urllib.request import Request, urlopen

from app.translation.engine import LoadedModel, open_package, packages_in

INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
MAX_FILES = 2000
MAX_BYTES = 3 * 1024**3  # unpacked
CHUNK = 256 * 1024
TIMEOUT = 30  # seconds without a byte
_CODE = re.compile(r"[a-z]{2,3}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,30}")

Progress = Callable[[int, int | None], None]


class PackageError(Exception):
    """A package cannot be installed or removed; says why in a sentence for who tried."""


class NoNetworkError(PackageError):
    """The package index or the package could not be reached."""


@dataclass(frozen=True, slots=True)
class Installed:
    """One package in the folder. `size` in bytes."""

    source: str
    target: str
    version: str
    folder: Path
    size: int


def no_progress(done: int, total: int | None) -> None:
    """Takes the bytes that have come and how many there will be, and does nothing."""


class PackageStore:
    """The folder that `engine.ArgosEngine` translates from. It is made when first needed."""

    def __init__(self, folder: Path, *, index: str = INDEX) -> None:
        self._folder = folder
        self._index = index

    def installed(self) -> list[Installed]:
        """The readable packages by pair."""
        found = packages_in(self._folder)
        return [
            Installed(source, target, package.package_version, path, _size(path))
            for (source, target), package in sorted(found.items())
            if (path := Path(package.package_path))
        ]

    def install_file(self, path: Path) -> Installed:
        """Check the .argosmodel file and put it in the place of others for its pair.

        Raises PackageError. Whatever goes wrong, what was installed before stays.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=self._folder) as scratch:
            unpacked = unpack(path, Path(scratch))
            new = tried(unpacked)
            return self._move_in(unpacked, new)

    def remove(self, source: str, target: str) -> None:
        """Take out the package for the pair. Raises PackageError when there is none."""
        found = packages_in(self._folder).get((source, target))
        if found is None:
            raise PackageError(f"No package from {source} to {target} is installed.")
        self._throw_away(Path(found.package_path))

    def install_from_index(
        self, source: str, target: str, *, progress: Progress = no_progress
    ) -> Installed:
        """Download the newest package for the pair and install it.

        A download that broke off goes on where it stopped. Raises NoNetworkError, PackageError.
        """
        links = newest_links(read_index(self._index), source=source, target=target)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f".download-{source}_{target}.part"
        download(links[0], part, progress=progress)
        try:
            return self.install_file(part)
        finally:
            part.unlink(missing_ok=True)

    def _move_in(self, unpacked: Path, new: Installed) -> Installed:
        older = [p for p in self.installed() if (p.source, p.target) == (new.source, new.target)]
        name = f"translate-{new.source}_{new.target}-{new.version.replace('.', '_')}"
        place = self._folder / name
        if place.exists():
            self._throw_away(place)
        unpacked.rename(place)
        for package in older:
            if package.folder != place:
                self._throw_away(package.folder)
        return Installed(new.source, new.target, new.version, place, new.size)

    def _throw_away(self, folder: Path) -> None:
        """Out of sight at once, then deleted: nobody may load what is half gone."""
        with tempfile.TemporaryDirectory(prefix=".leaving-", dir=self._folder) as scratch:
            folder.rename(Path(scratch) / folder.name)


def unpack(archive: Path, into: Path) -> Path:
    """The package's folder, unpacked under `into`. Raises PackageError for anything unsound."""
    try:
        with zipfile.ZipFile(archive) as opened:
            _refuse_unsound(opened.infolist())
            opened.extractall(into)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise PackageError(f"{archive.name} is not a readable package file.") from error
    folders = [path for path in into.iterdir() if path.is_dir()]
    if len(folders) != 1:
        raise PackageError("A package file must hold one folder and nothing beside it.")
    return folders[0]


def _refuse_unsound(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise PackageError("The package file is larger than a translation package can be.")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        linked = stat.S_ISLNK(entry.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or linked or ":" in entry.filename:
            raise PackageError("The package file tries to write outside its own folder.")


def tried(folder: Path) -> Installed:
    """What the unpacked package says of itself, after its model has translated a sentence.

    Raises PackageError when it does not say it properly or does not translate.
    """
    try:
        package = open_package(folder)
        LoadedModel(package, threads=1).translate(["Hello."])
    except Exception as error:  # whatever CTranslate2's reader trips over in a damaged model
        raise PackageError(f"The package {folder.name} does not work: {error}") from error
    if not (_CODE.fullmatch(package.from_code) and _CODE.fullmatch(package.to_code)):
        raise PackageError(f"The package {folder.name} does not name its languages by their codes.")
    if not _VERSION.fullmatch(package.package_version):
        raise PackageError(f"The package {folder.name} has no proper version.")
    return Installed(
        package.from_code, package.to_code, package.package_version, folder, _size(folder)
    )


def read_index(address: str) -> list[dict[str, Any]]:
    """The packages that the index offers. Raises NoNetworkError, PackageError."""
    with _opened(address) as (answer, _):
        try:
            index = json.loads(answer.read(50 * 1024 * 1024))
        except ValueError as error:
            raise PackageError("The package index is not readable.") from error
    if not isinstance(index, list):
        raise PackageError("The package index is not readable.")
    return [entry for entry in index if isinstance(entry, dict)]


def newest_links(index: list[dict[str, Any]], *, source: str, target: str) -> list[str]:
    """Where the newest package for the pair lies. Raises PackageError when it is not offered."""
    offers = [e for e in index if (e.get("from_code"), e.get("to_code")) == (source, target)]
    offers.sort(key=lambda e: [int(n) for n in re.findall(r"\d+", str(e.get("package_version")))])
    links = [link for e in reversed(offers) for link in e.get("links", []) if _is_web(link)]
    if not links:
        raise PackageError(f"The package index has no package from {source} to {target}.")
    return links


def download(address: str, to: Path, *, progress: Progress) -> None:
    """Bring `address` into the file `to`, going on after what is there already."""
    have = to.stat().st_size if to.exists() else 0
    with _opened(address, start=have) as (answer, goes_on):
        length = answer.headers.get("Content-Length")  # type: ignore[attr-defined]
        have = have if goes_on else 0
        total = have + int(length) if length and length.isdigit() else None
        with to.open("ab" if goes_on else "wb") as file:
            _copied(answer, file, have=have, total=total, progress=progress)


def _copied(
    answer: BinaryIO, file: BinaryIO, *, have: int, total: int | None, progress: Progress
) -> None:
    while piece := answer.read(CHUNK):
        file.write(piece)
        have += len(piece)
        if have > MAX_BYTES:
            raise PackageError("The package is larger than a translation package can be.")
        progress(have, total)
    if total is not None and have < total:
        raise NoNetworkError("The download broke off. Start it again; it goes on where it was.")


@contextmanager
def _opened(address: str, *, start: int = 0) -> Iterator[tuple[BinaryIO, bool]]:
    """The answer, and whether it begins at `start`."""
    if not _is_web(address):
        raise PackageError("A package address must begin with https:// or http://.")
    headers = {"User-Agent": "dragoman"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        with urlopen(Request(address, headers=headers), timeout=TIMEOUT) as answer:  # noqa: S310
            yield answer, start > 0 and answer.status == 206
    except (URLError, TimeoutError, ConnectionError) as error:
        raise NoNetworkError(
            "The package index cannot be reached. Without the internet, copy a package file here "
            "and install that."
        ) from error


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def forget_downloads(folder: Path) -> None:
    """Delete what broken downloads and installations left behind."""
    for path in folder.glob(".*"):
        if path.name.startswith((".incoming-", ".leaving-")):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(".download-"):
            path.unlink(missing_ok=True)
