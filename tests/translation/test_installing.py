"""Workers install packages: what breaks goes on, what dies is taken over, nothing comes twice."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.extensions import db
from app.translation import draft as drafts
from app.translation.faults import PackageError
from app.translation.fetching import Offer, PackageIndex
from app.translation.installing import (
    FORGOTTEN_AFTER,
    PAUSES,
    Shop,
    ask,
    ask_file,
    cancel,
    install_waiting,
    remove,
)
from app.translation.models import DraftState
from app.translation.package_models import JobState, PackageJob, Stage
from app.translation.packages import Origin, PackageStore
from app.translation.trial import Tried, tried
from tests.fakes import SteppedClock
from tests.translation.conftest import PACKAGES
from tests.translation.shelf import FR_EN, Shelf, open_shelf

PAIR = ("fr", "en")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with open_shelf() as shelf:
        yield shelf


@pytest.fixture
def shop(shelf: Shelf, tmp_path: Path) -> Shop:
    return Shop(PackageStore(tmp_path / "packages"), PackageIndex(shelf.index_url))


def asked(pair: tuple[str, str] = PAIR, origin: Origin = Origin.INDEX) -> PackageJob:
    job = ask(pair, origin, by=None)
    db.session.commit()
    return job


def at_rest(job: PackageJob) -> PackageJob:
    db.session.expire_all()
    return db.session.get_one(PackageJob, job.id)


def pairs(shop: Shop) -> list[tuple[str, str]]:
    return [(package.source, package.target) for package in shop.store.installed()]


def test_nothing_is_downloaded_unless_asked(desk: Flask, shop: Shop, shelf: Shelf) -> None:
    assert install_waiting(shop) == 0
    assert shelf.asked == []


def test_an_asked_package_is_installed_and_its_bytes_are_counted(desk: Flask, shop: Shop) -> None:
    job = asked()
    assert install_waiting(shop) == 1
    job = at_rest(job)
    assert (job.state, job.version) == (JobState.DONE, "0.1")
    assert job.done_bytes == job.total_bytes == len(FR_EN)
    assert job.ended_at is not None
    assert pairs(shop) == [PAIR]
    assert install_waiting(shop) == 0


def test_asking_twice_is_one_job(desk: Flask, shop: Shop, shelf: Shelf) -> None:
    assert asked().id == asked().id
    install_waiting(shop)
    assert install_waiting(shop) == 0
    assert len(shelf.asked) == 1
    assert asked().state == JobState.WAITING  # once it is done it may be asked for again


def test_a_broken_download_goes_on_by_itself_after_a_pause(
    desk: Flask, shop: Shop, shelf: Shelf, clock: SteppedClock
) -> None:
    shelf.drops = [200_000, 300_000]
    job = asked()
    install_waiting(shop)
    job = at_rest(job)
    assert job.state == JobState.WAITING
    assert "broke off" in job.fault["words"]
    assert install_waiting(shop) == 0
    for pause in PAUSES[:2]:
        clock.at += pause
        assert install_waiting(shop) == 1
    job = at_rest(job)
    assert (job.state, job.fault) == (JobState.DONE, {})
    assert [wanted for _, wanted in shelf.asked] == [None, "bytes=200000-", "bytes=500000-"]


def test_a_download_that_always_breaks_is_given_up_and_goes_on_when_asked_again(
    desk: Flask, shop: Shop, shelf: Shelf, clock: SteppedClock
) -> None:
    shelf.drops = [50_000] * (len(PAUSES) + 1)
    job = asked()
    for pause in (*PAUSES, timedelta(0)):
        install_waiting(shop)
        clock.at += pause
    assert at_rest(job).state == JobState.FAILED
    again = asked()
    assert again.id != job.id
    install_waiting(shop)
    assert at_rest(again).state == JobState.DONE
    assert shelf.asked[-1][1] == f"bytes={50_000 * (len(PAUSES) + 1)}-"


def test_without_a_network_the_job_says_what_to_do(desk: Flask, shop: Shop) -> None:
    job = asked()
    install_waiting(Shop(shop.store, PackageIndex("http://127.0.0.1:1/index.json")))
    job = at_rest(job)
    assert job.state == JobState.FAILED
    assert "install it here from the file" in job.fault["words"]
    assert job.fault["values"] == {"host": "127.0.0.1"}


def test_a_package_that_is_not_offered_or_gone_is_said(
    desk: Flask, shop: Shop, shelf: Shelf
) -> None:
    strange = asked(("pl", "en"))
    install_waiting(shop)
    assert "has no package" in at_rest(strange).fault["words"]
    shelf.files = {}
    gone = asked()
    install_waiting(shop)
    assert "(404)" in at_rest(gone).fault["words"]


def test_a_package_for_another_pair_than_the_one_asked_for_is_refused(
    desk: Flask, shop: Shop, shelf: Shelf
) -> None:
    shop.store.install_file(PACKAGES / "translate-fr_en-0_1.argosmodel")
    before = shop.store.installed()
    job = asked(("en", "fr"))  # the shelf gives the package from French to English for all
    install_waiting(shop)
    assert "which nobody asked for" in at_rest(job).fault["words"]
    assert shop.store.installed() == before


def test_an_uploaded_file_is_installed_and_not_kept(desk: Flask, shop: Shop) -> None:
    shop.store.make_room(0)
    (shop.store.folder / ".upload-x").write_bytes(FR_EN)
    job = ask_file(".upload-x", len(FR_EN), by=None)
    db.session.commit()
    install_waiting(shop)
    job = at_rest(job)
    assert (job.state, job.source_lang, job.target_lang) == (JobState.DONE, *PAIR)
    assert not (shop.store.folder / ".upload-x").exists()


def test_a_bad_file_is_refused_in_a_sentence_and_disables_nothing(desk: Flask, shop: Shop) -> None:
    shop.store.install_file(PACKAGES / "translate-en_fr-0_1.argosmodel")
    (shop.store.folder / ".upload-x").write_bytes(FR_EN[:100_000])
    job = ask_file(".upload-x", 100_000, by=None)
    db.session.commit()
    install_waiting(shop)
    assert "not a readable package file" in at_rest(job).fault["words"]
    assert pairs(shop) == [("en", "fr")]
    assert not (shop.store.folder / ".upload-x").exists()


def test_a_shipped_package_comes_back_from_the_project(desk: Flask, shop: Shop) -> None:
    job = asked(("de", "en"), Origin.SHIPPED)
    install_waiting(shop)
    assert at_rest(job).state == JobState.DONE
    assert [package.origin for package in shop.store.installed()] == [Origin.SHIPPED]
    nothing = asked(("xx", "en"), Origin.SHIPPED)
    install_waiting(shop)
    assert at_rest(nothing).state == JobState.FAILED


def test_a_fault_of_ours_ends_the_job_and_not_the_worker(desk: Flask, shop: Shop) -> None:
    def broken(_folder: Path) -> Tried:
        raise ZeroDivisionError

    job = asked()
    store = PackageStore(shop.store.folder, trial=broken)
    assert install_waiting(Shop(store, shop.index)) == 1
    assert at_rest(job).fault["values"] == {"kind": "ZeroDivisionError"}


def test_a_cancelled_job_is_not_begun(desk: Flask, shop: Shop, shelf: Shelf) -> None:
    job = asked()
    cancel(shop.store, job)
    db.session.commit()
    assert install_waiting(shop) == 0
    assert shelf.asked == []


def test_what_ended_is_not_cancelled(desk: Flask, shop: Shop) -> None:
    job = asked()
    install_waiting(shop)
    job = at_rest(job)
    cancel(shop.store, job)
    assert job.state == JobState.DONE


def test_a_removal_is_noted(desk: Flask, shop: Shop) -> None:
    shop.store.install_file(PACKAGES / "translate-fr_en-0_1.argosmodel")
    remove(shop.store, PAIR, by=None)
    db.session.commit()
    note = db.session.scalars(db.select(PackageJob)).one()
    assert (note.is_removal, note.state, note.version) == (True, JobState.DONE, "0.1")
    assert pairs(shop) == []
    with pytest.raises(PackageError):
        remove(shop.store, PAIR, by=None)


def test_drafts_that_failed_for_want_of_the_package_are_made_again(desk: Flask, shop: Shop) -> None:
    lacking, translated, other = (
        drafts.ask("ticket:1", f"Bonjour {lang}", source=lang, target="en")
        for lang in ("fr", "fr-done", "sv")
    )
    for row in (lacking, translated, other):
        row.state, row.warnings = DraftState.DONE, ["No package translates this."]
        row.sentences = [{"translated": False}]
    translated.source_lang, translated.sentences = "fr", [{"translated": True}]
    asked()
    install_waiting(shop)
    db.session.expire_all()
    assert [row.state for row in (lacking, translated, other)] == [
        DraftState.WAITING, DraftState.DONE, DraftState.DONE,
    ]  # fmt: skip


def until(what: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def in_a_worker(app: Flask, shop: Shop, done: list[int]) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            done.append(install_waiting(shop))
            db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def state_of(app: Flask) -> tuple[str, int, int]:
    with app.app_context():
        job = db.session.scalars(db.select(PackageJob).order_by(PackageJob.id.desc())).first()
        assert job is not None
        db.session.rollback()
        return job.state, job.done_bytes, job.total_bytes


def test_the_bar_moves_while_bytes_come_and_a_cancelled_download_stops(
    fresh_app: Flask, shop: Shop, shelf: Shelf
) -> None:
    shelf.gate = threading.Event()
    shelf.files["/fr_en"] = FR_EN * 3
    with fresh_app.app_context():
        asked()
    done: list[int] = []
    worker = in_a_worker(fresh_app, shop, done)
    until(lambda: state_of(fresh_app)[2] == 3 * len(FR_EN))
    assert state_of(fresh_app)[0] == JobState.WORKING
    with fresh_app.app_context():
        cancel(shop.store, db.session.scalars(db.select(PackageJob)).one())
        db.session.commit()
    time.sleep(0.6)  # the worker says that it lives twice a second
    shelf.gate.set()
    worker.join(20)
    assert state_of(fresh_app)[0] == JobState.CANCELLED
    assert pairs(shop) == []


def test_two_workers_install_two_packages_and_neither_twice(
    fresh_app: Flask, shop: Shop, shelf: Shelf
) -> None:
    shelf.files["/en_fr"] = (PACKAGES / "translate-en_fr-0_1.argosmodel").read_bytes()
    shelf.index = [
        {"from_code": a, "to_code": b, "package_version": "1", "links": [f"{shelf.url}/{a}_{b}"]}
        for a, b in (("fr", "en"), ("en", "fr"))
    ]
    with fresh_app.app_context():
        asked(("fr", "en"))
        asked(("en", "fr"))
    done: list[int] = []
    workers = [in_a_worker(fresh_app, shop, done) for _ in range(4)]
    for worker in workers:
        worker.join(30)
    assert sorted(done) == [0, 0, 1, 1]
    assert pairs(shop) == [("en", "fr"), ("fr", "en")]
    assert len(shelf.asked) == 2


WORKER = """
import sys
from pathlib import Path
from app.config import Settings, complete
from app.factory import create_app
from app.translation.installing import install_waiting
app = create_app(complete(Settings(
    data_dir=Path(sys.argv[1]), database_url=sys.argv[2], package_index=sys.argv[3])))
