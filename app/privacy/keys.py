"""The running desk's vault, and the canary that tells whether its keys fit its database.

Knows where the key ring is kept. Must refuse to start rather than write under keys that cannot
open what is there.
"""

from pathlib import Path

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.config import Settings, SettingsError, write_secret
from app.extensions import Model, db, part
from app.privacy.vault import KeyRing, KeyRingError, Vault, VaultError, new_key_ring_text


class Canary(Model):
    """One text sealed with the desk's keys when its database was made."""

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
    text = db.session.scalar(select(Canary.text))
    if text is None:
        text = vault().make_canary()
        db.session.add(Canary(id=1, text=text))
    # Committed in any case: whoever checks goes on to serve, and must not hold a transaction.
    db.session.commit()
    try:
        vault().check_canary(text)
    except VaultError as fault:
        raise SettingsError(
            "ADDRESS_KEYS is not the key ring that this database was written with. "
            "Put the old key back, behind the new one if you meant to rotate."
        ) from fault
