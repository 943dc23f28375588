"""`flask translation`: detect languages, translate, install packages."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.lines import BadLine, each_line, optional_text, text_of
from app.config import Settings
from app.extensions import part
from app.translation.engine import Engine
from app.translation.packages import PackageError, PackageStore
from app.translation.translator import translate_text

PRIOR_WEIGHT = 0.4

group = AppGroup("translation", help="Detect languages, translate, install packages.")


@group.command("detect")
def detect_lines() -> None:
    """{"id","text"[,"prior":"fr"]} → {"id","lang","confidence"}; "und" when it cannot tell."""
    each_line(_detect)


def _detect(asked: dict[str, Any]) -> dict[str, Any]:
    prior = optional_text(asked, "prior")
    priors = {prior: PRIOR_WEIGHT} if prior else None
    detected = part("detector").detect(text_of(asked), priors=priors)
    return {"lang": detected.lang, "confidence": round(detected.confidence, 4)}


@group.command("translate")
@click.option("--from", "source", required=True, metavar="LANG")
@click.option("--to", "target", required=True, metavar="LANG")
def translate_lines(source: str, target: str) -> None:
    """{"id","text"} → {"id","text","sentences","warnings"}."""
    engine: Engine = part("engine")()

    def translate(asked: dict[str, Any]) -> dict[str, Any]:
        done = translate_text(engine, text_of(asked), source=source, target=target)
        sentences = [asdict(sentence) for sentence in done.sentences]
        return {"text": done.text, "sentences": sentences, "warnings": list(done.warnings)}

    each_line(translate)


@group.command("install")
@click.option("--from-index", is_flag=True, help="Download the package for two languages.")
@click.argument("what", nargs=-1, required=True)
def install(what: tuple[str, ...], *, from_index: bool) -> None:
    """Install package files (*.argosmodel), or with --from-index the pair FROM TO."""
    settings: Settings = part("settings")
    store = PackageStore(settings.packages_dir)
    try:
        if from_index:
            _from_index(store, what)
        else:
            for path in what:
                installed = store.install_file(Path(path))
                click.echo(f"Installed {installed.source} → {installed.target}.", err=True)
    except (PackageError, BadLine) as fault:
        raise click.ClickException(str(fault)) from fault


def _from_index(store: PackageStore, what: tuple[str, ...]) -> None:
    if len(what) != 2:
        raise BadLine("--from-index takes two languages, for instance: --from-index fr en.")

    def progress(done: int, total: int | None) -> None:
        share = f"{100 * done // total} %" if total else f"{done // 1024} kB"
        click.echo(f"\rDownloading {what[0]} → {what[1]}: {share}", nl=done == total, err=True)

    store.install_from_index(*what, progress=progress)
