"""Mails that are kept back: asking the buyer about them, passing them on, letting them go.

A vendor sees no trace of a held mail. Only the bound address is asked, at most once a day and about
one sender at a time, so that a "yes" never lets somebody else's words through. Never commits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select, update

from app.config import Settings
from app.extensions import db, part
from app.mail.errors import UnreadableMail
from app.mail.parse import read
from app.relay.answers import Said, understand_answer
from app.relay.familiar import remember, sender_index
from app.relay.keeping import raw_of, with_parties
from app.relay.masks import make_mask
from app.relay.models import MailState, Notice, NoticeKind, StoredMail
from app.relay.notices import tell
from app.relay.reading import arrival_of
from app.relay.senders import Standing
from app.tickets.models import Message, NotAllowed, Ticket
from app.triage.intake import take_in, understand

# What the buyer is asked about, and what the buyer is told cannot be read.
OTHER_SENDER = "other_sender"
ASKED = (OTHER_SENDER, "unproven_sender")
EXPLAINED = ("encrypted", "partial")
KEPT = timedelta(days=7)
AT_A_TIME = 50


def note_held(stored: StoredMail, reason: str, sender: str | None, *, at: datetime) -> None:
    """A mail is about to be held: ask or tell the bound buyer, if that is to be done at all.

    What comes to a vendor's public door waits for the operator: nobody is bound there, and asking
    the address in From would send our mail to whomever a stranger names.
    """
    if stored.mask is None:
        return
    if reason in EXPLAINED:
        tell(stored.mask.ticket, NoticeKind.ENCRYPTED, at=at)
    elif reason in ASKED and sender:
        stored.sender_index = sender_index(sender)
        _ask(stored, at=at)


def _ask(stored: StoredMail, *, at: datetime) -> bool:
    """Ask the buyer about this mail and others of the same sender. False when it must wait."""
    if stored.mask is None:
        return False
    open_question = _open_question(stored)
    if open_question is None:
        notice = tell(stored.mask.ticket, NoticeKind.CONFIRM, at=at)
        open_question = notice.id if notice else None
    stored.asked_id = open_question
    if open_question is not None and _surely_alike(stored):
        waiting = _of_same_sender(stored).where(StoredMail.asked_id.is_(None))
        for other in db.session.scalars(waiting).all():
            other.asked_id = open_question
    return open_question is not None


def _surely_alike(stored: StoredMail) -> bool:
    """Whether mails under one From are from one person. Where nothing is proven, anybody can have
    written the next one, so each is asked about by itself."""
    settings: Settings = part("settings")
    return not settings.checks_senders or stored.sender_check == Standing.PASS


def _of_same_sender(stored: StoredMail) -> Select[StoredMail]:
    return select(StoredMail).where(
        StoredMail.mask_id == stored.mask_id,
        StoredMail.sender_index == stored.sender_index,
        StoredMail.sender_check == stored.sender_check,
        StoredMail.state == MailState.HELD,
        StoredMail.id != stored.id,
    )


def _open_question(stored: StoredMail) -> int | None:
    """The question about this sender that the buyer has not answered yet."""
    if not _surely_alike(stored):
        return None
    asked = _of_same_sender(stored).where(StoredMail.asked_id.is_not(None)).limit(1)
    other = db.session.scalar(asked)
    return other.asked_id if other else None


def ask_waiting(*, at: datetime) -> int:
    """Ask about held mails whose turn has come, a sender a day and conversation. Not committed."""
    query = (
        _held_ones()
        .where(StoredMail.asked_id.is_(None), StoredMail.reason.in_(ASKED))
        .where(StoredMail.mask_id.is_not(None), StoredMail.sender_index.is_not(None))
    )
    waiting = db.session.scalars(query.limit(AT_A_TIME)).all()
    return sum(_ask(stored, at=at) for stored in waiting if stored.asked_id is None)


def _held_ones() -> Select[StoredMail]:
    return (
        select(StoredMail)
        .where(StoredMail.state == MailState.HELD)
        .order_by(StoredMail.id)
        .options(*with_parties())
        .with_for_update(skip_locked=True, of=StoredMail)
    )


def take_answer(notice: Notice, said: str, *, at: datetime) -> str | None:
    """The buyer answered a question: pass the mails on or let them go. What was done, None when
    the answer says neither yes nor no. Not committed."""
    answer = understand_answer(said)
    if answer is Said.NEITHER:
        return None
    notice.answered_at = at
    for stored in db.session.scalars(_held_ones().where(StoredMail.asked_id == notice.id)).all():
        if answer is Said.YES:
            confirm(stored, at=at)
        else:
            discard(stored, at=at)
    return "confirmed" if answer is Said.YES else "denied"


def confirm(stored: StoredMail, *, at: datetime) -> None:
    """The buyer wrote it: pass it on, and know its sender from now on. Not committed."""
    if stored.reason == OTHER_SENDER and _surely_alike(stored):
        remember(stored, at=at)
    release(stored, at=at).ticket.log("confirmed", at=at)


def release(stored: StoredMail, *, at: datetime) -> Message:
    """Pass a held mail on: it shows when it came, and its clock runs from `at`. Not committed.

    Raises NotAllowed when it is held no longer, or cannot become words of a buyer.
    """
    stored = _with_parties(stored)
    try:
        mail = read(raw_of(stored))
        if not mail.from_addresses:
            raise NotAllowed("This mail names no sender, so nobody could be answered.")
        arrival = arrival_of(stored, mail, at=at)
    except UnreadableMail as fault:
        raise NotAllowed("This mail cannot be read, so it cannot be passed on.") from fault
    except LookupError as fault:
        raise NotAllowed("This mail came to no conversation, so it stays here.") from fault
    understood = understand(arrival)
    _leave(stored, MailState.DONE, "released", at=at)
    message = take_in(arrival, understood)
    message.created_at = stored.received_at
    if arrival.ticket is None:
        make_mask(message.ticket)
    stored.message_id = message.id
    return message


def discard(stored: StoredMail, *, at: datetime) -> None:
    """Let a held mail go without passing it on. Not committed. Raises NotAllowed."""
    _leave(stored, MailState.IGNORED, "discarded", at=at)


def _with_parties(stored: StoredMail) -> StoredMail:
    query = select(StoredMail).where(StoredMail.id == stored.id).options(*with_parties())
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _leave(stored: StoredMail, state: MailState, reason: str, *, at: datetime) -> None:
    """Take the mail out of the held ones, once, whoever else tries at the same moment."""
    left = db.session.execute(
        update(StoredMail)
        .where(StoredMail.id == stored.id, StoredMail.state == MailState.HELD)
        .values(state=state, reason=reason, done_at=at)
        .returning(StoredMail.id)
    )
    if left.first() is None:
        raise NotAllowed("This mail is not held any more.")


def expire(*, at: datetime) -> int:
    """Let go what nobody confirmed in seven days, and say so to the buyer once. Not committed."""
    asked_long_ago = StoredMail.asked_id.in_(
        select(Notice.id).where(Notice.kind == NoticeKind.CONFIRM, Notice.created_at <= at - KEPT)
    )
    told_long_ago = and_(
        StoredMail.reason.in_(EXPLAINED),
        StoredMail.mask_id.is_not(None),
        StoredMail.done_at <= at - KEPT,
    )
    query = _held_ones().where(or_(asked_long_ago, told_long_ago))
    due = db.session.scalars(query.limit(AT_A_TIME)).all()
    for stored in due:
        stored.state, stored.done_at = MailState.EXPIRED, at
    for ticket in _asked_tickets(due):
        tell(ticket, NoticeKind.EXPIRED, at=at)
    return len(due)


def _asked_tickets(mails: Sequence[StoredMail]) -> list[Ticket]:
    """The conversations in which a question was left open, each once."""
    tickets = [stored.mask.ticket for stored in mails if stored.mask and stored.asked_id]
    return list({ticket.id: ticket for ticket in tickets}.values())
