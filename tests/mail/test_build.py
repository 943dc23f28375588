"""Outgoing mail: the same row gives the same bytes, and nothing but the allow-list leaves."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.build import (
    ALLOWED_HEADERS,
    NotSendable,
    Outgoing,
    clean_display_name,
    clean_subject,
    compose,
)
from app.mail.parse import read

MAIL = Outgoing(
    message_id="m1@reply.market.test",
    date=datetime(2024, 5, 14, 16, 0, 0, 5, tzinfo=UTC),
    from_name="Cup & Kettle via Market",
    from_address="c7k2@reply.market.test",
    to_address="kim@buyer.test",
    subject="Ihre Größe",
    text="Guten Tag,\n\nIhr Paket ist da.\n.\nFrom hier an",
    language="de",
    loop_id="abc123",
    in_reply_to="x@buyer.test",
    references=("x@buyer.test",),
    delimiter="##- Bitte oberhalb dieser Zeile schreiben -##",
)


def test_the_same_row_gives_the_same_bytes() -> None:
    assert compose(MAIL) == compose(replace(MAIL))


def test_another_clock_zone_gives_the_same_date() -> None:
    there = MAIL.date.astimezone(timezone(timedelta(hours=9)))
    assert compose(replace(MAIL, date=there)) == compose(MAIL)
    assert b"Date: Tue, 14 May 2024 16:00:00 +0000\r\n" in compose(MAIL)


def test_a_composed_mail_reads_back() -> None:
    mail = read(compose(MAIL))
    assert mail.subject == "Re: Ihre Größe"
    assert mail.from_addresses == ("c7k2@reply.market.test",)
    assert mail.from_name == "Cup & Kettle via Market"
    assert mail.text.startswith("##- Bitte oberhalb dieser Zeile schreiben -##\n\nGuten Tag,")
    assert mail.text.rstrip().endswith(".\nFrom hier an")
    assert mail.content_language == "de"
    assert mail.loops == ("abc123",)
    assert mail.auto_reply is None
    assert "<br>" in str(mail.html)


def test_only_a_notice_of_the_desk_says_that_a_machine_wrote_it() -> None:
    assert b"Auto-Submitted" not in compose(MAIL)
    assert read(compose(replace(MAIL, system_notice=True))).auto_reply == "auto-submitted"


NASTY = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "x\r\nBcc: v@shop.test", "x\nReply-To: v@shop.test", '"a" <v@shop.test>', "\u202ev@x.y",
            "=?utf-8?q?v=40shop.test?=", "x" * 5_000, "ä" * 3_000, "\x00", "\ud800", "Re: " * 50,
            "https://shop.test/x", "\u2028Bcc: x",
        ]
    ),
)  # fmt: skip


@settings(deadline=None)
@given(name=NASTY, subject=NASTY, text=NASTY, language=NASTY, loop_id=NASTY)
def test_whatever_is_written_only_allowed_headers_leave(
    name: str, subject: str, text: str, language: str, loop_id: str
) -> None:
    fields = {"from_name": name, "subject": subject, "text": text}
    content = compose(replace(MAIL, **fields, language=language, loop_id=loop_id))
    head = content.split(b"\r\n\r\n")[0]
    mail = message_from_bytes(content, policy=policy.compat32)
    assert set(mail.keys()) <= set(ALLOWED_HEADERS)
    assert len(mail.keys()) == len(set(mail.keys()))
    assert head.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert read(content).from_addresses == ("c7k2@reply.market.test",)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Cup & Kettle", "Cup & Kettle"),
        ("write me x@y.test", "write me"),
        ("shop.com best cups", "best cups"),
        ("see https://shop.test/x now", "see now"),
        ("a\r\nBcc: b", "a Bcc b"),
        ("\u202etest\u202c", "test"),
        ("=?utf-8?q?v=40s?=", "= ?utf-8?q?v=40s? ="),
        ("Größe 名前", "Größe 名前"),
        ('"quoted" <x>', "quoted x"),
        ("x" * 100, "x" * 64),
        ("", ""),
    ],
)
def test_a_display_name_is_only_a_name(name: str, cleaned: str) -> None:
    assert clean_display_name(name) == cleaned


@pytest.mark.parametrize(
    ("subject", "cleaned"),
    [
        ("Order", "Re: Order"),
        ("Re: Order", "Re: Order"),
        ("AW: Re: SV: RE[2]: Order", "Re: Order"),
        ("答复: 订单", "Re: 订单"),
        ("Ref: 12345", "Re: Ref: 12345"),
        ("Order\r\nBcc: x", "Re: Order Bcc: x"),
        ("\u202eOrder", "Re: Order"),
    ],
)
def test_a_subject_has_one_reply_mark(subject: str, cleaned: str) -> None:
    assert clean_subject(subject, reply=True) == cleaned


def test_a_first_mail_has_no_reply_mark() -> None:
    assert clean_subject("Order", reply=False) == "Order"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_address": "a@b.test\r\nBcc: x@y.test"},
        {"to_address": "a@b.test, c@d.test"},
        {"to_address": "nobody"},
        {"message_id": "a b@c"},
        {"references": ("x@y>\r\nBcc: <a",)},
        {"in_reply_to": "no id"},
    ],
)
def test_ids_and_addresses_of_no_known_form_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(NotSendable) as told:
        compose(replace(MAIL, **wrong))  # type: ignore[arg-type]
    assert "@" not in str(told.value)


def test_long_threads_keep_their_first_and_last_ids() -> None:
    ids = tuple(f"{number}@a.test" for number in range(50))
    told = read(compose(replace(MAIL, references=ids))).references
    assert len(told) == 20
    assert (told[0], told[-1]) == (ids[0], ids[-1])


def test_the_page_is_made_from_the_text_alone() -> None:
    content = compose(replace(MAIL, text="<script>x</script> & <img src=//x.test>"))
    page = str(read(content).html)
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"(?:src|style|href)=", page.replace("src=//x.test", ""))
