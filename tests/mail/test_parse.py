"""Reading single mails: headers, charsets, parts, limits."""

import tracemalloc
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from app.mail.errors import HeadersTooLong, TooDeep, TooManyLines, TooManyParts, UnreadableMail
from app.mail.limits import TEXT_LIMIT
from app.mail.parse import Mail, read
from tests.mail.cases import raw

HEAD = b"From: Kim <kim@buyer.test>\nTo: c1@reply.test\nSubject: x\nMIME-Version: 1.0\n"


def with_fields(fields: bytes, body: bytes = b"hello") -> Mail:
    return read(fields + b"\n\n" + body)


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        (b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        (b"Subject: =?utf-8?B?R3LDtsOf?=\n =?utf-8?B?ZQ==?= passt", "Größe passt"),
        (b"Subject: =?utf-8?B?R3LD?= =?utf-8?B?tsOf?=", "Größ"),
        (b"Subject: Gr\xf6\xdfe", "Größe"),
        (b"Subject: Gr\xc3\xb6\xc3\x9fe", "Größe"),
        (b"Subject: =?iso-2022-jp?B?GyRCJF4kXyRgGyhC?=", "まみむ"),
        (b"Subject: =?x-unknown?q?caf=E9?=", "café"),
        (b"Subject: =?utf-8?b?broken***?=", "n\ufffd^"),
        (b"Subject: a\n b\n\tc", "a b c"),
        (b"Subject : old colon", "old colon"),
    ],
)
def test_a_subject_is_readable(field: bytes, subject: str) -> None:
    if b"broken" in field:
        assert with_fields(field).subject
    else:
        assert with_fields(field).subject == subject


@pytest.mark.parametrize(
    ("fields", "senders"),
    [
        (b"From: Kim <kim@buyer.test>", ("kim@buyer.test",)),
        (b"From: a@b.test\nFrom: c@d.test", ("a@b.test", "c@d.test")),
        (b"From: a@b.test, c@d.test", ("a@b.test", "c@d.test")),
        (b"Subject: none", ()),
        (b"From: nobody", ()),
        (b"From: \x00a@b.test", ()),
        (b"From: =?utf-8?q?real=40bound.test?=", ()),
        (b"From: undisclosed:;", ()),
        (b"From: " + b"(" * 7_000, ()),
        (b'From: "a@b.test" <c@d.test>', ("c@d.test",)),
    ],
)
def test_the_senders_of_a_mail_are_none_one_or_many(
    fields: bytes, senders: tuple[str, ...]
) -> None:
    assert with_fields(fields).from_addresses == senders


def test_dates_come_as_instants_in_utc_or_not_at_all() -> None:
    told = with_fields(b"Date: Tue, 14 May 2024 18:02:11 +0200").date
    assert told == datetime(2024, 5, 14, 16, 2, 11, tzinfo=UTC)
    assert with_fields(b"Date: Mon, 99 Foo 99999").date is None


def test_ids_come_without_brackets() -> None:
    mail = with_fields(b"Message-ID: <a@b>\nIn-Reply-To: <c@d>\nReferences: <e@f>\n <c@d>")
    assert (mail.message_id, mail.in_reply_to) == ("a@b", "c@d")
    assert mail.references == ("e@f", "c@d")


def test_loop_marks_and_hops_are_counted() -> None:
    mail = with_fields(
        b"Received: a\nReceived: b\nX-Dragoman-Loop: abc\nContent-Language: de-DE, en"
    )
    assert (mail.received_count, mail.loops, mail.content_language) == (2, ("abc",), "de-de")


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        (b"quoted-printable;", b"caf=C3=A9", "café"),
        (b"Quoted-Printable ", b"a=\nb", "ab"),
        (b"base64", b"Y2Fm*w6k", "café"),
        (b"7-bit", b"caf\xc3\xa9", "café"),
        (b"8bits", b"caf\xe9", "café"),
        (b"x-uuencode", b"begin 644 a\n#8V%F\n`\nend\n", "caf"),
        (b"", b"plain", "plain"),
    ],
)
def test_transfer_encodings_are_undone_as_they_are_meant(
    encoding: bytes, body: bytes, text: str
) -> None:
    mail = read(HEAD + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + body)
    assert mail.text.strip() == text


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "zlib", "rot13", "utf-7", "\x00", "x" * 90]
)
def test_a_strange_charset_harms_nobody(charset: str) -> None:
    head = HEAD + b"Content-Type: text/plain; charset=" + charset.encode()
    assert "hello" in read(head + b"\n\nhello").text


