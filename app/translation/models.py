"""The queue of translation drafts: one row a text and a pair of languages.

Knows texts that privacy has already passed, never raw mail. The row is the queue: the page asks,
the worker answers, the page looks again. `scope` is whatever the asker owns (a ticket), so that
nobody reads a draft by guessing its number.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant, now


class DraftState(StrEnum):
    """Where a draft stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class Draft(Model):
    """A machine's draft of one text in another language. It is never sent as it is."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    source_lang: Mapped[str] = mapped_column(String(8))
    target_lang: Mapped[str] = mapped_column(String(8))
    source_text: Mapped[str] = mapped_column(Text)
    keep: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(10), default=DraftState.WAITING)
    text: Mapped[str] = mapped_column(Text, default="")
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    asked_at: Mapped[datetime] = mapped_column(Instant, default=now)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("scope", "source_lang", "target_lang", "digest"),
        Index(None, "state", "id"),
    )

    @property
    def is_pending(self) -> bool:
        """True while the worker still owes an answer."""
        return self.state in {DraftState.WAITING, DraftState.WORKING}

    @property
    def is_whole(self) -> bool:
        """True when nothing was left untranslated."""
        return all(sentence["translated"] for sentence in self.sentences)

    @property
    def is_useful(self) -> bool:
        """True when at least one sentence was translated."""
        return self.state == DraftState.DONE and any(s["translated"] for s in self.sentences)
