"""Lets argostranslate be imported without leaving folders in anybody's home.

argostranslate makes a data, a config and a cache folder under the home directory while it is being
imported, and fails where there is none that it may write to. It must never decide where the desk's
packages live: that is `app.config`'s.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_WHERE = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")


@contextmanager
def scratch_home() -> Iterator[None]:
    """Point argostranslate's folders at a place that is gone again when the block ends."""
    before = {name: os.environ.get(name) for name in _WHERE}
    with tempfile.TemporaryDirectory(prefix="argos-") as folder:
        os.environ.update(dict.fromkeys(_WHERE, folder))
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
