"""What the desk counts of a vendor's service. One name each; what it means stands in `wording`.

Every measure is a share: of the things that are counted, those to which it applies (`hit`). Some
carry a number beside it. Pure.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TARGET_EXCHANGES = 5
CONTENT = 4  # of five: from here on a buyer is content


class Measure(StrEnum):
    """The lines of a scorecard, in their order."""

    ANSWER = "answer"  # answered in time; the number is minutes
    ACKNOWLEDGEMENT = "acknowledgement"  # level 2 acknowledged in time; minutes
    PROMISE = "promise"  # promised news came in time; minutes by which it came late
    EXCHANGES = "exchanges"  # closed within the target; the number is exchanges
    ONE_ANSWER = "one_answer"  # level 1 closed with one answer
    REOPENED = "reopened"  # closed, and opened again by the buyer
    SATISFACTION = "satisfaction"  # asked after a closing, content; the number is what was given
    LANGUAGE = "language"  # answered in the buyer's language
    UNEDITED = "unedited"  # a translation draft was sent as it was made
    LEVEL_2 = "level_2"  # a new ticket is of level 2
    SILENCE = "silence"  # a wait ended with "no reply needed"
    CONTACT = "contact"  # an answer showed, or nearly showed, a way around the marketplace


# Of these a low share is the good one.
FEWER_IS_BETTER = frozenset({Measure.REOPENED, Measure.CONTACT})
# Of these neither is: they are looked at.
NEITHER = frozenset({Measure.UNEDITED, Measure.LEVEL_2, Measure.SILENCE})

# Of these the mean of the numbers is said beside the share.
MEANS = (Measure.EXCHANGES, Measure.SATISFACTION)


@dataclass(frozen=True)
class Line:
    """One thing counted: of whom, on which day (UTC), and whether the measure applies to it.

    `value` is minutes, exchanges or what a buyer gave, None where there is none (a message that
    nobody answered). An excused line is shown apart and counts in no share.
    """

    measure: Measure
    day: date
    vendor_id: int
    agent_id: int | None
    hit: bool
    value: int | None = None
    excused: bool = False
