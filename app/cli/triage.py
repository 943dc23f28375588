"""`flask triage`: ask the classifier, measure it, train it, and go back to an earlier version."""

import json
import os
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.lines import each_line, optional_text, text_of
from app.extensions import part
from app.phrasebook import load
from app.triage.evaluate import Labelled, Report, evaluate
from app.triage.intake import classifier, said
from app.triage.learning import (
    PHRASEBOOK,
    NotNow,
    core_messages,
    go_back,
    is_trained,
    train_version,
)
from app.triage.models import ModelVersion
from app.triage.train import train, without_languages
from app.triage.versions import all_versions

__all__ = ["PHRASEBOOK", "group", "train_if_needed"]

group = AppGroup("triage", help="Level and intent of buyers' messages.")


@group.command("classify")
def classify_lines() -> None:
    """{"id","text"[,"lang"]} → {"id","level","confidence","reasons"}."""
    each_line(_classify)


def _classify(asked: dict[str, Any]) -> dict[str, Any]:
    text = text_of(asked)
    lang = optional_text(asked, "lang") or part("detector").detect(text).lang
    verdict = classifier().classify(text, lang=lang)
    return {
        "level": verdict.level,
        "confidence": round(verdict.confidence, 4),
        "intent": verdict.intent,
        "intents": [[name, round(share, 4)] for name, share in verdict.intents],
        "reasons": [said(reason) for reason in verdict.reasons],
    }


# --- measuring -----------------------------------------------------------------------------


@group.command("evaluate")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--without", help="Train without these languages first, and measure on them alone.")
@click.option("--curve", is_flag=True, help="What other thresholds would cost.")
def evaluate_file(file: Path | None, without: str | None, curve: bool) -> None:
    """How right the classifier is on FILE: JSON lines {"text","lang","level"[,"intent","id"]}.

    Without FILE, on the frozen core.
    """
    labelled = _read(file) if file else core_messages()
    chosen = classifier()
    if without:
        langs = frozenset(without.replace(",", " ").split())
        labelled = [message for message in labelled if message.lang in langs]
        chosen = train(without_languages(load(PHRASEBOOK), langs))
    report = evaluate(chosen, labelled)
    click.echo(str(report))
    if curve:
        _show_curve(report)
    for outcome in report.worst():
        click.echo(f"  {outcome.message.id}: level {outcome.verdict.level}, {outcome.message.text}")


def _read(file: Path) -> list[Labelled]:
    lines = file.read_text("utf-8").splitlines()
    try:
        return [_labelled(json.loads(line)) for line in lines if line.strip()]
    except (ValueError, KeyError, TypeError) as fault:
        raise click.ClickException(f"{file} has a line without text, lang and level.") from fault


def _labelled(line: dict[str, Any]) -> Labelled:
    return Labelled(
        line["text"], line["lang"], int(line["level"]), line.get("intent"), str(line.get("id", ""))
    )


def _show_curve(report: Report) -> None:
    """The cost curve, with a bar for who would rather look."""
    click.echo("level 2 from   cost   level right   level 2 found")
    for point in report.curve():
        bar = "█" * round(point.cost * 100)
        click.echo(
            f"       {point.threshold:.2f}  {point.cost:.3f}        {point.accuracy:6.1%}"
            f"          {point.recall_2:6.1%}  {bar}"
        )


# --- learning ------------------------------------------------------------------------------


@group.command("train")
@click.option("--anyway", is_flag=True, help="Use the new version even if something got worse.")
@click.option("--behind", is_flag=True, hidden=True, help="Let everything else go first.")
def train_now(anyway: bool, behind: bool) -> None:
    """Train a new version, and use it unless a language or a level got worse."""
    if behind:
        os.nice(15)
    click.echo("Training the classifier from the phrasebook, under a minute …", err=True)
    try:
        click.echo(_line(train_version(anyway=anyway)))
    except NotNow as why:
        raise click.ClickException(str(why)) from why


@group.command("history")
def show_history() -> None:
    """Every version: when, what it learned from, its figures, and what became of it."""
    for version in all_versions():
        click.echo(_line(version))


@group.command("back")
def back() -> None:
    """Use the version before the one in use again."""
    try:
        click.echo(_line(go_back()))
    except NotNow as why:
        raise click.ClickException(str(why)) from why


def _line(row: ModelVersion) -> str:
    figures = row.figures or {"accuracy": 0, "recall_2": 0, "top_1": 0, "top_3": 0}
    said = (
        f"{row.version:4}  {row.at:%Y-%m-%d %H:%M}  {row.state:9}  {row.texts:6} texts, "
        f"{row.corrections} corrections, {row.seconds:.0f} s; level right "
        f"{figures['accuracy']:.1%}, level 2 found {figures['recall_2']:.1%}, intent "
        f"{figures['top_1']:.1%}, in three {figures['top_3']:.1%}"
    )
    worse = (f"{kind} {name} {was} → {now} of {of}" for kind, name, was, now, of in row.worse)
    return f"{said}; worse: {', '.join(worse)}" if row.worse else said


def train_if_needed() -> None:
    """Train when there is no classifier yet, or when the phrasebook has changed since."""
    if not is_trained():
        click.echo("Training the classifier from the phrasebook, under a minute …", err=True)
        train_version(anyway=True)
