"""The monthly report: once, in the reader's language, with figures and nobody in it."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest

from app.extensions import db
from app.lib.clock import now
from app.mail.smtp import TryAgain
from app.quality.report import Report, make_reports, send_reports
from app.quality.rollup import rebuild
from app.quality.score_models import ALL, ScoreDay
from tests.factories import KIM, Cast, answer, make_ticket
from tests.fakes import MemorySmtp, SteppedClock

pytestmark = pytest.mark.db


@pytest.fixture
def april(cast: Cast, clock: SteppedClock) -> Cast:
    """Ana answered one of two in March; it is the second of April."""
    make_ticket(cast.lavande)
    prompt = make_ticket(cast.lavande, "My lamp is broken.")
    clock.advance(hours=2)
    answer(prompt, cast.ana)
    clock.at = datetime(2026, 4, 2, 6, 0, tzinfo=UTC)
    rebuild(now())
    return cast


def test_a_vendor_s_supervisor_gets_last_month_once(april: Cast, post: MemorySmtp) -> None:
    assert make_reports() == 1
    assert make_reports() == 0
    assert send_reports() == 1
    (sent,) = post.sent
    mail = message_from_bytes(sent.content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    assert sent.recipient == "lea@desk.example"
    assert mail["Subject"] == "Maison Lavande in March 2026"
    assert "Answered in time: 50.0 % of 2 (9–91 %)" in text
    assert "half within 2 h 00" in text
    assert KIM not in text
    assert "Ana" not in text


def test_the_report_says_how_content_buyers_were(april: Cast, post: MemorySmtp) -> None:
    db.session.add(
        ScoreDay(vendor_id=april.lavande.id, agent_id=ALL, level=ALL, day=date(2026, 3, 9),
                 measure="satisfaction", counted=40, hits=30, excused=0, valued=40, total=160)
    )  # fmt: skip
    db.session.commit()
    make_reports()
    report = db.session.scalars(db.select(Report)).one()
    said = "Satisfied buyers: 75.0 % of 40 (60–86 %), 4.0 on average"
    assert said in report.body


def test_nothing_is_sent_on_the_first_day_of_a_month(april: Cast, clock: SteppedClock) -> None:
    clock.at = datetime(2026, 4, 1, 23, 59, tzinfo=UTC)
    assert make_reports() == 0


def test_a_vendor_without_tickets_gets_no_mail(april: Cast, post: MemorySmtp) -> None:
    april.omar.role = "supervisor"
    db.session.commit()
    assert make_reports() == 1
    send_reports()
    assert {sent.recipient for sent in post.sent} == {"lea@desk.example"}


def test_the_reader_s_language_is_used(april: Cast, post: MemorySmtp) -> None:
    april.lea.ui_lang = "fr"
    db.session.commit()
    make_reports()
    report = db.session.scalars(db.select(Report)).one()
    assert report.subject == "Maison Lavande, mars 2026"
    assert "Réponse dans les délais : 50,0 % sur 2" in report.body


def test_a_report_that_cannot_leave_is_tried_again_and_one_to_nobody_is_not(
    april: Cast, post: MemorySmtp, clock: SteppedClock
) -> None:
    make_reports()
    post.failures.append(TryAgain(451, "later"))
    send_reports()
    assert post.sent == []
    clock.advance(minutes=2)
    april.lea.disabled_at = now()
    db.session.commit()
    send_reports()
    assert post.sent == []
    assert db.session.scalars(db.select(Report.delivery)).all() == ["failed"]
