"""`flask privacy`: what would be hidden in a text; seal everything under a new key."""

from collections import Counter
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.keys import keys_must_fit
from app.cli.lines import each_line, optional_text, text_of
from app.privacy.redact import redact
from app.relay.rotation import rotate

group = AppGroup("privacy", help="Hide contact data.")


@group.command("redact")
def redact_lines() -> None:
    """{"id","text"[,"lang"]} → {"id","text","hidden":[{"kind","start","end"}]}."""
    each_line(_redact)


def _redact(asked: dict[str, Any]) -> dict[str, Any]:
    done = redact(text_of(asked), lang=optional_text(asked, "lang"))
    hidden = [{"kind": span.kind, "start": span.start, "end": span.end} for span in done.hidden]
    return {"text": done.text, "hidden": hidden}


@group.command("rotate")
def rotate_keys() -> None:
    """Seal everything anew under the first key of ADDRESS_KEYS. May be stopped and run again."""
    keys_must_fit()
    done: Counter[str] = Counter()
    for table, rows in rotate():
        done[table] += rows
    for table, rows in done.items():
        click.echo(f"{table:12} {rows}")
    click.echo("The older keys may leave ADDRESS_KEYS now. Then restart every process.")
