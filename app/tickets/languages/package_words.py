"""How the packages page says what is installed and what becomes of a job. Sentences only."""

from app.tickets import present
from app.tickets.present import Sign
from app.translation.package_models import JobState, PackageJob, PackageQuality, Stage
from app.translation.packages import Installed, Origin
from app.web.i18n import gettext, language_name

GOOD, FAIR = 60, 45  # chrF2 from which an agent mends little, and from which much


def pair_words(source: str | None, target: str | None) -> str:
    """ "French → English"."""
    if not (source and target):
        return gettext("Uploaded file")
    return f"{language_name(source)} → {language_name(target)}"


def origin_words(origin: str) -> str:
    """Where a package came from."""
    return {
        Origin.SHIPPED: gettext("comes with the desk"),
        Origin.INDEX: gettext("package index"),
        Origin.FILE: gettext("file"),
    }.get(Origin(origin), origin)


def size_words(size: int) -> str:
    """Bytes for people; packages and disks reach gigabytes."""
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else present.size_words(size)


def kind_sign(package: Installed) -> Sign:
    """Starter or full."""
    if package.is_starter:
        return Sign(gettext("Starter"), "star", "note")
    return Sign(gettext("Full"), "check", "good")


def job_sign(job: PackageJob) -> Sign:
    """Where a job stands."""
    if job.is_removal:
        return Sign(gettext("Removed"), "cross", "calm")
    if job.state == JobState.WORKING and job.stage == Stage.CHECKING:
        return Sign(gettext("Being checked"), "hourglass", "open")
    return {
        JobState.WAITING: _waiting(job),
        JobState.WORKING: Sign(gettext("Downloading"), "hourglass", "open"),
        JobState.DONE: Sign(gettext("Installed"), "check", "good"),
        JobState.FAILED: Sign(gettext("Not installed"), "alert", "late"),
        JobState.CANCELLED: Sign(gettext("Cancelled"), "cross", "calm"),
    }[JobState(job.state)]


def _waiting(job: PackageJob) -> Sign:
    if job.fault:
        return Sign(gettext("Broke off, goes on in a moment"), "clock", "soon")
    return Sign(gettext("Waits for the worker"), "clock", "calm")


def fault_words(job: PackageJob) -> str:
    """Why it was not installed, in the reader's language."""
    if not job.fault:
        return ""
    sentence, values = job.fault["words"], job.fault["values"]
    return gettext(sentence, **values)


def share_of(job: PackageJob) -> int | None:
    """Per cent of the bytes that have come; None where nobody knows."""
    return 100 * job.done_bytes // job.total_bytes if job.total_bytes else None


def quality_sign(row: PackageQuality) -> Sign:
    """What the check set says, in a word."""
    if not row.sentences:
        return Sign(gettext("not in the check set"), "question", "calm")
    if row.translated * 2 < row.sentences:
        return Sign(gettext("refuses most"), "pause", "soon")
    if row.likeness >= GOOD:
        return Sign(gettext("good"), "check", "good")
    if row.likeness >= FAIR:
        return Sign(gettext("fair"), "pen", "calm")
    return Sign(gettext("weak"), "alert", "late")
