"""Which languages buyers wrote in lately that no package translates for their vendor.

Knows tickets' languages and vendors' own; counts, and reads no word of anybody.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Vendor
from app.extensions import db
from app.tickets.models import Ticket
from app.translation.detect import UNKNOWN
from app.translation.engine import PIVOT, Pair

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Seen:
    """A language, the tickets of a week that are in it, and the packages that would help."""

    lang: str
    tickets: int
    wanted: tuple[Pair, ...]


def seen_without_package(pairs: Set[Pair], installed: Set[Pair], *, now: datetime) -> list[Seen]:
    """The languages of this week's tickets that cannot be translated to and from their vendor's.

    `pairs` can be translated, directly or not; `installed` are the packages. Most tickets first.
    """
    query = (
        select(Ticket.lang, Vendor.lang, func.count())
        .join(Vendor, Vendor.id == Ticket.vendor_id)
        .where(Ticket.active_at >= now - WEEK, Ticket.lang != UNKNOWN)
        .group_by(Ticket.lang, Vendor.lang)
    )
    counted = [(lang, read, count) for lang, read, count in db.session.execute(query)]
    return lacking(counted, pairs, installed)


def lacking(
    counted: Iterable[tuple[str, str, int]], pairs: Set[Pair], installed: Set[Pair]
) -> list[Seen]:
    """Of (written in, read by the vendor, tickets), what no package covers."""
    tickets: Counter[str] = Counter()
    wanted: defaultdict[str, set[Pair]] = defaultdict(set)
    for lang, read, count in counted:
        if lang == read or {(lang, read), (read, lang)} <= pairs:
            continue
        tickets[lang] += count
        wanted[lang] |= _through_english(lang) | _through_english(read)
    return [
        Seen(lang, count, tuple(sorted(wanted[lang] - installed)))
        for lang, count in tickets.most_common()
    ]


def _through_english(lang: str) -> set[Pair]:
    return set() if lang == PIVOT else {(lang, PIVOT), (PIVOT, lang)}
