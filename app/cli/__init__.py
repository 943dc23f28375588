"""The desk's commands, one module a feature. `flask --help` lists them.

A command's module is imported when the command is used: training pulls in what a web process or a
mail door must not pay for.
"""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

COMMANDS = {
    "accounts": "accounts:group",
    "deadlines": "deadlines:group",
    "mail": "mail:group",
    "prepare": "start:prepare",
    "privacy": "privacy:group",
    "quality": "quality:group",
    "relay": "relay:group",
    "search": "search:group",
    "seed": "seed:command",
    "start": "start:start",
    "translation": "translation:group",
    "triage": "triage:group",
    "worker": "worker:group",
}


class DeskCommands(AppGroup):
    """The commands above, each imported at its first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, the desk's and those that extensions added."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"app.cli.{module}"), attribute)
        return command


def add_commands(app: Flask) -> None:
    """Make every command of the desk known to `flask`. To be called before other commands come."""
    app.cli = DeskCommands(name=app.name)
