"""The translation packages that are installed: which there are, putting one in, taking one out.

A package is tried in a folder beside the others and moved in at once, so that what translates never
sees half a package. It must never unpack outside its folder, nor reach for a network: that is
`fetching`'s.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from app.translation.engine import Pair, packages_in
from app.translation.faults import NoRoomError, PackageError
from app.translation.loaded import read_extra
from app.translation.trial import Tried, tried
from app.web.i18n import N_

MAX_FILES = 2000
MAX_BYTES = 3 * 1024**3  # unpacked
RESERVE = 256 * 1024**2  # bytes that stay free on the disk: mail and database live there too
LEFT_AFTER = 24 * 3600  # seconds after which what an installation left behind is rubbish
_ORIGIN = "origin.txt"


class Origin(StrEnum):
    """Where a package came from."""

    SHIPPED = "shipped"
    INDEX = "index"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Installed:
    """One package in the folder. `size` in bytes. A starter package knows support sentences only;
    a full one for its pair takes its place."""

    source: str
    target: str
    version: str
    folder: Path
    size: int
    origin: Origin = Origin.FILE
    is_starter: bool = False

    @property
    def seal(self) -> str:
        """Tells it from another package that takes its place."""
        model = (self.folder / "model" / "model.bin").stat()
        return f"{self.version}-{model.st_size}-{model.st_mtime_ns}"


Trial = Callable[[Path], Tried]


def free_bytes(folder: Path) -> int:
    """What the disk under `folder` has left."""
    return shutil.disk_usage(folder).free


class PackageStore:
    """The folder that `engine.ArgosEngine` translates from. It is made when first needed.

    `trial` says what a package is and that it works; `free` how many bytes the disk has left.
    """

    def __init__(
        self, folder: Path, *, trial: Trial = tried, free: Callable[[Path], int] = free_bytes
    ) -> None:
        self.folder = folder
        self._trial = trial
        self._free = free

    def installed(self) -> list[Installed]:
        """The readable packages by pair."""
        found = packages_in(self.folder)
        return [
            _installed(Path(package.package_path), Tried(*pair, package.package_version))
            for pair, package in sorted(found.items())
        ]

    def install_file(
        self, path: Path, *, origin: Origin = Origin.FILE, pair: Pair | None = None
    ) -> Installed:
        """Check the .argosmodel file and put it in the place of others for its pair.

        Raises PackageError, also for another `pair` than the one that was asked for. Whatever goes
        wrong, what was installed before stays.
        """
        self.make_room(0)
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=self.folder) as scratch:
            unpacked = self._unpacked(path, Path(scratch))
            new = self._trial(unpacked)
            if pair not in {None, (new.source, new.target)}:
                raise PackageError(
                    N_("The file translates from %(source)s to %(target)s, which "
                       "nobody asked for."),
                    source=new.source, target=new.target,
                )  # fmt: skip
            (unpacked / _ORIGIN).write_text(origin, "ascii")
            return self._move_in(unpacked, new)

    def make_room(self, wanted: int) -> None:
        """The folder is there and the disk can take `wanted` bytes more. Raises PackageError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        free = self._free(self.folder)
        if free < wanted + RESERVE:
            raise NoRoomError(
                N_("The disk has too little room: %(need)s MB are needed, %(free)s MB are free. "
                   "Free some and try again; what is installed stays."),
                need=megabytes(wanted + RESERVE), free=megabytes(free),
            )  # fmt: skip

    def remove(self, source: str, target: str) -> Installed:
        """Take out the package for the pair. Raises PackageError when there is none."""
        with self._alone():
            for package in self.installed():
                if (package.source, package.target) == (source, target):
                    self._throw_away(package.folder)
                    self._unwanted(source, target).touch()
                    return package
        raise PackageError(
            N_("No package from %(source)s to %(target)s is installed."),
            source=source, target=target,
        )  # fmt: skip

    def is_unwanted(self, source: str, target: str) -> bool:
        """Whether somebody took the pair's package out and nobody has put one in since."""
        return self._unwanted(source, target).exists()

    def _unwanted(self, source: str, target: str) -> Path:
        return self.folder / f".without-{source}_{target}"

    def forget_leftovers(self) -> None:
        """Delete what installations that were cut off left behind long ago."""
        before = time.time() - LEFT_AFTER
        for path in self.folder.glob(".*"):
            with suppress(FileNotFoundError):  # another worker cleaned up first
                if path.name.startswith(LEFTOVERS) and path.lstat().st_mtime < before:
                    _delete(path)

    def _unpacked(self, archive: Path, into: Path) -> Path:
        try:
            with zipfile.ZipFile(archive) as opened:
                _refuse_unsound(opened.infolist())
                self.make_room(sum(entry.file_size for entry in opened.infolist()))
                opened.extractall(into)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise PackageError(N_("This is not a readable package file.")) from error
        except OSError as error:
            raise cannot_write(error) from error
        folders = [path for path in into.iterdir() if path.is_dir()]
        if len(folders) != 1:
            raise PackageError(N_("A package file must hold one folder and nothing beside it."))
        return folders[0]

    def _move_in(self, unpacked: Path, new: Tried) -> Installed:
        """One at a time: two installations of a pair would trip over each other here."""
        place = self.folder / f"translate-{new.source}_{new.target}-{_in_a_name(new.version)}"
        with self._alone():
            there = self.installed()
            older = [p for p in there if (p.source, p.target) == (new.source, new.target)]
            if _is_starter(unpacked) and any(not old.is_starter for old in older):
                raise PackageError(
                    N_("A full package is installed for this pair; a starter package knows less. "
                       "Remove the full one first.")
                )  # fmt: skip
            if place.exists():
                self._throw_away(place)
            unpacked.rename(place)
            self._unwanted(new.source, new.target).unlink(missing_ok=True)
            for package in older:
                if package.folder != place:
                    self._throw_away(package.folder)
            return _installed(place, new)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else moves packages meanwhile, in this process or another."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _throw_away(self, folder: Path) -> None:
        """Out of sight at once, then deleted: nobody may load what is half gone."""
        with tempfile.TemporaryDirectory(prefix=".leaving-", dir=self.folder) as scratch:
            folder.rename(Path(scratch) / folder.name)


