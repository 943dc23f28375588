"""The running desk's vault, and the canary that tells whether its keys fit its database.

Knows where the key ring is kept. Must refuse to start rather than write under keys that cannot
open what is there. After a rotation the index keys of the old ring stay, sealed: masks that buyers
hold were marked with them, and nothing else is opened or found by them any more.
"""

import base64
from pathlib import Path

from flask import current_app
from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.config import Settings, SettingsError, write_secret
from app.extensions import Model, db, part
from app.privacy.vault import (
    KeyRing,
    KeyRingError,
    Vault,
    VaultError,
    blind_under,
    new_key_ring_text,
)

CANARY, RETIRED = 1, 2
ABOUT_RETIRED = "retired index keys"
KEY_BYTES = 32


class Canary(Model):
    """One text sealed with the desk's keys when its database was made, and what they retired."""

    __tablename__ = "canary"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


def vault() -> Vault:
    """The running desk's vault."""
    found: Vault = part("vault")
    return found


def make_vault(settings: Settings) -> Vault:
    """The vault of ADDRESS_KEYS, or of the ring kept in DATA_DIR. Raises SettingsError."""
    text = settings.address_keys or _kept_ring(settings.data_dir / "address_keys")
    try:
        return Vault(KeyRing.from_text(text))
    except KeyRingError as fault:
        raise SettingsError(f"ADDRESS_KEYS cannot be used. {fault}") from fault


def _kept_ring(path: Path) -> str:
    if not path.exists():
        write_secret(path, new_key_ring_text())
    return path.read_text("ascii").strip()


def check_canary() -> None:
    """Raise SettingsError when the keys are not those of the database. Sets a missing canary."""
    text = db.session.scalar(select(Canary.text).where(Canary.id == CANARY))
    if text is None:
        text = vault().make_canary()
        db.session.add(Canary(id=CANARY, text=text))
    retired = db.session.scalar(select(Canary.text).where(Canary.id == RETIRED))
    # Committed in any case: whoever checks goes on to serve, and must not hold a transaction.
    db.session.commit()
    try:
        vault().check_canary(text)
        current_app.extensions["retired_index_keys"] = _opened(retired)
    except VaultError as fault:
        raise SettingsError(
            "ADDRESS_KEYS is not the key ring that this database was written with. "
            "Put the old key back, behind the new one if you meant to rotate; where the setting is "
            "empty, the ring is the file address_keys in DATA_DIR. Until then nothing is taken, "
            "opened or sealed. What is lost without it: docs/privacy.md."
        ) from fault


def _opened(text: str | None) -> tuple[bytes, ...]:
    if not text:
        return ()
    keys = vault().open(base64.b64decode(text), about=ABOUT_RETIRED)
    return tuple(keys[at : at + KEY_BYTES] for at in range(0, len(keys), KEY_BYTES))


def retired_blinds(value: str, *, about: str) -> tuple[str, ...]:
    """The blind indexes of `value` under keys that are in the ring no more. Asks no row: the keys
    were read when the process checked its canary."""
    keys: tuple[bytes, ...] = current_app.extensions.get("retired_index_keys", ())
    return tuple(blind_under(key, value, about=about) for key in keys)


def retire_older_keys() -> None:
    """Seal the canary anew, and keep the index keys of the older keys. Not committed."""
    row = db.session.get(Canary, RETIRED)
    kept = dict.fromkeys((*_opened(row.text if row else None), *vault().older_index_keys()))
    sealed = base64.b64encode(vault().seal(b"".join(kept), about=ABOUT_RETIRED)).decode()
    db.session.merge(Canary(id=RETIRED, text=sealed))
    db.session.merge(Canary(id=CANARY, text=vault().make_canary()))
