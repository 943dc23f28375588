"""What a password must be like. Pure; never keeps or repeats one."""

from app.web.i18n import N_

SHORTEST, LONGEST = 10, 200
FEWEST_LETTERS = 5  # different ones


class BadPassword(ValueError):
    """A password that is too easy. Its text is for the person who chose it."""


def check_password(password: str, again: str, *, known: tuple[str, ...] = ()) -> None:
    """Raise BadPassword unless `password` was typed twice alike, is long enough and is not made of
    what everybody knows of its person (`known`: name, address)."""
    if password != again:
        raise BadPassword(N_("The two passwords are not the same."))
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(N_("A password has at least 10 letters, better four words."))
    bare = password.lower()
    if len(set(bare)) < FEWEST_LETTERS or any(bare in word.lower() for word in known):
        raise BadPassword(N_("This password is too easy to guess."))
