"""JSON lines in on stdin, JSON lines out on stdout, and nothing else on stdout.

A line that cannot be used gets `{"id", "error"}` and the rest goes on; the command then ends
with status 1.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

Work = Callable[[dict[str, Any]], dict[str, Any]]


class BadLine(ValueError):
    """A line that cannot be used. Its text says why."""


def each_line(work: Work) -> None:
    """Answer every line of stdin with what `work` makes of it; its `id` is echoed."""
    failed = False
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer = _answer(line, work)
        failed = failed or "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False))
    if failed:
        raise click.exceptions.Exit(1)


def _answer(line: bytes, work: Work) -> dict[str, Any]:
    line_id = None
    try:
        asked = _read(line)
        line_id = asked.get("id")
        return {"id": line_id, **work(asked)}
    except BadLine as fault:
        return {"id": line_id, "error": str(fault)}
    except Exception as fault:
        return {
            "id": line_id,
            "error": f"This line could not be worked on: {type(fault).__name__}.",
        }


def _read(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError as fault:
        raise BadLine("This line is not JSON.") from fault
    if not isinstance(asked, dict):
        raise BadLine("This line is not a JSON object.")
    return asked


def text_of(asked: dict[str, Any], name: str = "text") -> str:
    """The string under `name`. Raises BadLine when it is missing or not a string."""
    value = asked.get(name)
    if not isinstance(value, str):
        raise BadLine(f"“{name}” is missing or not a string.")
    return value


def optional_text(asked: dict[str, Any], name: str) -> str | None:
    """The string under `name`, None when it is absent. Raises BadLine for anything else."""
    return text_of(asked, name) if asked.get(name) is not None else None
