"""The monthly report: last month's scorecard by mail to each supervisor of a vendor.

Made once a month and person, kept as it was made, sent through the desk's own letters. Holds
figures and the vendor's name: no buyer, no ticket, no other person. Commits.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel import force_locale, format_date
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship

from app.accounts.letters import Words, post
from app.accounts.models import Agent, Role, Vendor
from app.config import Settings
from app.extensions import Model, db, part
from app.lib.clock import Instant, now
from app.lib.database import insert_or_skip, reading
from app.lib.ids import random_id
from app.lib.outgoing import DeliveryState, Pace, claim_due, give_up
from app.quality.figures import Span
from app.quality.measures import MEANS
from app.quality.scorecard import Card, Entry, card
from app.quality.wording import (
    decimal_words,
    interval_words,
    measure_words,
    minutes_words,
    of_words,
)
from app.web.i18n import gettext

PACE = Pace(longest_wait=timedelta(hours=4), give_up_after=timedelta(days=3))
# The last hours of a month are counted by then, whatever zone the reader is in.
FIRST_DAY = 2


class Report(Model):
    """One month's report to one person. The row is the queue."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    month: Mapped[date]
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    delivery: Mapped[str] = mapped_column(String(8))
    mail_id: Mapped[str] = mapped_column(String(200), unique=True)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(String(200))

    agent: Mapped[Agent] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("agent_id", "month"),
        Index("ix_report_outgoing", "delivery", "next_try_at",
              sqlite_where=text("delivery IN ('queued', 'sending')"),
              postgresql_where=text("delivery IN ('queued', 'sending')")),
    )  # fmt: skip


def make_reports() -> int:
    """Write last month's reports that are not written yet. How many were."""
    today = now().date()
    if today.day < FIRST_DAY:
        return 0
    last = today.replace(day=1) - timedelta(days=1)
    span = Span(last.replace(day=1), last)
    return sum(_write(person, span) for person in _readers(span.first))


def _readers(month: date) -> Sequence[Agent]:
    """The supervisors of vendors who have no report of the month yet."""
    with reading():
        query = (
            select(Agent)
            .outerjoin(Report, (Report.agent_id == Agent.id) & (Report.month == month))
            .where(
                Agent.role == Role.SUPERVISOR, Agent.vendor_id.is_not(None),
                Agent.disabled_at.is_(None), Report.id.is_(None),
            )
            .options(joinedload(Agent.vendor), lazyload(Agent.languages))
        )  # fmt: skip
        found = db.session.scalars(query).all()
        db.session.commit()
    return found


def _write(person: Agent, span: Span) -> bool:
    """A vendor of whom nothing was counted gets no mail, and the row remembers that."""
    vendor, at = person.vendor, now()
    assert vendor is not None  # noqa: S101 - _readers asks for nobody else
    found = card(vendor, span)
    words = report_words(person, vendor, span, found)
    row = {
        "vendor_id": vendor.id, "agent_id": person.id, "month": span.first,
        "subject": words.subject[:200], "body": words.body, "created_at": at,
        "mail_id": random_id(32), "next_try_at": at, "tries": 0,
        "delivery": DeliveryState.QUEUED if found.entries else DeliveryState.UNDONE,
    }  # fmt: skip
    db.session.execute(insert_or_skip(Report), [row])
    db.session.commit()
    return bool(found.entries)


def report_words(person: Agent, vendor: Vendor, span: Span, found: Card) -> Words:
    """The mail in its reader's language."""
    settings: Settings = part("settings")
    with force_locale(person.ui_lang):
        month = format_date(span.first, "LLLL y")
        subject = gettext("%(vendor)s in %(month)s", vendor=vendor.name, month=month)
        lines = [_line(entry) for entry in found.entries]
        if found.median is not None and found.late is not None:
            lines.append(
                gettext(
                    "Time to the answer: half within %(median)s, nine of ten within %(late)s",
                    median=minutes_words(found.median), late=minutes_words(found.late),
                )
            )  # fmt: skip
        parts = [
            gettext("Hello %(name)s,", name=person.name),
            gettext("this is what was counted for %(vendor)s in %(month)s.",
                    vendor=vendor.name, month=month),
            "\n".join(f"- {line}" for line in lines),
        ]  # fmt: skip
        if settings.desk_url:
            link = f"{settings.desk_url}/quality/vendors/{vendor.slug}?month={span.first:%Y-%m}"
            parts.append(gettext("The tickets behind every figure: %(url)s", url=link))
    return Words(subject, "\n\n".join(parts), person.ui_lang)


def _line(entry: Entry) -> str:
    name, share = measure_words(entry.measure), entry.now.share
    if share is None:
        return gettext("%(measure)s: nothing counted", measure=name)
    said = gettext(
        "%(measure)s: %(share)s %% %(of)s (%(range)s)",
        measure=name, share=decimal_words(share * 100), of=of_words(entry.now),
        range=interval_words(entry.now),
    )  # fmt: skip
    if entry.measure in MEANS and entry.now.mean is not None:
        said += ", " + gettext("%(mean)s on average", mean=decimal_words(entry.now.mean))
    if entry.is_better is not None:
        said += ", " + (gettext("better than before") if entry.is_better
                        else gettext("worse than before"))  # fmt: skip
    return said


def send_reports(*, limit: int = 20) -> int:
    """Send up to `limit` reports whose time has come. How many were tried."""
    whose = joinedload(Report.agent).options(lazyload(Agent.languages), lazyload(Agent.vendor))
    reports = claim_due(Report, whose, limit=limit)
    for report in reports:
        if report.agent.disabled_at:
            give_up(report, "over")
        else:
            words = Words(report.subject, report.body, report.agent.ui_lang)
            post(report, report.agent, words, pace=PACE)
        db.session.commit()
    return len(reports)
