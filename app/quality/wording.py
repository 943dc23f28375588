"""How the scorecard says what it counts. Knows the interface's language; counts nothing."""

from datetime import timedelta

from flask_babel import format_decimal

from app.quality.figures import Figure
from app.quality.measures import Measure
from app.web.i18n import N_, gettext, ngettext, span_words

NAMES = {
    Measure.ANSWER: N_("Answered in time"),
    Measure.ACKNOWLEDGEMENT: N_("Level 2 acknowledged in time"),
    Measure.PROMISE: N_("Promises kept"),
    Measure.EXCHANGES: N_("Closed within five exchanges"),
    Measure.ONE_ANSWER: N_("Level 1 solved with one answer"),
    Measure.REOPENED: N_("Opened again after closing"),
    Measure.SATISFACTION: N_("Satisfied buyers"),
    Measure.LANGUAGE: N_("Answered in the buyer’s language"),
    Measure.UNEDITED: N_("Drafts sent as they were made"),
    Measure.LEVEL_2: N_("Level 2 among new tickets"),
    Measure.SILENCE: N_("No reply needed"),
    Measure.CONTACT: N_("Answers that showed a contact"),
}
DEFINITIONS = {
    Measure.ANSWER: N_(
        "Of the waits that were answered or whose time is up: those that a person answered in "
        "time. A wait begins when the oldest unanswered message arrives and counts on that day. "
        "Answers that never reached the buyer do not count."
    ),
    Measure.ACKNOWLEDGEMENT: N_(
        "Of the level 2 tickets: those that were acknowledged with a name and a date, or closed, "
        "within the time of their first message."
    ),
    Measure.PROMISE: N_(
        "Of the dates that buyers were given for the next news: those by which news came."
    ),
    Measure.EXCHANGES: N_(
        "Of the closed tickets: those with at most five exchanges. An exchange is a run of the "
        "buyer’s messages and the answer to it."
    ),
    Measure.ONE_ANSWER: N_("Of the closed level 1 tickets: those with one exchange."),
    Measure.REOPENED: N_("Of the closings: those after which the buyer had to write again."),
    Measure.SATISFACTION: N_(
        "Of the buyers who answered the question after a closing: those who gave four or five of "
        "five. An answer counts on the day of the question, for the vendor who had the ticket when "
        "it was closed and for the person who wrote last."
    ),
    Measure.LANGUAGE: N_("Of the answers: those in the language of the buyer’s last message."),
    Measure.UNEDITED: N_(
        "Of the answers that began with a translation draft: those that were sent without a "
        "change. Neither many nor few of them are good by themselves."
    ),
    Measure.LEVEL_2: N_("Of the tickets that buyers opened: those of level 2."),
    Measure.SILENCE: N_(
        "Of the waits that ended: those that a person ended with “no reply needed”."
    ),
    Measure.CONTACT: N_(
        "Of the answers: those that were sent in spite of the warning that they show a way around "
        "the marketplace, or that the desk held back for it."
    ),
}


def measure_words(measure: Measure) -> str:
    """The name of a measure."""
    return gettext(NAMES[measure])


def definition(measure: Measure) -> str:
    """What is counted, and what of it counts."""
    return gettext(DEFINITIONS[measure])


def interval_words(figure: Figure) -> str:
    """Where the true share lies, in whole percent: "82–91 %"."""
    low, high = figure.interval
    return gettext("%(low)d–%(high)d %%", low=round(low * 100), high=round(high * 100))


def of_words(figure: Figure) -> str:
    """How many things the share is of, and how many are excused."""
    said = ngettext("of %(num)d", "of %(num)d", figure.counted)
    if figure.excused:
        said += ", " + ngettext("%(num)d excused", "%(num)d excused", figure.excused)
    return said


def decimal_words(number: float) -> str:
    """A number with one decimal, as the reader writes it."""
    return str(format_decimal(number, "0.0"))


def minutes_words(minutes: int) -> str:
    """So many minutes: "3 h 10"."""
    return span_words(timedelta(minutes=minutes))


POINTS = {
    "understood": N_("The answer met what the buyer had asked"),
    "correct": N_("The facts were right and complete"),
    "friendly": N_("The tone was friendly and clear"),
    "next_step": N_("The buyer knew what comes next"),
}
MARKS = (N_("no"), N_("partly"), N_("yes"))


def point_words(point: str) -> str:
    """A question of the rubric."""
    return gettext(POINTS[point])


def mark_words(mark: int) -> str:
    """Its answer."""
    return gettext(MARKS[mark])
