"""The folder of kept files: each sealed, under a random name that says nothing.

Knows bytes and keys, no mail and no ticket. A file is on the disk for good before its row is
committed; a file without a row is an orphan, found by its age.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.config import Settings
from app.extensions import part
from app.lib.ids import random_id
from app.privacy.keys import vault

KEY_LENGTH = 32
_KEY = re.compile(rf"[0-9a-z]{{{KEY_LENGTH}}}")


class FileMissing(LookupError):
    """There is no such file in the folder."""


def put(content: bytes) -> str:
    """Keep `content` sealed; its key. On the disk when this returns."""
    key = random_id(KEY_LENGTH)
    _write(_path(key), vault().seal(content, about=f"attachment|{key}"))
    return key


def get(key: str) -> bytes:
    """What `put` was given. Raises FileMissing, or what the vault raises."""
    try:
        sealed = _path(key).read_bytes()
    except FileNotFoundError:
        raise FileMissing("The file is not in the folder any more.") from None
    return vault().open(sealed, about=f"attachment|{key}")


def remove(key: str) -> None:
    """Take the file away; one that is gone already is fine."""
    _path(key).unlink(missing_ok=True)


def reseal(key: str) -> bool:
    """Seal the file under the current key. False when it was already, or is not there."""
    path = _path(key)
    if not path.exists() or not vault().needs_rotation(sealed := path.read_bytes()):
        return False
    _write(path, vault().reseal(sealed, about=f"attachment|{key}"))
    return True


def keys_before(at: datetime) -> Iterator[str]:
    """The keys of files that were written before `at`, and leftovers of writes that broke off."""
    for path in _folder().glob("??/*"):
        if path.stat().st_mtime < at.timestamp():
            if _KEY.fullmatch(path.name):
                yield path.name
            else:
                path.unlink(missing_ok=True)


def _folder() -> Path:
    settings: Settings = part("settings")
    return settings.files_dir


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise FileMissing("This is not the key of a file.")
    return _folder() / key[:2] / key


def _write(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, never half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}-{random_id(6)}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        # The disk is full, perhaps: half a file would only make it fuller, at every new try.
        beside.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(parent: Path) -> None:
    """Have the folder's own list of names on the disk too."""
    folder = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
