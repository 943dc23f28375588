"""Random names for things: nothing in them can be guessed, counted or read aloud wrongly."""

import secrets

# Crockford's alphabet in lower case: no i, l, o, u.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def random_id(length: int) -> str:
    """`length` characters of five random bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def encode32(number: int, length: int) -> str:
    """`number` in `length` characters, the most significant first."""
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))
