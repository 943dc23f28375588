"""Seals addresses and raw mail at rest, and makes blind indexes to find them again.

Knows the key ring and the sealed format. Must never log, print or put into an error a key or a
plain text, and never write under a key that the desk did not start with (see `check_canary`).

Sealed bytes: version (1) · length of key id (1) · key id · key check (4) · nonce (12) ·
AES-256-GCM text and tag.
What the bytes are about (table, column, row) and the header are authenticated with them, so a
ciphertext copied into another row does not open there.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
CHECK_BYTES = 4
CANARY_ABOUT = "canary"
CANARY_TEXT = b"this desk's key ring"

_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class KeyRingError(ValueError):
    """The key ring's text cannot be used; the message says what to change."""


class VaultError(Exception):
    """A sealed value could not be opened."""


class WrongKey(VaultError):
    """The value was sealed under a key that is not in the ring."""


class Tampered(VaultError):
    """The value was altered, cut, or belongs to another row."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its id stands in each ciphertext, the secret never leaves the process."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys that can open, newest first; only the first one seals."""

    keys: tuple[Key, ...]

    @classmethod
    def from_text(cls, text: str) -> "KeyRing":
        """Read `id:base64key,id2:base64key`, the current key first.

        Raises KeyRingError with a sentence that never shows a key.
        """
        keys = tuple(_read_key(part.strip()) for part in text.split(",") if part.strip())
        if not keys:
            raise KeyRingError("The key ring is empty: it needs at least one id:key pair.")
        if len({key.id for key in keys}) < len(keys):
            raise KeyRingError("The key ring has the same key id twice.")
        return cls(keys)

    @property
    def current(self) -> Key:
        return self.keys[0]


def _read_key(part: str) -> Key:
    key_id, colon, encoded = part.partition(":")
    if not colon or not _KEY_ID.fullmatch(key_id):
        raise KeyRingError(
            "Each key is written id:base64key; an id has small letters, digits and hyphens only."
        )
    try:
        secret = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise KeyRingError(f"The key '{key_id}' is not base64.") from None
    if len(secret) != KEY_BYTES:
        raise KeyRingError(f"The key '{key_id}' is {len(secret)} bytes long; it must be 32.")
    return Key(key_id, secret)


def new_key_ring_text(key_id: str = "k1") -> str:
    """A fresh ring of one random key, as settings text."""
    if not _KEY_ID.fullmatch(key_id):
        raise KeyRingError("A key id has small letters, digits and hyphens only.")
    return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()}"


@dataclass(frozen=True, slots=True)
class _Working:
    """What one key is used as: separate subkeys, so that none can stand in for another."""

    id: bytes
    header: bytes
    cipher: AESGCM
    index: bytes
    log: bytes


def _prepare(key: Key) -> _Working:
    key_id = key.id.encode()
    header = bytes((VERSION, len(key_id))) + key_id + _subkey(key, "check")[:CHECK_BYTES]
    cipher = AESGCM(_subkey(key, "seal"))
    return _Working(key_id, header, cipher, _subkey(key, "blind index"), _subkey(key, "log name"))


def _subkey(key: Key, label: str) -> bytes:
    info = f"dragoman privacy 1 {label}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key.secret)


class Vault:
    """Seals and opens under a key ring. Safe to share between threads."""

    def __init__(self, keyring: KeyRing) -> None:
        self._keys = tuple(_prepare(key) for key in keyring.keys)
        self._by_id = {key.id: key for key in self._keys}
        self._current = self._keys[0]

    def seal(self, plain: bytes, *, about: str) -> bytes:
        """Encrypt under the current key. `about` names the place, for instance
        `buyers|address|17`; the same words are needed to open."""
        key = self._current
        nonce = os.urandom(NONCE_BYTES)
        return key.header + nonce + key.cipher.encrypt(nonce, plain, _bound(about, key.header))

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """Decrypt. Raises WrongKey (key not in the ring) or Tampered (altered, another row)."""
        key = self._key_of(sealed)
        start = len(key.header)
        # Without a copy: it may be a mail of 25 MB.
        body = memoryview(sealed)[start + NONCE_BYTES :]
        nonce = sealed[start : start + NONCE_BYTES]
        try:
            return key.cipher.decrypt(nonce, body, _bound(about, key.header))
        except (InvalidTag, ValueError):
            raise Tampered("The sealed value was altered or belongs to another row.") from None

    def seal_text(self, plain: str, *, about: str) -> bytes:
        return self.seal(plain.encode("utf-8", "surrogatepass"), about=about)

    def open_text(self, sealed: bytes, *, about: str) -> str:
        return self.open(sealed, about=about).decode("utf-8", "surrogatepass")

    def needs_rotation(self, sealed: bytes) -> bool:
        """True when the value opens, but under an older key than the current one."""
        return self._key_of(sealed) is not self._current

    def reseal(self, sealed: bytes, *, about: str) -> bytes:
        """The same plain text under the current key."""
        return self.seal(self.open(sealed, about=about), about=about)

    def blind(self, value: str, *, about: str) -> str:
        """64 hex digits by which a value is found without being stored. Normalise it first
        (`addresses.normalise`): the index knows nothing of upper case. `about` keeps the
        indexes of two columns apart."""
        return _blind(self._current, value, about)

    def blinds(self, value: str, *, about: str) -> tuple[str, ...]:
        """The blind index under each key, current first: ask for all of them while rotating."""
        return tuple(_blind(key, value, about) for key in self._keys)

    def older_index_keys(self) -> tuple[bytes, ...]:
        """The index keys of every key but the current one: what must outlive a rotation."""
        return tuple(key.index for key in self._keys[1:])

    def log_secret(self) -> bytes:
        """The key with which `addresses.log_name` names an address in logs, the same in every
        process that holds the ring."""
        return self._current.log

    def make_canary(self) -> str:
        """A text to keep in the database; `check_canary` tells later if the ring still fits."""
        return base64.b64encode(self.seal(CANARY_TEXT, about=CANARY_ABOUT)).decode()

    def check_canary(self, text: str) -> None:
        """Raises WrongKey or Tampered when this ring is not the one the database was written
        with. Run it before anything is accepted."""
        try:
            sealed = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise Tampered("The canary is not readable.") from None
        if self.open(sealed, about=CANARY_ABOUT) != CANARY_TEXT:
            raise Tampered("The canary holds something else.")

    def _key_of(self, sealed: bytes) -> _Working:
        if len(sealed) < 2 or sealed[0] != VERSION:
            raise Tampered("The sealed value is not in a known format.")
        key = self._by_id.get(sealed[2 : 2 + sealed[1]])
        if key is None:
            raise WrongKey("The value was sealed under a key that is not in the key ring.")
        if not hmac.compare_digest(sealed[: len(key.header)], key.header):
            raise WrongKey("The key ring has another key under this value's key id.")
        return key


def _bound(about: str, header: bytes) -> bytes:
    # the header's length stands in its second byte, so about|header reads back one way only
    return about.encode() + b"|" + header


def _blind(key: _Working, value: str, about: str) -> str:
    return blind_under(key.index, value, about=about)


def blind_under(index_key: bytes, value: str, *, about: str) -> str:
    """The blind index of `value` under one index key, the ring's or a retired one."""
    data = f"{len(about)}|{about}|{value}".encode("utf-8", "surrogatepass")
    return hmac.new(index_key, data, hashlib.sha256).hexdigest()
