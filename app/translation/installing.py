"""Asking for packages, and installing them in the worker.

Knows the queue of package jobs, the store and the index. Nothing is downloaded unless a person
asked for it. A job belongs to the worker that renews it: one that was cancelled, or that another
worker took over because this one was silent for too long, is let go at the next sign of life.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.extensions import db, part
from app.lib.claim import claim
from app.lib.clock import now
from app.lib.database import reading
from app.translation.engine import Pair
from app.translation.faults import BrokenOffError, NoNetworkError, PackageError
from app.translation.fetching import PackageIndex, fetch, install_fetched
from app.translation.models import Draft, DraftState
from app.translation.package_models import PENDING, JobState, PackageJob, Stage
from app.translation.packages import Installed, Origin, PackageStore, shipped_in
from app.translation.trial import tried_apart
from app.web.i18n import N_

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parents[2] / "packages"
# A worker renews its job with every piece that comes and before every step; none takes this long.
FORGOTTEN_AFTER = timedelta(minutes=4)
RENEWED_EVERY = timedelta(seconds=0.5)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 180))
DRAFTS_AGAIN = 2_000  # how many of the newest drafts are looked at after an installation


@dataclass(frozen=True)
class Shop:
    """Where packages go, and where they come from."""

    store: PackageStore
    index: PackageIndex
    shipped: Path = SHIPPED


class OvertakenError(Exception):
    """The job is not this worker's any more."""


def shop_for(settings: Settings) -> Shop:
    """The real one: each package is tried in a process of its own."""
    index = PackageIndex(settings.package_index, settings.package_hosts)
    return Shop(PackageStore(settings.packages_dir, trial=tried_apart), index)


def ask(pair: Pair, origin: Origin, *, by: int | None) -> PackageJob:
    """A job for the pair, new or the one that is under way already. Not committed."""
    source, target = pair
    job = PackageJob(
        origin=origin, source_lang=source, target_lang=target, asked_by=by, state=JobState.WAITING
    )
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:
        under_way = select(PackageJob).where(
            PackageJob.source_lang == source, PackageJob.target_lang == target,
            PackageJob.state.in_(PENDING),
        )  # fmt: skip
        return db.session.scalars(under_way).one()
    return job


def ask_file(name: str, size: int, *, by: int | None) -> PackageJob:
    """A job for an uploaded file of that name in the store's folder. Not committed."""
    job = PackageJob(
        origin=Origin.FILE, file=name, asked_by=by, state=JobState.WAITING,
        done_bytes=size, total_bytes=size, stage=Stage.CHECKING,
    )  # fmt: skip
    db.session.add(job)
    return job


def remove(store: PackageStore, pair: Pair, *, by: int | None) -> Installed:
    """Take the pair's package out and note who did. Raises PackageError. Not committed."""
    gone = store.remove(*pair)
    note = PackageJob(
        origin=gone.origin, is_removal=True, source_lang=gone.source, target_lang=gone.target,
        version=gone.version, asked_by=by,
    )  # fmt: skip
    note.end(JobState.DONE, at=now())
    db.session.add(note)
    return gone


def cancel(store: PackageStore, job: PackageJob) -> None:
    """No more of it. A worker that is at it stops with the next piece. Not committed."""
    if not job.is_pending:
        return
    job.end(JobState.CANCELLED, at=now())
    if job.file:
        (store.folder / job.file).unlink(missing_ok=True)


def install_waiting(shop: Shop | None = None) -> int:
    """Install one package that waits. How many there were: 1 or 0."""
    shop = shop or shop_for(part("settings"))
    for job in claim(db.session, _waiting(now()), limit=1, mark=_take):
        _carry_out(job, shop)
        return 1
    return 0


def _waiting(at: datetime) -> Select[PackageJob]:
    forgotten = (PackageJob.state == JobState.WORKING) & (PackageJob.seen_at < at - FORGOTTEN_AFTER)
    due = (PackageJob.state == JobState.WAITING) & (PackageJob.due_at <= at)
    pending = PackageJob.state.in_(PENDING)  # names the partial index
    return select(PackageJob).where(pending, due | forgotten).order_by(PackageJob.due_at)


def _take(job: PackageJob) -> None:
    job.state, job.seen_at, job.tries = JobState.WORKING, now(), job.tries + 1


