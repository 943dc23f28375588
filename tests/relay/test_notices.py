"""What the desk itself tells a buyer: seldom, in their language, and to them alone."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

import app
from app.config import DESK_LANGUAGES
from app.extensions import db
from app.mail.smtp import Refused, TryAgain
from app.relay.models import Notice, NoticeKind
from app.relay.notices import may_tell, tell
from app.relay.outbound import deliver_due
from app.tickets.models import DeliveryState
from tests.factories import KIM, Cast, mail_in, mask_of
from tests.fakes import MemorySmtp, SteppedClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONFIRM, EXPIRED = NoticeKind.CONFIRM, NoticeKind.EXPIRED


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


@pytest.mark.parametrize(
    ("earlier", "may"),
    [
        ([], True),
        ([("confirm", ago(hours=23))], False),
        ([("confirm", ago(hours=24))], True),
        ([("expired", ago(hours=1))], True),
        ([("other", ago(minutes=m)) for m in range(9)], True),
        ([("other", ago(minutes=m)) for m in range(10)], False),
        ([("other", ago(minutes=60 + m)) for m in range(10)], True),
    ],
)
def test_one_of_a_kind_a_day_and_ten_an_hour(
    earlier: list[tuple[str, datetime]], may: bool
) -> None:
    assert may_tell(CONFIRM, earlier, at=NOON) is may


@pytest.mark.parametrize("lang", [*DESK_LANGUAGES, "und"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_has_words_in_every_language(cast: Cast, kind: NoticeKind, lang: str) -> None:
    ticket = mail_in(cast.lavande)
    ticket.lang = lang
    notice = tell(ticket, kind, at=NOON)
    assert notice is not None
    assert "Maison Lavande" in notice.body
    assert not re.search(r"[{}]", notice.subject + notice.body)
    assert "\n" not in notice.subject


@pytest.mark.parametrize("piece", ["subject", "body"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_no_language_borrows_another_s_words(kind: NoticeKind, piece: str) -> None:
    folder = Path(app.__file__).parent / "templates" / "mail"
    words = [(folder / f"{kind}.{lang}.{piece}.txt").read_text() for lang in DESK_LANGUAGES]
    assert len(set(words)) == len(DESK_LANGUAGES)
    placed = {frozenset(re.findall(r"{{ *(\w+) *}}", text)) for text in words}
    assert len(placed) == 1


def test_a_notice_leaves_once_to_the_bound_buyer_and_says_that_it_is_automatic(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    tell(ticket, EXPIRED, at=clock())
    db.session.commit()
    deliver_due()
    deliver_due()
    mail = message_from_bytes(post.sent[0].content, policy=policy.default)
    assert [sent.recipient for sent in post.sent] == [KIM]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["From"].addresses[0].addr_spec == mask_of(ticket)
    assert mail["Subject"] == "A mail was not passed on"


def test_a_notice_is_tried_again_with_the_same_bytes_and_fails_without_touching_the_clock(
    cast: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    ticket = mail_in(cast.lavande)
    due_at = ticket.due_at
    notice = tell(ticket, EXPIRED, at=clock())
    db.session.commit()
    assert notice is not None
    post.failures = [TryAgain(451, "RCPT TO"), Refused(550, "RCPT TO")]
    deliver_due()
    assert (notice.delivery, notice.failure) == (DeliveryState.QUEUED, "delayed 451")
    clock.advance(minutes=2)
    deliver_due()
    assert (notice.delivery, notice.failure) == (DeliveryState.FAILED, "refused 550")
    assert (ticket.due_at, ticket.undeliverable) == (due_at, False)
    assert db.session.query(Notice).count() == 1
