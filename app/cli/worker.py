"""`flask worker run`: the process that reads mail, translates, sends, and watches the clocks."""

from flask import current_app
from flask.cli import AppGroup

from app.cli.keys import keys_must_fit
from app.jobs import work

group = AppGroup("worker", help="The background worker.")


@group.command("run")
def run() -> None:
    """Run the schedule until stopped."""
    keys_must_fit()
    work(current_app._get_current_object())  # type: ignore[attr-defined]
