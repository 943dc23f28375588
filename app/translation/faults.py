"""What can go wrong with a package, each as a sentence for the person who tried.

Knows the sentences' English and what is filled into them, so that a page can say the same in its
reader's language later. Must never carry more than names of packages, hosts, languages and sizes.
"""

from typing import Any


class PackageError(Exception):
    """A package cannot be installed or removed. `words` has %(name)s places for `values`.

    A sentence given to it is marked with `N_`, so that the interface's catalogs know it.
    """

    def __init__(self, words: str, **values: Any) -> None:
        super().__init__(words % values)
        self.words = words
        self.values = {name: str(value) for name, value in values.items()}


class NoRoomError(PackageError):
    """The disk cannot take it. What was downloaded is kept."""


class NoNetworkError(PackageError):
    """The package index or the package could not be reached."""


class BrokenOffError(NoNetworkError):
    """A download stopped in the middle; what has come is kept, and it can go on from there."""
