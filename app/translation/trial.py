"""Tries a package before anything translates with it: it must say what it is, load, and translate.

A damaged model, or one made for another machine, can end the program that loads it. `tried_apart`
therefore tries it in a process of its own; a worker must use no other way. `python -m
app.translation.trial FOLDER` is that process.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.translation.engine import open_package
from app.translation.faults import PackageError
from app.translation.loaded import LoadedModel
from app.web.i18n import N_

SECONDS = 120
SENTENCE = "Hello."
_CODE = re.compile(r"[a-z]{2,3}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,30}")
_PATH = re.compile(r"\S*/\S*")
APART = (sys.executable, "-m", "app.translation.trial")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a package that works says of itself."""

    source: str
    target: str
    version: str


def tried(folder: Path) -> Tried:
    """What the unpacked package says of itself, after its model has translated a sentence.

    Raises PackageError when it does not say it properly or does not translate.
    """
    try:
        package = open_package(folder)
        said = LoadedModel(package, threads=1).retold(SENTENCE)
    except Exception as error:  # whatever CTranslate2's reader trips over in a damaged model
        raise _does_not_work(str(error)) from error
    if not said:
        raise _does_not_work("it translates nothing")
    if not (_CODE.fullmatch(package.from_code) and _CODE.fullmatch(package.to_code)):
        raise PackageError(N_("The package does not name its languages by their codes."))
    if not _VERSION.fullmatch(package.package_version):
        raise PackageError(N_("The package has no proper version."))
    return Tried(package.from_code, package.to_code, package.package_version)


def _does_not_work(why: str) -> PackageError:
    brief = _PATH.sub("…", " ".join(why.split()))[:160]
    return PackageError(N_("The package does not work: %(why)s"), why=brief.rstrip(".") + ".")


def tried_apart(folder: Path, *, command: Sequence[str] = APART, seconds: float = SECONDS) -> Tried:
    """The same in a child process, which a bad model may end without ending this one."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words and a folder of ours
            [*command, str(folder)], cwd=_ROOT, check=False, capture_output=True, timeout=seconds
        )
    except subprocess.TimeoutExpired as late:
        raise PackageError(
            N_("The package took longer than %(seconds)s seconds to load."), seconds=int(seconds)
        ) from late
    return _read(done)


def _read(done: subprocess.CompletedProcess[bytes]) -> Tried:
    if done.returncode < 0:
        raise PackageError(
            N_("The package’s model ended the program that tried it: it is damaged, made for "
               "another kind of machine, or too big for this one.")
        )  # fmt: skip
    try:
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise _does_not_work("its trial gave no answer") from error
    if "words" in said:
        raise PackageError(said["words"], **said["values"])
    return Tried(**said)


def main(folder: str) -> None:
    """One line of JSON: what the package is, or what is wrong with it."""
    try:
        found = tried(Path(folder))
    except PackageError as fault:
        said: dict[str, Any] = {"words": fault.words, "values": fault.values}
    else:
        said = {"source": found.source, "target": found.target, "version": found.version}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
