"""`flask translation`: detect languages, translate, install packages."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli import tmx
from app.cli.lines import BadLine, each_line, optional_text, text_of
from app.config import Settings
from app.extensions import db, part
from app.translation.engine import Engine
from app.translation.faults import PackageError
from app.translation.fetching import PackageIndex, install_from_index
from app.translation.installing import remove
from app.translation.package_models import PackageQuality
from app.translation.packages import Installed, PackageStore, megabytes
from app.translation.quality import measure_next, qualities, seal_of
from app.translation.translator import translate_text
from app.translation.trial import tried_apart

PRIOR_WEIGHT = 0.4

group = AppGroup("translation", help="Detect languages, translate, install packages.")
group.add_command(tmx.group)


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
    try:
        if from_index:
            _say_installed(_from_index(what))
        else:
            for path in what:
                _say_installed(_store().install_file(Path(path)))
    except (PackageError, BadLine) as fault:
        raise click.ClickException(str(fault)) from fault


def _say_installed(package: Installed) -> None:
    click.echo(f"Installed {package.source} → {package.target}, {package.version}.", err=True)


def _from_index(what: tuple[str, ...]) -> Installed:
    if len(what) != 2:
        raise BadLine("--from-index takes two languages, for instance: --from-index fr en.")
    settings: Settings = part("settings")

    def progress(done: int, total: int) -> None:
        share = f"{100 * done // total} %" if total else f"{done // 1024} kB"
        click.echo(f"\rDownloading {what[0]} → {what[1]}: {share}", nl=done == total, err=True)

    index = PackageIndex(settings.package_index, settings.package_hosts)
    return install_from_index(_store(), index, (what[0], what[1]), progress=progress)


def _store() -> PackageStore:
    settings: Settings = part("settings")
    return PackageStore(settings.packages_dir, trial=tried_apart)


@group.command("packages")
def list_packages() -> None:
    """List the installed packages: pair, version, kind, size, quality on the check set."""
    known = qualities()
    for package in _store().installed():
        kind = "starter" if package.is_starter else "full"
        click.echo(
            f"{package.source} → {package.target}  {package.version:8} {kind:8} "
            f"{megabytes(package.size):4} MB  from {package.origin:8}  "
            f"{_quality(package, known.get((package.source, package.target)))}"
        )


def _quality(package: Installed, row: PackageQuality | None) -> str:
    if row is None or row.measured_at is None or row.seal != seal_of(package):
        return "not measured yet"
    return f"{row.translated} of {row.sentences} sentences, chrF2 {row.likeness}"


@group.command("measure")
def measure_packages() -> None:
    """Measure the packages that are not measured yet, as the worker does by itself."""
    while measure_next():
        pass


@group.command("remove")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def remove_package(source: str, target: str) -> None:
    """Take the package for a pair of languages out."""
    try:
        remove(_store(), (source, target), by=None)
    except PackageError as fault:
        raise click.ClickException(str(fault)) from fault
    db.session.commit()
