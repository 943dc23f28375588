"""`flask triage`: train the classifier, and ask it."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.lines import each_line, optional_text, text_of
from app.config import Settings
from app.extensions import part
from app.phrasebook import load
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


@group.command("train")
def train_now() -> None:
    """Train the classifier from the phrasebook and keep it in DATA_DIR."""
    settings: Settings = part("settings")
    click.echo("Training the classifier from the phrasebook …", err=True)
    train(load(PHRASEBOOK)).save(settings.classifier_path)


def train_if_needed() -> None:
    """Train when there is no classifier yet."""
    settings: Settings = part("settings")
    if not settings.classifier_path.exists():
        click.get_current_context().invoke(train_now)
