"""What triage takes and what it says: facts of a conversation, a verdict, its reasons.

Frozen shapes and sentences only. Codes are for templates, which may translate the sentences.
"""

from dataclasses import dataclass
from decimal import Decimal

LEVEL_1, LEVEL_2 = 1, 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What the desk knows of the conversation that its words do not say."""

    exchanges: int = 0  # answered so far
    reopened: bool = False
    promises_broken: int = 0
    orders_named: int = 0
    attachments: int = 0
    amount: Decimal | None = None  # the largest that is named, roughly in euros
    days_open: int = 0  # since the buyer's first words; the desk is not told when they ordered
    earlier_level: int | None = None  # of this ticket, before this message
    earlier_intent: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. `start` and `end` (exclusive) point into the original text where a word weighed.

    kind: rule (code is the rule's name), word (a word that weighed), fact, or doubt.
    towards: the level that this speaks for, 0 for none. says: the sentence of `code` in English.
    """

    kind: str
    code: str
    text: str = ""
    start: int | None = None
    end: int | None = None
    towards: int = 0
    says: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level, how sure (0 to 1 that this level is right), and what the message is about.

    `intents` are the three likeliest with their probabilities, best first; `intent` is the first,
    or None where there is nothing to go by.
    """

    level: int
    confidence: float
    intent: str | None = None
    intents: tuple[tuple[str, float], ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def chance_of_2(self) -> float:
        """How likely level 2 is, 0 to 1."""
        return self.confidence if self.level == LEVEL_2 else 1 - self.confidence

    @property
    def sure(self) -> bool:
        """Whether nobody needs to look again."""
        return not any(reason.kind == "doubt" for reason in self.reasons)


SENTENCES = {
    "towards_1": "This word speaks for level 1.",
    "towards_2": "This word speaks for level 2.",
    "not_sure": "Not sure, so a person of level 2 should look.",
    "no_words": "There are no words to go by.",
    "few_words": "There are very few words to go by.",
    "unknown_language": "There are no rules for this language.",
}