LEFTOVERS = (".incoming-", ".leaving-", ".download-", ".upload-")


def bring_shipped(store: PackageStore, folder: Path) -> None:
    """Install what comes with the desk, where nothing or another starter package is installed.

    What somebody took out stays out until somebody asks for it.
    """
    there = {(package.source, package.target): package for package in store.installed()}
    for (source, target), path in shipped_in(folder).items():
        old = there.get((source, target))
        if store.is_unwanted(source, target):
            continue
        if old is None or (old.is_starter and _in_a_name(old.version) != path.stem.split("-")[-1]):
            store.install_file(path, origin=Origin.SHIPPED)


def shipped_in(folder: Path) -> dict[tuple[str, str], Path]:
    """The package files that come with the desk, by pair, told by their names."""
    found = {}
    for path in sorted(folder.glob("translate-*.argosmodel")):
        source, target = path.stem.split("-")[1].split("_")
        found[source, target] = path
    return found


def _refuse_unsound(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise PackageError(N_("The package file is larger than a translation package can be."))
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        linked = stat.S_ISLNK(entry.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or linked or ":" in entry.filename:
            raise PackageError(N_("The package file tries to write outside its own folder."))


def cannot_write(error: OSError) -> NoRoomError:
    """The disk's own trouble as a sentence."""
    return NoRoomError(
        N_("The package cannot be written to the disk: %(why)s. What is installed stays."),
        why=error.strerror or type(error).__name__,
    )


def megabytes(size: int) -> int:
    """Whole megabytes, rounded up."""
    return -(-size // 1024**2)


def _installed(folder: Path, said: Tried) -> Installed:
    return Installed(
        said.source, said.target, said.version, folder, _size(folder),
        origin=_origin(folder), is_starter=_is_starter(folder),
    )  # fmt: skip


def _origin(folder: Path) -> Origin:
    try:
        return Origin((folder / _ORIGIN).read_text("ascii").strip())
    except (OSError, ValueError):
        return Origin.FILE


def _is_starter(folder: Path) -> bool:
    try:
        return bool(read_extra(folder).get("starter"))
    except (OSError, ValueError, AttributeError):  # just thrown away by somebody else
        return False


def _in_a_name(version: str) -> str:
    return version.replace(".", "_")


def _size(folder: Path) -> int:
    """In bytes; what somebody throws away meanwhile counts nothing."""
    size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                size += Path(path, name).stat().st_size
    return size


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
