"""One spelling per mail address, and a name for it that a log may show.

Knows how two spellings of one address are told to be the same. Must never fold what providers
fold (dots, plus tags): two people could then share a mask. Must never write an address to a log.
"""

import hashlib
import hmac
import os
import re
import unicodedata

MASK = re.compile(r"[cakr][0-9a-hjkmnp-tv-z]{22}")
LOG_PREFIX = 5

_LOCAL = re.compile(r"[!-?A-~]{1,64}")  # printable ASCII without space and @
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_DOTS = str.maketrans("。．｡", "...")

# Without a vault, addresses can be told apart in one process's log and nowhere else.
_PROCESS_SECRET = os.urandom(32)


class AddressError(ValueError):
    """The text is not a mail address that the desk can write to."""


def normalise(address: str) -> str:
    """`Jane.Doe+x@Exämple.DE ` → `jane.doe+x@xn--exmple-cua.de`.

    Local part and domain in lower case, the domain as IDNA, a trailing dot dropped; dots and plus
    tags stay. Raises AddressError: no @, an empty or non-ASCII local part (case folding outside
    ASCII merges different letters), a domain that is none.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        raise AddressError("This is not a mail address: it needs a name, an @ and a domain.")
    if not _LOCAL.fullmatch(local):
        raise AddressError("The part before the @ may have plain letters, digits and signs only.")
    return f"{local.lower()}@{_normalise_domain(domain)}"


def _normalise_domain(domain: str) -> str:
    labels = domain.translate(_DOTS).removesuffix(".").split(".")
    encoded = [_encode_label(label) for label in labels]
    if len(encoded) < 2 or not all(_LABEL.fullmatch(label) for label in encoded):
        raise AddressError("The part after the @ is not a domain.")
    return ".".join(encoded)


def _encode_label(label: str) -> str:
    """One label as IDNA 2008 has it: ß and ς stay themselves, unlike in Python's own codec,
    which would make strasse.example and straße.example one buyer."""
    label = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode", "replace").decode("ascii")


def same(one: str, other: str) -> bool:
    """Are these two spellings of one address? False when either is none."""
    try:
        return normalise(one) == normalise(other)
    except AddressError:
        return False


def log_name(value: str, *, secret: bytes = _PROCESS_SECRET) -> str:
    """What a log may say instead of an address or a mask.

    A mask gives its first characters (`c8x2q…`): enough to find the row, not to write to. Anything
    else gives a keyed digest (`address#9f31c2a07b4e`). Pass `Vault.log_secret()` for names that
    are the same in every process.
    """
    local = value.strip().lower().partition("@")[0]
    if MASK.fullmatch(local):
        return local[:LOG_PREFIX] + "…"
    text = unicodedata.normalize("NFKC", value).strip().lower()
    digest = hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"address#{digest.hexdigest()[:12]}"
