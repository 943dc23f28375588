"""The lines that figures are made of, and their sums by day. Rows only.

Both are copies of what the tickets' histories say and can be made anew from them at any time.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model

UNKNOWN = "unknown"  # the theme of a ticket without an intent
ALL = 0  # stands for every agent, or for both levels, in a sum


class ScoreLine(Model):
    """One thing counted of one ticket: see `measures.Line`."""

    __tablename__ = "score_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    level: Mapped[int]
    measure: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    hit: Mapped[bool]
    value: Mapped[int | None]
    excused: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(None, "ticket_id"),
        Index("ix_score_line_day", "vendor_id", "day"),
        # All that a median asks for: a quarter's answers are read from the index alone.
        Index("ix_score_line_measure", "vendor_id", "measure", "day", "id", "excused", "value"),
    )


class ScoreDay(Model):
    """How many lines of one measure a vendor has on one day: of one agent or ALL, of one level or
    ALL. `counted` and `hits` leave out the excused ones; `total` sums the numbers of `valued`."""

    __tablename__ = "score_day"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(16), primary_key=True)
    counted: Mapped[int]
    hits: Mapped[int]
    excused: Mapped[int]
    valued: Mapped[int]
    total: Mapped[int]

    __table_args__ = (Index("ix_score_day_overview", "agent_id", "level", "day"),)


class ThemeDay(Model):
    """How many tickets about one thing, in one language, a vendor's buyers opened on one day."""

    __tablename__ = "theme_day"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    intent: Mapped[str] = mapped_column(String(32), primary_key=True)
    lang: Mapped[str] = mapped_column(String(8), primary_key=True)
    opened: Mapped[int]

    # The barometer of all vendors is summed from the index alone, in its order.
    __table_args__ = (
        Index(None, "day"),
        Index("ix_theme_day_summed", "intent", "day", "lang", "opened"),
    )


class AboutDay(Model):
    """The same for each carrier and each product: `about` says which of the two `name` is."""

    __tablename__ = "about_day"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    intent: Mapped[str] = mapped_column(String(32), primary_key=True)
    lang: Mapped[str] = mapped_column(String(8), primary_key=True)
    opened: Mapped[int]

    __table_args__ = (
        Index(None, "about", "day"),
        Index("ix_about_day_summed", "about", "name", "day", "lang", "opened"),
    )


class ScoreLang(Model):
    """How many waits of one language a vendor had on one day, and how many of them were answered in
    time; without the excused ones."""

    __tablename__ = "score_lang"

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(String(8), primary_key=True)
    counted: Mapped[int]
    hits: Mapped[int]

    __table_args__ = (Index(None, "day"),)
