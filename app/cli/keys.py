"""The check of the key ring that every command makes before it serves or seals."""

import click

from app.config import SettingsError
from app.privacy.keys import check_canary


def keys_must_fit() -> None:
    """End the command, in words for the operator, when the ring is not the database's."""
    try:
        check_canary()
    except SettingsError as fault:
        raise click.ClickException(f"Dragoman cannot start: {fault}") from fault
