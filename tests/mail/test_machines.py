"""Who wrote this: a person or a program? And when a server wrote it: what does it report?"""

import pytest

from app.mail.parse import read
from app.mail.reports import digest, read_report, without_names

PERSON = b"From: Kim <kim@buyer.test>\nTo: c1@reply.test\n"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (b"", None),
        (b"Auto-Submitted: no\n", None),
        (b"X-Auto-Response-Suppress: All\n", None),
        (b"Subject: Automatic doors do not close\n", None),
        (b"Subject: Re: out of office hours delivery\nReferences: <a@b>\n", None),
        (b"Auto-Submitted: auto-replied; owner=x\n", "auto-submitted"),
        (b"X-Autoreply: yes\n", "auto-response"),
        (b"X-Autoreply: no\n", None),
        (b"Precedence: auto_reply\n", "auto-response"),
        (b"Precedence: bulk\n", "bulk"),
        (b"Precedence: list\n", "list"),
        (b"List-Id: <x.test>\n", "list"),
        (b"Return-Path: <>\n", "null-sender"),
        (b"Return-Path: <kim@buyer.test>\n", None),
        (b"Content-Type: multipart/report; boundary=x\n", "report"),
        (
            b"Subject: Automatische Antwort: Bestellung\nX-Auto-Response-Suppress: All\n",
            "vacation",
        ),
        ("Subject: Réponse automatique : commande\n".encode(), "vacation"),
        ("Subject: 自動応答: 注文\nX-Auto-Response-Suppress: OOF\n".encode(), "vacation"),
    ],
)
def test_a_program_is_told_from_a_person(fields: bytes, reason: str | None) -> None:
    assert read(PERSON + fields + b"\nhello").auto_reply == reason


def test_a_robot_sender_is_no_person() -> None:
    assert read(b"From: no-reply@shop.test\n\nx").auto_reply == "robot-sender"


DSN = b"""From: Mail Delivery System <MAILER-DAEMON@mx.test>
To: r1@bounce.market.test
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your mail to <Jane@Real.test>.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; Jane@Real.test
Action: %s
Status: %s
Diagnostic-Code: smtp; %s

--b
Content-Type: message/rfc822

Return-Path: <r1@bounce.market.test>
Message-ID: <m1@reply.market.test>
To: jane@real.test

hello
--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "said", "kind", "told"),
    [
        (b"failed", b"5.1.1", b"550 5.1.1 no", "bounce", "5.1.1"),
        (b"failed", b"5.0.0", b"550 5.2.2 <Jane@Real.test> full", "bounce", "5.2.2"),
        (b"failed", b"5.0.0", b"550 User unknown", "bounce", "5.1.1"),
        (b"failed", b"", b"552 mailbox full", "bounce", "5.2.2"),
        (b"delayed", b"4.4.1", b"connection timed out", "delayed", "4.4.1"),
        (b"delivered", b"2.0.0", b"250 ok", "receipt", "2.0.0"),
    ],
)
def test_a_delivery_report_is_read(
    action: bytes, status: bytes, said: bytes, kind: str, told: str
) -> None:
    report = read_report(DSN % (action, status, said))
    assert report is not None
    assert (report.kind, report.status) == (kind, told)
    assert report.recipient_digest == digest("jane@real.test")
    assert report.message_ids == ("m1@reply.market.test",)
    assert "r1@bounce.market.test" in report.return_paths
    assert report.permanent == (kind == "bounce")
    assert "real.test" not in report.diagnostic.lower()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"<jane@real.test>:\nSorry, no mailbox here by that name. (#5.1.1)", "5.1.1"),
        (b"jane@real.test: host mx said: 550 User unknown", "5.1.1"),
        (b"The mailbox is full.", "5.2.2"),
        (b"Host or domain name not found.", "5.1.2"),
        (b"Message size exceeds the fixed limit.", "5.3.4"),
        (b"too many hops, this message is looping", "5.4.6"),
        (b"Your mail was blocked as spam.", "5.7.1"),
        (b"We could not send your mail.", "5.0.0"),
    ],
)
def test_servers_that_keep_to_no_standard_are_understood(text: bytes, status: str) -> None:
    head = b"From: MAILER-DAEMON@mx.test\nSubject: failure notice\nReturn-Path: <>\n\n"
    report = read_report(head + text)
    assert report is not None
    assert report.status == status


def test_a_late_mail_is_not_a_lost_one() -> None:
    head = b"From: postmaster@mx.test\nSubject: Warning: could not send message for 4 hours\n\n"
    report = read_report(head + b"YOU DO NOT NEED TO RESEND YOUR MESSAGE\n451 try later")
    assert report is not None
    assert (report.kind, report.permanent) == ("delayed", False)


def test_a_complaint_is_read() -> None:
    report = read_report(
        b"From: fbl@isp.test\nContent-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        b"Original-Rcpt-To: jane@real.test\n\n--b--\n"
    )
    assert report is not None
    assert (report.kind, report.recipient_digest) == ("complaint", digest("jane@real.test"))


def test_a_read_receipt_is_told() -> None:
    report = read_report(
        b"From: kim@buyer.test\nContent-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@b.test\n"
        b"Original-Message-ID: <m1@reply.market.test>\nDisposition: manual; displayed\n\n--b--\n"
    )
    assert report is not None
    assert (report.kind, report.message_ids) == ("receipt", ("m1@reply.market.test",))


@pytest.mark.parametrize(
    "raw",
    [
        PERSON + b"Subject: Undeliverable parcel\n\nThe carrier says 550 Main Street is unknown.",
        PERSON + b"Subject: my order\n\nUser unknown? I have an account with error 5.1.1",
        PERSON + b"Subject: Automatic reply\nAuto-Submitted: auto-replied\n\nI am away.",
        b"",
        b"\x00" * 100,
        b"X-A: b\n" * 100_000,
    ],
)
def test_other_mails_are_no_reports(raw: bytes) -> None:
    assert read_report(raw) is None


def test_a_diagnostic_names_no_address_host_or_machine() -> None:
    said = "smtp; 550 5.1.1 <jane@real.test>: mx1.real.test [192.0.2.1] says no (2001:db8::1:2)"
    told = without_names(said)
    for name in ("jane", "real.test", "192.0.2.1", "2001:db8"):
        assert name not in told
    assert "says no" in told
