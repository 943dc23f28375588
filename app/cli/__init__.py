"""The desk's commands, one module a feature. `flask --help` lists them."""

from flask import Flask

from app.cli import (
    accounts,
    deadlines,
    mail,
    privacy,
    relay,
    seed,
    start,
    translation,
    triage,
    worker,
)

GROUPS = (
    accounts.group,
    deadlines.group,
    mail.group,
    privacy.group,
    relay.group,
    seed.command,
    start.prepare,
    start.start,
    translation.group,
    triage.group,
    worker.group,
)


def add_commands(app: Flask) -> None:
    """Make every command of the desk known to `flask`."""
    for group in GROUPS:
        app.cli.add_command(group)
