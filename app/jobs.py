"""The schedule: what runs how often. The only module that knows APScheduler, and the only place
where a job is started; web processes never import it.

Every job is safe to run in several workers at once: each claims its rows before it works.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from app.accounts.link_mails import send_links
from app.deadlines.audit import audit_at_night
from app.deadlines.digest import make_digests, send_digests
from app.deadlines.pruning import forget_sent
from app.deadlines.sweep import sweep
from app.deadlines.telling import tell_due
from app.lib.clock import now
from app.lib.database import learn_sizes
from app.lib.heap import settle
from app.lib.webhook import call_due
from app.quality.checking import check_by_night
from app.quality.report import make_reports, send_reports
from app.quality.rollup import catch_up
from app.quality.standards_watch import watch_by_night
from app.quality.survey_asking import ask_due
from app.relay.inbound import read_waiting, sweep_holds
from app.relay.mailbox import poll
from app.relay.outbound import deliver_due
from app.tickets.files import sweep_orphans
from app.tickets.languages.lessons import learn_sent
from app.tickets.languages.translating import translate_drafts
from app.translation.draft import translate_waiting
from app.translation.installing import install_waiting
from app.translation.quality import measure_next
from app.triage.intake import warm_up
from app.triage.nightly import learn_by_night

log = logging.getLogger(__name__)
# A run that is still at work when the next is due is what we want, not a warning twice a second.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Job:
    """A piece of work and the seconds between two runs of it."""

    name: str
    run: Callable[[], object]
    every: float


def drain(step: Callable[[], int]) -> Callable[[], None]:
    """Repeat `step` until it finds nothing more to do."""

    def run() -> None:
        while step():
            pass

    return run


SCHEDULE = (
    Job("read mail", drain(read_waiting), 0.5),
    Job("translate drafts", drain(lambda: translate_waiting(translate_drafts)), 0.3),
    Job("send mail", drain(deliver_due), 0.5),
    Job("learn from answers", drain(learn_sent), 5),
    Job("poll the mailbox", poll, 60),
    Job("install packages", drain(install_waiting), 1),
    Job("measure packages", drain(measure_next), 10),
    Job("sweep holds", sweep_holds, 300),
    Job("sweep deadlines", lambda: sweep(now()), 20),
    Job("tell people", drain(tell_due), 5),
    Job("write digests", make_digests, 20),
    Job("send digests", drain(send_digests), 5),
    Job("call the webhook", drain(call_due), 5),
    Job("learn by night", lambda: learn_by_night(now()), 600),
    Job("mail links", drain(send_links), 3),
    Job("ask buyers", drain(ask_due), 60),
    Job("audit deadlines", audit_at_night, 1_800),
    Job("count figures", lambda: catch_up(now()), 300),
    Job("watch standards", lambda: watch_by_night(now()), 1_800),
    Job("write reports", make_reports, 1_800),
    Job("send reports", drain(send_reports), 30),
    Job("check figures", lambda: check_by_night(now()), 3_600),
    Job("sweep files", lambda: sweep_orphans(now()), 3_600),
    Job("forget what was sent", lambda: forget_sent(now()), 86_400),
    Job("learn the tables' sizes", learn_sizes, 43_200),
)


def work(app: Flask) -> None:
    """Run the schedule until the process is told to stop."""
    scheduler = make_scheduler(app)
    with app.app_context():
        warm_up()
    settle()
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        log.info("the worker stops")


def make_scheduler(app: Flask) -> BlockingScheduler:
    """A scheduler with every job of the schedule; a run that is late is done once, not again."""
    scheduler = BlockingScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(len(SCHEDULE))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in SCHEDULE:
        scheduler.add_job(
            in_context(app, job), "interval", seconds=job.every, id=job.name,
            next_run_time=now(),
        )  # fmt: skip
    scheduler.add_listener(_note_failure, EVENT_JOB_ERROR)
    return scheduler


def in_context(app: Flask, job: Job) -> Callable[[], None]:
    """The job in an application context of its own, which also gives it a session of its own."""

    def run() -> None:
        with app.app_context():
            job.run()

    return run


def _note_failure(event: JobExecutionEvent) -> None:
    # The class of the error and no more: its text may quote a mail.
    log.error("the job “%s” failed: %s", event.job_id, type(event.exception).__name__)