def _carry_out(job: PackageJob, shop: Shop) -> None:
    try:
        if job.tries > len(PAUSES) + 1:
            raise PackageError(N_("The installation was cut off again and again."))
        installed = _installed(job, shop)
    except OvertakenError:
        log.info("package job %s was cancelled or taken over", job.id)
        db.session.refresh(job)
    except PackageError as fault:
        _fail(job, fault)
    except Exception as fault:
        log.exception("package job %s failed", job.id)
        _fail(job, PackageError(N_("Something went wrong on our side: %(kind)s."),
                                kind=type(fault).__name__))  # fmt: skip
    else:
        _succeed(job, installed)
    if job.file and not job.is_pending:
        (shop.store.folder / job.file).unlink(missing_ok=True)
    shop.store.forget_leftovers()


def _installed(job: PackageJob, shop: Shop) -> Installed:
    if job.origin == Origin.INDEX:
        file = _downloaded(job, shop)
        _renew(job, stage=Stage.CHECKING)
        return install_fetched(shop.store, file, _pair(job))
    _renew(job, stage=Stage.CHECKING)
    if job.origin == Origin.FILE:
        return shop.store.install_file(shop.store.folder / job.file)
    file = shipped_in(shop.shipped).get(_pair(job), Path())
    return shop.store.install_file(file, origin=Origin.SHIPPED, pair=_pair(job))


def _downloaded(job: PackageJob, shop: Shop) -> Path:
    def progress(done: int, total: int) -> None:
        late = job.seen_at is None or now() - job.seen_at >= RENEWED_EVERY
        if late or done == total or total != job.total_bytes:
            _renew(job, done_bytes=done, total_bytes=total)

    offer = shop.index.newest(*_pair(job))
    _renew(job, stage=Stage.FETCHING, version=offer.version[:31])
    return fetch(shop.store, shop.index, offer, progress=progress)


def _pair(job: PackageJob) -> Pair:
    return job.source_lang or "", job.target_lang or ""


def _renew(job: PackageJob, **news: Any) -> None:
    """Say that the worker lives and how far it is. Raises OvertakenError."""
    mine = update(PackageJob).where(
        PackageJob.id == job.id, PackageJob.state == JobState.WORKING, PackageJob.tries == job.tries
    )
    done = db.session.execute(mine.values(seen_at=now(), **news))
    db.session.commit()
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise OvertakenError


def _fail(job: PackageJob, fault: PackageError) -> None:
    db.session.rollback()
    cut_off = isinstance(fault, BrokenOffError) or (
        isinstance(fault, NoNetworkError) and job.done_bytes > 0
    )
    if cut_off and job.tries <= len(PAUSES):
        job.put_off(now() + PAUSES[job.tries - 1])
    else:
        job.end(JobState.FAILED, at=now())
    job.fault = {"words": fault.words, "values": fault.values}
    db.session.commit()


def _succeed(job: PackageJob, installed: Installed) -> None:
    job.source_lang, job.target_lang = installed.source, installed.target
    job.version, job.fault = installed.version, {}
    job.end(JobState.DONE, at=now())
    db.session.commit()
    draft_again((installed.source, installed.target))


def draft_again(pair: Pair) -> None:
    """Ask once more for the newest drafts with something left untranslated that a package for the
    pair, now there is one, may translate: from its language or into it."""
    with reading():
        tried = select(Draft).where(Draft.state == DraftState.DONE).order_by(Draft.id.desc())
        drafts = db.session.scalars(tried.limit(DRAFTS_AGAIN)).all()
        db.session.commit()
    pairs = part("engine")().pairs()
    again = [d.id for d in drafts if not d.is_whole and _is_helped(_way(d), pair, pairs)]
    if again:
        done = Draft.state == DraftState.DONE
        db.session.execute(
            update(Draft).where(Draft.id.in_(again), done).values(state=DraftState.WAITING)
        )
        db.session.commit()


def _is_helped(way: Pair, pair: Pair, pairs: frozenset[Pair]) -> bool:
    return way in pairs and (way[0] == pair[0] or way[1] == pair[1])


def _way(draft: Draft) -> Pair:
    return draft.source_lang, draft.target_lang
