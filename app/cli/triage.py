"""`flask triage`: train the classifier, and ask it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.lines import each_line, optional_text, text_of
from app.config import Settings
from app.extensions import part
from app.phrasebook import load
from app.triage.evaluate import Labelled, evaluate
from app.triage.intake import classifier, said
from app.triage.train import train

PHRASEBOOK = Path(__file__).parent.parent.parent / "phrasebook"

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


@group.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def evaluate_file(file: Path) -> None:
    """How right the classifier is on FILE: JSON lines {"text","lang","level"[,"intent","id"]}."""
    lines = file.read_text("utf-8").splitlines()
    try:
        labelled = [_labelled(json.loads(line)) for line in lines if line.strip()]
    except (ValueError, KeyError, TypeError) as fault:
        raise click.ClickException(f"{file} has a line without text, lang and level.") from fault
    report = evaluate(classifier(), labelled)
    click.echo(str(report))
    for outcome in report.worst():
        click.echo(f"  {outcome.message.id}: level {outcome.verdict.level}, {outcome.message.text}")


def _labelled(line: dict[str, Any]) -> Labelled:
    return Labelled(
        line["text"], line["lang"], int(line["level"]), line.get("intent"), str(line.get("id", ""))
    )


@group.command("train")
def train_now() -> None:
    """Train the classifier from the phrasebook and keep it in DATA_DIR."""
    settings: Settings = part("settings")
    click.echo("Training the classifier from the phrasebook, about a minute …", err=True)
    train(load(PHRASEBOOK)).save(settings.classifier_path)
    _digest_path().write_text(_phrasebook_digest())


def train_if_needed() -> None:
    """Train when there is no classifier yet, or when the phrasebook has changed since."""
    settings: Settings = part("settings")
    trained_on = _digest_path().read_text() if _digest_path().exists() else ""
    if not settings.classifier_path.exists() or trained_on != _phrasebook_digest():
        click.get_current_context().invoke(train_now)


def _digest_path() -> Path:
    settings: Settings = part("settings")
    return settings.data_dir / "trained_on"


def _phrasebook_digest() -> str:
    """A fingerprint of what the classifier learns from: the buyers' sentences."""
    texts = [path.read_bytes() for path in sorted((PHRASEBOOK / "buyer").glob("*.yaml"))]
    return sha256(b"\0".join(texts)).hexdigest()
