"""Who is asked, once and without pressure: one question after a closing, never a reminder.

Goes through the closings in their order and remembers how far it came. A closing that nobody looked
at within a week is let go: the buyer would not know any more what is meant. Commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.lib.database import reading
from app.lib.heartbeat import beat, find_beat
from app.quality.survey_links import desk_address, links_of, new_key
from app.quality.survey_models import Survey
from app.quality.survey_words import choices_in, languages, mail_words
from app.tickets.access import locked
from app.tickets.clocks.promises import Silence, SilenceReason
from app.tickets.models import Buyer, DeliveryState, Message, MessageKind, Ticket, TicketState
from app.tickets.posting import Letter, Post

SIGN = "satisfaction"
TOO_LATE = timedelta(days=7)
FIRST = timedelta(days=1)
NOT_FOR = frozenset({SilenceReason.MACHINE, SilenceReason.UNWANTED})


class Reason(StrEnum):
    """Why a closing is followed by no question."""

    MERGED = "merged"
    UNANSWERED = "unanswered"
    UNREACHABLE = "unreachable"
    UNWANTED = "unwanted"
    RESTING = "resting"


@dataclass(frozen=True)
class Closing:
    """What decides whether a buyer is asked."""

    answered: bool = True  # a person's answer has left
    merged: bool = False
    reachable: bool = True
    unwanted: bool = False  # somebody said: a machine wrote, or nobody wanted this
    asked_lately: bool = False


def why_not(closing: Closing) -> Reason | None:
    """Why this buyer is left in peace; None when they are asked."""
    refusals = (
        (closing.merged, Reason.MERGED),
        (not closing.answered, Reason.UNANSWERED),
        (not closing.reachable, Reason.UNREACHABLE),
        (closing.unwanted, Reason.UNWANTED),
        (closing.asked_lately, Reason.RESTING),
    )
    return next((reason for applies, reason in refusals if applies), None)


# --- going through the closings -------------------------------------------------------------


def ask_due(*, limit: int = 50) -> int:
    """Ask about up to `limit` closings whose time has come. How many were looked at."""
    settings: Settings = part("settings")
    begin = desk_address(settings)
    if settings.survey == "off" or begin is None:
        return 0
    at = now()
    with reading():
        due = _due(at, at - timedelta(hours=settings.survey_after_hours), limit)
        db.session.commit()
    for row in due:
        _look_at(row.id, begin, at=at)
    if due:
        beat(SIGN, at=due[-1].active_at.isoformat(), ticket=due[-1].id)
        db.session.commit()
    return len(due)


def _due(at: datetime, before: datetime, limit: int) -> Sequence[Row[int, datetime]]:
    """The closed tickets behind the place reached; a ticket's last deed is its closing."""
    place = tuple_(Ticket.active_at, Ticket.id)
    query = (
        select(Ticket.id, Ticket.active_at)
        .where(Ticket.active_at <= before, place > _place_reached(at, before))
        .where(Ticket.state == TicketState.CLOSED)
        .order_by(Ticket.active_at, Ticket.id)
    )
    return db.session.execute(query.limit(limit)).all()


def _place_reached(at: datetime, before: datetime) -> tuple[datetime, int]:
    """How far the closings were gone through. A desk that has asked nobody yet begins a day back:
    nobody is asked about the past."""
    reached = find_beat(SIGN)
    if reached is None:
        return before - FIRST, 0
    earliest = at - TOO_LATE
    place = datetime.fromisoformat(reached.said["at"])
    return (place, int(reached.said["ticket"])) if place > earliest else (earliest, 0)


def _look_at(ticket_id: int, begin: str, *, at: datetime) -> None:
    ticket = db.session.scalars(_whole(ticket_id)).one()
    if ticket.state != TicketState.CLOSED or ticket.closed_at is None:
        return
    if why_not(_closing_of(ticket, at)) is None:
        _ask(ticket, ticket.closed_at, begin, at=at)


def _whole(ticket_id: int) -> Select[Ticket]:
    query = select(Ticket).where(Ticket.id == ticket_id)
    return locked(query).options(joinedload(Ticket.vendor), joinedload(Ticket.buyer))


def _closing_of(ticket: Ticket, at: datetime) -> Closing:
    return Closing(
        answered=_last_author(ticket) is not None,
        merged=ticket.continued_in_id is not None,
        reachable=bool(ticket.buyer.address_sealed) and not ticket.undeliverable,
        unwanted=ticket.buyer.blocked_at is not None or _is_unwanted(ticket),
        asked_lately=_was_asked(ticket.buyer, at),
    )


def _last_author(ticket: Ticket) -> int | None:
    """Who wrote the last answer that left."""
    query = select(Message.author_id).where(
        Message.ticket_id == ticket.id,
        Message.kind == MessageKind.REPLY,
        Message.delivery == DeliveryState.SENT,
    )
    return db.session.scalar(query.order_by(Message.id.desc()).limit(1))


def _is_unwanted(ticket: Ticket) -> bool:
    """Whether the last silence says that no person waits there."""
    query = select(Silence.reason).where(
        Silence.ticket_id == ticket.id, Silence.overruled_at.is_(None)
    )
    last = db.session.scalar(query.order_by(Silence.id.desc()).limit(1))
    return last in NOT_FOR


def _was_asked(buyer: Buyer, at: datetime) -> bool:
    """Whether this person was asked lately, about whatever vendor."""
    settings: Settings = part("settings")
    since = at - timedelta(days=settings.survey_rest_days)
    same = select(Buyer.id).where(Buyer.address_index == buyer.address_index)
    query = select(Survey.id).where(Survey.buyer_id.in_(same), Survey.asked_at > since)
    return db.session.scalar(query.limit(1)) is not None


# --- asking ----------------------------------------------------------------------------------


def _ask(ticket: Ticket, closed_at: datetime, begin: str, *, at: datetime) -> None:
    survey = Survey(
        key=new_key(), ticket_id=ticket.id, vendor_id=ticket.vendor_id, buyer_id=ticket.buyer_id,
        agent_id=_last_author(ticket), lang=_language_of(ticket), closed_at=closed_at, asked_at=at,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(survey)
    except IntegrityError:
        # Another worker looks at the same closing.
        return
    post: Post = part("post")
    if not post(ticket, _letter(ticket, survey, begin), at=at):
        db.session.delete(survey)


def _language_of(ticket: Ticket) -> str:
    """What a person said of the buyer, then what they wrote in."""
    wanted = ticket.buyer.lang or ticket.lang
    return wanted if wanted in languages() else "en"


def _letter(ticket: Ticket, survey: Survey, begin: str) -> Letter:
    settings: Settings = part("settings")
    names = {"vendor": ticket.vendor.name, "market": settings.market_name}
    choices = choices_in(survey.lang, links_of(survey, begin=begin))
    return Letter(
        survey.lang,
        subject=mail_words(survey.lang, "subject", **names),
        body=mail_words(survey.lang, "body", choices=choices, **names),
    )
