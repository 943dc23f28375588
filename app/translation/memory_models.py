"""The rows of a vendor's wording: segments of approved answers, where they came from, and terms.

A segment is one sentence one way, with marks in place of facts (`segments`); what was approved is
kept both ways, so that either language finds it. Every row belongs to one vendor, and every index
begins with something that does too: digests and keywords are hashed together with the vendor.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant, now


class Origin(StrEnum):
    """How a segment came into the memory."""

    ANSWER = "answer"
    TMX = "tmx"


class Segment(Model):
    """A sentence of an approved answer in one language, and what stands for it in another.

    `is_back` marks the one of the two ways that nobody wrote in: it is not exported again.
    """

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    digest: Mapped[str] = mapped_column(String(32), unique=True)
    source_lang: Mapped[str] = mapped_column(String(8))
    target_lang: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    is_back: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(8))
    learned_at: Mapped[datetime] = mapped_column(Instant, default=now)

    __table_args__ = (Index(None, "vendor_id", "id"),)


class SegmentWord(Model):
    """A keyword of a segment, hashed, with the segment's length: how ones like it are found."""

    __tablename__ = "segment_word"

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    length: Mapped[int]

    __table_args__ = (
        Index(None, "word", "length", "segment_id"),
        {"sqlite_with_rowid": False},
    )


class SegmentScope(Model):
    """A conversation in which a segment was said. One that nobody else said goes with it."""

    __tablename__ = "segment_scope"

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)

    __table_args__ = (Index(None, "scope"), {"sqlite_with_rowid": False})


class Term(Model):
    """A term of a vendor's glossary.

    With both languages it is rendered so, from one to the other; with none (`""`) it stays as it is
    in every language.
    """

    __tablename__ = "term"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    source_lang: Mapped[str] = mapped_column(String(8), default="")
    target_lang: Mapped[str] = mapped_column(String(8), default="")
    folded: Mapped[str] = mapped_column(String(240))  # folding may lengthen a word
    text: Mapped[str] = mapped_column(String(80))
    rendering: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("vendor_id", "source_lang", "target_lang", "folded"),
        Index(None, "vendor_id", "folded", "id"),
    )