with app.app_context():
    install_waiting()
"""


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_is_followed_by_another_that_goes_on(
    fresh_app: Flask, shop: Shop, shelf: Shelf
) -> None:
    """A real process, killed with SIGKILL while bytes come; the next one asks for the rest."""
    settings = fresh_app.extensions["settings"]
    store = PackageStore(settings.packages_dir, trial=tried)
    shelf.gate = threading.Event()
    with fresh_app.app_context():
        job = asked()
    command = [sys.executable, "-c", WORKER, str(settings.data_dir), settings.database_url]
    with subprocess.Popen([*command, shelf.index_url], cwd=ROOT) as victim:
        try:
            until(lambda: _part(settings) > 50_000, 60)
        finally:
            victim.kill()
    had = _part(settings)
    shelf.gate.set()
    with fresh_app.app_context():
        job = at_rest(job)
        assert (job.state, job.stage) == (JobState.WORKING, Stage.FETCHING)
        assert job.seen_at is not None
        assert install_waiting(Shop(store, shop.index)) == 0  # it may still be alive
        job.seen_at -= FORGOTTEN_AFTER
        db.session.commit()
        assert install_waiting(Shop(store, shop.index)) == 1
        assert at_rest(job).state == JobState.DONE
    assert shelf.asked[-1][1] == f"bytes={had}-"
    assert pairs(Shop(store, shop.index)) == [PAIR]


def _part(settings: Settings) -> int:
    return sum(path.stat().st_size for path in settings.packages_dir.glob(".download-*"))


def test_a_package_that_ends_its_worker_every_time_is_given_up(
    desk: Flask, shop: Shop, shelf: Shelf, clock: SteppedClock
) -> None:
    job = asked()
    job.state, job.seen_at, job.tries = JobState.WORKING, clock.at, len(PAUSES) + 1
    db.session.commit()
    clock.at += FORGOTTEN_AFTER * 2
    install_waiting(shop)
    assert at_rest(job).state == JobState.FAILED
    assert "again and again" in at_rest(job).fault["words"]
    assert shelf.asked == []


def test_a_worker_that_was_taken_over_leaves_the_job_alone(
    desk: Flask, shop: Shop, shelf: Shelf
) -> None:
    job = asked()

    class Overtaken(PackageIndex):
        def newest(self, source: str, target: str) -> Offer:
            taken = db.update(PackageJob).values(tries=PackageJob.tries + 1)
            db.session.execute(taken, execution_options={"synchronize_session": False})
            db.session.commit()
            return super().newest(source, target)

    install_waiting(Shop(shop.store, Overtaken(shelf.index_url)))
    assert at_rest(job).state == JobState.WORKING
    assert pairs(shop) == []
