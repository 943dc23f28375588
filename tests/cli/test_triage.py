"""`flask triage`."""

import json
from pathlib import Path

import pytest
from flask import Flask

from app.cli.triage import group
from app.extensions import db
from app.lib.clock import now
from app.triage.models import ModelVersion, VersionState


def test_a_line_is_answered_with_level_confidence_and_reasons(desk: Flask) -> None:
    asked = '{"id": 7, "text": "My lawyer will write.", "lang": "en"}\nnonsense\n'
    found = desk.test_cli_runner().invoke(group, ["classify"], input=asked)
    said, refused = map(json.loads, found.output.splitlines())
    assert (said["id"], said["level"]) == (7, 2)
    assert {"confidence", "reasons", "intent", "intents"} <= set(said)
    assert "not JSON" in refused["error"]
    assert found.exit_code == 1


def test_the_history_says_what_became_of_each_version(desk: Flask) -> None:
    db.session.add(
        ModelVersion(version=3, at=now(), state=VersionState.REFUSED, texts=9, corrections=2,
                     worse=[["lang", "sv", 5, 4, 6]])
    )  # fmt: skip
    db.session.flush()
    said = desk.test_cli_runner().invoke(group, ["history"]).output
    assert "refused" in said
    assert "worse: lang sv 5 → 4 of 6" in said


def test_going_back_from_nowhere_says_why(desk: Flask) -> None:
    found = desk.test_cli_runner().invoke(group, ["back"])
    assert found.exit_code == 1
    assert "no earlier version" in found.output


@pytest.mark.parametrize("line", ['{"text": "x"}', "{", '{"text": 1, "lang": "en"}'])
def test_a_file_that_cannot_be_measured_is_refused(desk: Flask, tmp_path: Path, line: str) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text(line)
    found = desk.test_cli_runner().invoke(group, ["evaluate", str(file)])
    assert found.exit_code == 1
    assert "without text, lang and level" in found.output
