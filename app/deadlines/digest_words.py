"""What a digest says, in its reader's language. Pure but for the interface's catalog.

Numbers, vendors, levels, languages and moments; nothing of a buyer's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import get_locale

from app.accounts.models import Agent
from app.deadlines.telling_models import BY_PEOPLE, Matter, Telling
from app.quality.standards_deeds import stands_in
from app.quality.standards_models import Step
from app.quality.standards_words import news_words
from app.tickets.clocks.due import Clock, Stage
from app.tickets.models import Ticket
from app.web.i18n import gettext, language_name, ngettext

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A line of the bell with its ticket or step, and the name of who nudged."""

    telling: Telling
    ticket: Ticket | None
    by: str | None
    step: Step | None = None

    @property
    def urgency(self) -> tuple[int, int]:
        """What people ask or decide, then what is late, then what will be; the oldest first."""
        if self.telling.matter in BY_PEOPLE or self.telling.matter == Matter.STEP:
            return 0, self.telling.id
        order = [Stage.DAY_OVER, Stage.HALF_DAY_OVER, Stage.BREACH, Stage.LAST_HOUR, Stage.HALF]
        return 1 + order.index(Stage(self.telling.stage or Stage.HALF)), self.telling.id


def subject_words(lines: Sequence[Line]) -> str:
    """ "3 deadlines need you · Standards: 1 step" """
    steps = sum(line.telling.matter == Matter.STEP for line in lines)
    deadlines = sum(line.telling.count for line in lines) - steps
    said = []
    if deadlines:
        said += [ngettext("%(num)d deadline needs you", "%(num)d deadlines need you", deadlines)]
    if steps:
        said += [ngettext("Standards: %(num)d step", "Standards: %(num)d steps", steps)]
    return " · ".join(said)


def body_words(person: Agent, lines: Sequence[Line], *, desk_url: str) -> str:
    """The whole text: what is most urgent first, at most SHOWN lines, then where to look."""
    past = sum(line.telling.count for line in lines if line.telling.matter == Matter.PAST)
    fresh = sorted(
        (line for line in lines if line.telling.matter != Matter.PAST),
        key=lambda line: line.urgency,
    )
    said = [gettext("Hello %(name)s,", name=person.name)]
    if fresh:
        said.append("\n".join(f"- {line_words(line, person)}" for line in fresh[:SHOWN]))
    if len(fresh) > SHOWN:
        more = len(fresh) - SHOWN
        said.append(ngettext("and %(num)d more.", "and %(num)d more.", more))
    if past:
        said.append(past_words(past))
    if desk_url:
        said.append(gettext("The whole list: %(url)s", url=f"{desk_url.rstrip('/')}/bell"))
    said.append(gettext("How you are told is set on the page of your bell."))
    return "\n\n".join(said)


def past_words(count: int) -> str:
    """Stages that were reached while the desk did not watch."""
    return ngettext(
        "%(num)d deadline passed while the desk was not watching.",
        "%(num)d deadlines passed while the desk was not watching.",
        count,
    )


def line_words(line: Line, person: Agent) -> str:
    """ "#12, Maison Lavande, level 2, Polish: the deadline passed on 2 Mar, 09:00" """
    if line.telling.matter == Matter.STEP:
        return step_words(line, person)
    return f"{_ticket_words(line)}: {matter_words(line, person.timezone)}"


def step_words(line: Line, person: Agent) -> str:
    """What became of a step; of one that the reader may not see any more only that it was one."""
    if line.step is None:
        return gettext("A step over a standard")
    state, due = line.telling.stage or "", _moment(line.step.due_at, person.timezone)
    return news_words(line.step, state, due, stands_in=stands_in(person, state))


def _ticket_words(line: Line) -> str:
    if line.ticket is None:
        return f"#{line.telling.ticket_id}"
    level = gettext("level %(level)s", level=line.ticket.level)
    named = (line.ticket.vendor.name, level, language_name(line.ticket.lang))
    return f"#{line.ticket.id}, " + ", ".join(named)


def matter_words(line: Line, zone: str) -> str:
    """What happened to the ticket."""
    telling = line.telling
    if telling.matter == Matter.NOTE:
        return gettext("%(name)s wrote you a note there", name=line.by or "?")
    if telling.matter == Matter.NUDGE:
        return gettext("%(name)s asks you to look at it", name=line.by or "?")
    return stage_words(telling.stage, telling.clock, _moment(telling.reached_at, zone))


def stage_words(stage: str | None, clock: str | None, at: str) -> str:
    """A stage of a clock as a sentence without an end."""
    promised = clock == Clock.PROMISE
    match Stage(stage or Stage.HALF):
        case Stage.HALF if promised:
            return gettext("half of the time until the promised news was over on %(at)s", at=at)
        case Stage.HALF:
            return gettext("half of the time to answer was over on %(at)s", at=at)
        case Stage.LAST_HOUR if promised:
            return gettext("the promised news is due soon")
        case Stage.LAST_HOUR:
            return gettext("the answer is due soon")
        case Stage.BREACH if promised:
            return gettext("the promised news is overdue since %(at)s", at=at)
        case Stage.BREACH:
            return gettext("the answer is overdue since %(at)s", at=at)
        case Stage.HALF_DAY_OVER:
            return gettext("overdue for 12 hours")
        case Stage.DAY_OVER:
            return gettext("overdue for 24 hours")


def _moment(at: datetime | None, zone: str) -> str:
    locale = get_locale() or "en"
    return format_datetime(at, "d MMM, HH:mm", ZoneInfo(zone), locale) if at else ""
