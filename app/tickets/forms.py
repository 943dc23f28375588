"""What the ticket page's forms bring. Reads and trims, decides nothing.

A browser sends line ends as CR LF; texts are kept with LF.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST = 20_000


@dataclass(frozen=True)
class ReplyForm:
    """The composer as it was sent. `seen` is the newest message that stood on the page."""

    text: str = ""
    own_text: str = ""
    draft_id: int | None = None
    seen: int = 0
    closes: bool = False
    sure: bool = False
    until: str = ""
    note: str = ""
    macro_id: int | None = None
    override: str = ""

    @property
    def is_too_long(self) -> bool:
        """Whether one of the texts is longer than what is sent."""
        return max(len(self.text), len(self.own_text), len(self.note)) > LONGEST

    def with_text(self, text: str) -> "ReplyForm":
        """The same with another text to be sent."""
        return replace(self, text=text)


def read_reply(form: Mapping[str, str]) -> ReplyForm:
    """The composer's fields. A number that is none counts as absent."""
    return ReplyForm(
        text=read_whole(form, "text"),
        own_text=read_whole(form, "own_text"),
        draft_id=read_number(form, "draft_id"),
        macro_id=read_number(form, "macro_id"),
        seen=read_number(form, "seen") or 0,
        closes=form.get("then") == "close",
        sure=form.get("sure") == "yes",
        until=form.get("until", "")[:20],
        note=read_whole(form, "note"),
        override=" ".join(read_text(form, "override").split())[:200],
    )


def read_text(form: Mapping[str, str], name: str) -> str:
    """A text field without the spaces around it, at most LONGEST characters."""
    return read_whole(form, name)[:LONGEST]


def read_whole(form: Mapping[str, str], name: str) -> str:
    """The same however long: nothing that somebody wrote is cut without a word."""
    return form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()


def read_number(form: Mapping[str, str], name: str) -> int | None:
    """A whole number ≥ 0, None for anything else."""
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def read_day(form: Mapping[str, str], name: str) -> date | None:
    """What a date field says; None for anything else."""
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError:
        return None


def read_local_moment(text: str, zone: str) -> datetime | None:
    """What a date-and-time field says in the agent's zone, as an instant. None when it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def suggested_promise(now: datetime, zone: str) -> str:
    """The day after tomorrow at five, in the agent's zone, as a date-and-time field wants it."""
    local = (now + timedelta(days=2)).astimezone(ZoneInfo(zone))
    return local.replace(hour=17, minute=0).strftime("%Y-%m-%dT%H:%M")