def test_no_text_holds_what_a_database_cannot_take() -> None:
    mail = read(HEAD + b"Content-Type: text/plain; charset=utf-7\n\na\x00b +2AA-")
    assert "\x00" not in mail.text
    mail.text.encode()


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000, TooManyParts),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 101, TooManyParts),
        (b"Content-Type: message/rfc822\n\n" * 500, TooManyParts),
        (b"Content-Type: message/rfc822\n\n" * 15, TooDeep),
        (b"X-A: b\n" * 100_000, HeadersTooLong),
        (
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + b"X-A: b\n" * 10_000,
            HeadersTooLong,
        ),
        (b"\n" * 1_100_000, TooManyLines),
    ],
    ids=["10k-parts", "101-parts", "500-deep", "15-deep", "headers", "part-header", "lines"],
)
def test_what_no_mail_program_makes_gets_a_named_verdict(
    body: bytes, verdict: type[UnreadableMail]
) -> None:
    with pytest.raises(verdict):
        read(HEAD + body)


def test_a_hundred_parts_are_read() -> None:
    parts = b"--b\nContent-Type: text/plain\n\nx\n" * 99
    mail = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--")
    assert mail.text.count("x") == 99


def test_encrypted_partial_and_two_sender_mails_are_told() -> None:
    assert read(raw("pgp-encrypted")).encrypted
    assert len(read(raw("two-from-headers")).from_addresses) == 2
    assert read(HEAD + b"Content-Type: message/partial; id=x; number=1\n\nhello").partial


def test_an_inline_pgp_message_counts_as_encrypted() -> None:
    assert read(HEAD + b"\n-----BEGIN PGP MESSAGE-----\nabc").encrypted


def test_a_forwarded_mail_is_a_file_named_by_its_subject() -> None:
    file = read(raw("forward-as-attachment-en")).attachments[0]
    assert (file.name, file.withheld) == ("Ihr Päckchen.eml", "message")


def test_a_uuencoded_file_leaves_the_text() -> None:
    file = read(raw("uuencoded-file-in-text-en")).attachments[0]
    assert (file.name, file.content) == ("receipt.txt", b"paid 12.50 EUR")


def test_a_flowed_text_with_delsp_is_joined_without_spaces() -> None:
    head = HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\n"
    assert read(head + "お荷物が \n届きません".encode()).text == "お荷物が届きません"


def test_broken_header_lines_do_not_swallow_the_mail() -> None:
    mail = read(b"quite broken\nFrom: kim@buyer.test\nSubject: x\n\nhello")
    assert (mail.from_addresses, mail.subject, mail.text) == (("kim@buyer.test",), "x", "hello")


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00", b"\xff" * 100, b"--", b"From x\n"])
def test_next_to_nothing_is_read_too(content: bytes) -> None:
    assert isinstance(read(content), Mail)


def test_single_fields_are_at_hand() -> None:
    mail = with_fields(b"X-A: =?utf-8?q?=C3=BC?=\nx-a: 2")
    assert mail.header("X-a") == "ü"
    assert mail.headers("x-A") == ("ü", "2")
    assert mail.header("X-B") is None


# --- big mails -----------------------------------------------------------------------------

BIG = 8_000_000


def peak_of(raw: bytes) -> float:
    """How much memory reading takes beside the mail itself, in sizes of the mail."""
    tracemalloc.start()
    try:
        read(raw)
        return tracemalloc.get_traced_memory()[1] / len(raw)
    finally:
        tracemalloc.stop()


def test_a_text_is_read_as_far_as_anybody_would_and_costs_no_second_copy() -> None:
    line = b"Where is the parcel, please?\r\n"
    raw = b"From: a@b.example\r\nSubject: x\r\n\r\n" + line * (BIG // 10)
    mail = read(raw)
    assert 0.9 * TEXT_LIMIT < len(mail.text) <= TEXT_LIMIT
    assert mail.defects == ("text-cut-for-display",)
    assert peak_of(raw) < 2


def test_a_file_is_decoded_whole_and_costs_a_few_copies() -> None:
    content = bytes(range(256)) * (BIG // 256)
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("See the file.")
    message.add_attachment(content, maintype="application", subtype="pdf", filename="a.pdf")
    raw = bytes(message)
    assert read(raw).attachments[0].content == content
    assert peak_of(raw) < 5
