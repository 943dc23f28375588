"""What a ticket is about and how hard it is: its level, its intent, and who decided.

The columns and the two changes to them: a person decides, or the desk's classifier does. What the
classifier may change is `triage.escalation`'s word; here a person's level is kept from it. Nothing
here reads a buyer's words.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column


class NoSuchLevel(ValueError):
    """A level that is neither 1 nor 2."""


class Sorted:
    """The sorted side of a ticket.

    `level_reasons` are what weighed in the newest message that was sorted: each with kind, code,
    towards, and where words weighed their text, message, start and end. `level_proposed` is what
    the classifier would lower a person's level to.
    """

    level: Mapped[int] = mapped_column(default=2)
    level_confidence: Mapped[float] = mapped_column(default=0.0)
    level_reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    level_set_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    level_proposed: Mapped[int | None]
    intent: Mapped[str | None] = mapped_column(String(30))

    if TYPE_CHECKING:

        def log(
            self, kind: str, *, at: datetime, agent_id: int | None = None, **data: Any
        ) -> None: ...

    def set_level(
        self, level: int, *, at: datetime, agent_id: int, reason: str = "",
        intent: str | None = None,
    ) -> None:  # fmt: skip
        """A person decides. The machine never lowers the level afterwards. Raises NoSuchLevel."""
        if level not in {1, 2}:
            raise NoSuchLevel("The level is 1 or 2.")
        was, self.level = self.level, level
        about_was, self.intent = self.intent, intent or self.intent
        self.level_set_by_id, self.level_proposed = agent_id, None
        said: dict[str, Any] = {"was": was, "level": level, "reason": reason}
        if self.intent != about_was:
            said |= {"intent_was": about_was, "intent": self.intent}
        self.log("level_set", at=at, agent_id=agent_id, **said)

    def sort(
        self, level: int, *, at: datetime, intent: str | None, confidence: float,
        reasons: Sequence[dict[str, Any]],
    ) -> None:  # fmt: skip
        """The desk decides. Where it changes the level, what a person said before is over."""
        was = (self.level, self.intent)
        if level != self.level:
            self.level_set_by_id = None
        self.level, self.intent, self.level_proposed = level, intent, None
        self.level_confidence, self.level_reasons = confidence, list(reasons)
        if (level, intent) != was:
            self.log("triaged", at=at, level=level, intent=intent)

    def propose_level(self, level: int) -> None:
        """The desk would rather have another level than the one that a person set."""
        self.level_proposed = level
