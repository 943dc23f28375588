"""`flask privacy`: what would be hidden in a text."""

from typing import Any

from flask.cli import AppGroup

from app.cli.lines import each_line, optional_text, text_of
from app.privacy.redact import redact

group = AppGroup("privacy", help="Hide contact data.")


@group.command("redact")
def redact_lines() -> None:
    """{"id","text"[,"lang"]} → {"id","text","hidden":[{"kind","start","end"}]}."""
    each_line(_redact)


def _redact(asked: dict[str, Any]) -> dict[str, Any]:
    done = redact(text_of(asked), lang=optional_text(asked, "lang"))
    hidden = [{"kind": span.kind, "start": span.start, "end": span.end} for span in done.hidden]
    return {"text": done.text, "hidden": hidden}
