"""The operator's page of translation packages: what is there, what is missing, what is coming.

Looks at the packages' folder and at job rows. It must never load a model nor download anything:
the worker does both, when a person has asked here.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, flash, render_template, request
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.accounts.models import Agent
from app.config import Settings
from app.extensions import csrf, db, part
from app.lib.clock import now
from app.lib.ids import random_id
from app.tickets.forms import read_text
from app.tickets.languages import package_words
from app.tickets.languages.seen import seen_without_package
from app.translation import installing
from app.translation.engine import PIVOT, Pair, routes
from app.translation.faults import PackageError
from app.translation.package_models import PackageJob, PackageQuality
from app.translation.packages import (
    MAX_BYTES,
    Installed,
    Origin,
    PackageStore,
    cannot_write,
    free_bytes,
    shipped_in,
)
from app.translation.quality import qualities, seal_of
from app.web.fragments import is_fragment, see_other
from app.web.guards import operator_only
from app.web.i18n import N_, gettext

blueprint = Blueprint("packages", __name__, url_prefix="/settings/languages")

LATEST = 12
Answer = str | Response | tuple[str, int]


@blueprint.get("")
@operator_only
def show() -> Answer:
    """The page; for htmx the part of it that changes while something is under way."""
    return _page()


def _page(complaint: str = "") -> str:
    store = _store()
    installed = store.installed()
    news = _news(installed)
    if is_fragment() and not complaint:
        return render_template("packages/_state.html", **news)
    there = {(package.source, package.target) for package in installed}
    return render_template(
        "packages/page.html",
        complaint=complaint, languages=_languages(), pivot=PIVOT, free=_free(store),
        seen=seen_without_package(routes(dict.fromkeys(there)), there, now=now()),
        shipped=sorted(shipped_in(installing.SHIPPED).keys() - there), **news,
    )  # fmt: skip


def _news(installed: Sequence[Installed]) -> dict[str, Any]:
    known = qualities()
    rows = [(package, _quality(package, known)) for package in installed]
    jobs = _jobs()
    busy = any(job.is_pending for job, _ in jobs) or any(row is None for _, row in rows)
    return {
        "rows": rows, "jobs": jobs, "busy": busy, "words": package_words,
        "size": sum(package.size for package in installed),
    }  # fmt: skip


def _quality(package: Installed, known: dict[Pair, PackageQuality]) -> PackageQuality | None:
    row = known.get((package.source, package.target))
    return row if row and row.measured_at and row.seal == seal_of(package) else None


def _jobs() -> Sequence[tuple[PackageJob, str | None]]:
    query = (
        select(PackageJob, Agent.name)
        .outerjoin(Agent, Agent.id == PackageJob.asked_by)
        .order_by(PackageJob.id.desc())
        .limit(LATEST)
    )
    return [(job, name) for job, name in db.session.execute(query)]


def _store() -> PackageStore:
    return PackageStore(_settings().packages_dir)


def _settings() -> Settings:
    settings: Settings = part("settings")
    return settings


def _free(store: PackageStore) -> int:
    return free_bytes(store.folder if store.folder.exists() else store.folder.parent)


def _languages() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_settings().desk_languages, PIVOT)))


@blueprint.errorhandler(PackageError)
def refused(error: PackageError) -> Answer:
    """It cannot be done: the page again, with the sentence."""
    db.session.rollback()
    return _page(gettext(error.words, **error.values)), 422


@blueprint.post("/jobs")
@operator_only
def install() -> Answer:
    """Have the worker install a pair from the index or from what comes with the desk."""
    origin = Origin.SHIPPED if read_text(request.form, "origin") == "shipped" else Origin.INDEX
    for pair in _asked_pairs():
        if origin == Origin.SHIPPED and pair not in shipped_in(installing.SHIPPED):
            raise PackageError(N_("The desk comes without a package for this pair."))
        installing.ask(pair, origin, by=current_user.id)
    return _done(gettext("The worker begins in a moment. You can leave this page."))


def _asked_pairs() -> list[Pair]:
    """`pair` fields such as "pl-en", or the two languages of the form, both ways if asked."""
    pairs = [tuple(text.split("-")) for text in request.form.getlist("pair")[:8]]
    if not pairs:
        one = read_text(request.form, "source"), read_text(request.form, "target")
        pairs = [one, one[::-1]] if request.form.get("both") else [one]
    known = set(_languages())
    if not all(len(pair) == 2 and set(pair) <= known and pair[0] != pair[1] for pair in pairs):
        raise PackageError(N_("Choose two different languages of the desk."))
    return [(pair[0], pair[1]) for pair in pairs]


@blueprint.post("/files")
@operator_only
def add_file() -> Answer:
    """Take a package file. The desk's usual limit would refuse it, so the token is looked at here,
    after the operator was seen; nobody waits for the database while hundreds of megabytes come."""
    db.session.commit()
    store = _store()
    store.make_room(2 * (request.content_length or 0))
    request.max_content_length = MAX_BYTES
    try:
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
        name, size = _kept(store, request.files.get("file"))
    except OSError as fault:
        raise cannot_write(fault) from fault
    installing.ask_file(name, size, by=current_user.id)
    return _done(gettext("The file has come. The worker checks it in a moment."))


csrf.exempt(add_file)


def _kept(store: PackageStore, file: FileStorage | None) -> tuple[str, int]:
    if file is None or not file.filename:
        raise PackageError(N_("Choose a package file, such as translate-pl_en-1_9.argosmodel."))
    place = store.folder / f".upload-{random_id(12)}.argosmodel"
    file.save(place)
    return place.name, place.stat().st_size


@blueprint.post("/jobs/<int:job_id>/cancellation")
@operator_only
def cancel(job_id: int) -> Answer:
    """Stop a job. What is installed stays."""
    installing.cancel(_store(), db.session.get(PackageJob, job_id) or abort(404))
    return _done(gettext("Cancelled."))


@blueprint.post("/<source>/<target>/removal")
@operator_only
def remove(source: str, target: str) -> Answer:
    """Take a package out."""
    gone = installing.remove(_store(), (source, target), by=current_user.id)
    return _done(
        gettext("Removed: %(pair)s.", pair=package_words.pair_words(gone.source, gone.target))
    )


def _done(said: str) -> Response:
    db.session.commit()
    flash(said)
    return see_other("packages.show")
