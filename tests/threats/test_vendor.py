"""A vendor who wants the buyer's address, row by row (V1-V19, V22, V25, X13, X14).

Rows V20, V21, V23 and V24 are about who may write to a mask: they stand with the senders' tests.
Every row goes through the whole intake, then everything a vendor can get is searched.
"""

import base64
import csv
import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.privacy.vault import Vault
from app.relay.examining import Delivery, rates_of
from app.relay.leaks import ALLOWED_HEADERS
from app.relay.models import MailState, Mask
from app.relay.outbound import deliver_due
from app.relay.taking import take
from app.tickets.models import Buyer, DeliveryState, Message, Ticket
from tests.browser import Browser, bare
from tests.factories import KIM, Cast, answer, mail_in, mask_of, write_mail
from tests.fakes import MemorySmtp
from tests.threats.mails import (
    OUTLOOK,
    PHONE,
    SITE,
    arrive,
    letter,
    own_sent_mail,
    quoted_by_outlook,
)
from tests.threats.oracle import WHERE_WORDS_STAND, Marks, addresses, found_everywhere, found_in

COLLEAGUE = "jo.colleague@work.example"
MARKS = Marks(KIM, phones=(PHONE,), words=(SITE, COLLEAGUE, "203.0.113.77", "kims-laptop"))


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A conversation in which Ana has answered."""
    ticket = mail_in(cast.lavande)
    answer(ticket, cast.ana)
    deliver_due()
    return ticket


def newest(ticket: Ticket) -> Message:
    query = db.select(Message).filter_by(ticket_id=ticket.id).order_by(Message.id.desc())
    return db.session.scalars(query.limit(1)).one()


def nothing_shows(desk: Flask, cast: Cast, log: str = "", under: tuple[str, ...] = ("/",)) -> None:
    """To the vendor's supervisor, who sees all that its agents see, nor to another vendor."""
    people = (cast.lea, cast.omar)
    assert found_everywhere(desk, cast, MARKS, log=log, people=people, under=under) == []


def test_the_supervisor_may_get_whatever_an_agent_may(
    desk: Flask, cast: Cast, ticket: Ticket, browser: Browser
) -> None:
    """Else the walks of this file would have to be made by everybody."""
    for address in addresses(desk):
        by_agent = browser.be(cast.ana).get(address).status_code
        assert by_agent != 200 or browser.be(cast.lea).get(address).status_code == 200, address


# --- what the buyer's mail carries ---------------------------------------------------------


@pytest.mark.parametrize("lang", sorted(OUTLOOK))
def test_v1_a_quoted_block_with_the_buyer_s_address_is_cut_and_hidden(
    desk: Flask, cast: Cast, ticket: Ticket, lang: str
) -> None:
    mask = mask_of(ticket)
    arrive(mask, letter(mask, quoted_by_outlook(lang, mask)))
    message = newest(ticket)
    assert message.body.strip("_ \n") == "Thanks, it has arrived."
    assert "Your order arrives tomorrow." in message.quoted
    nothing_shows(desk, cast, under=WHERE_WORDS_STAND)


def test_v2_the_buyer_s_own_sent_mail_in_the_quote(desk: Flask, cast: Cast, ticket: Ticket) -> None:
    mask = mask_of(ticket)
    arrive(mask, letter(mask, own_sent_mail(mask)))
    assert newest(ticket).body.startswith("Did you see this?")
    nothing_shows(desk, cast)


MD5 = hashlib.md5(KIM.encode()).hexdigest()
B64 = base64.urlsafe_b64encode(f"to={KIM}".encode()).decode()
LOCAL, DOMAIN = KIM.split("@")
PLAIN_DRESSES = {
    "upper": KIM.upper(),
    "zero width": KIM.replace("@", "\u200b@\u2060"),
    "fullwidth": KIM.replace("@", "＠"),
    "escaped": f"https://www.ups.com/track?u={LOCAL}%40{DOMAIN}",
    "base64": f"https://www.ups.com/track?u={B64}",
    "gravatar": f"https://www.gravatar.com/avatar/{MD5}",
    "spelled": f"{LOCAL} (at) {DOMAIN.replace('.', ' dot ')}",
    "soft hyphens": "\u00ad".join(KIM),
    "brackets": f"{LOCAL}[at]{DOMAIN}",
    "mailto": f"<mailto:{KIM}?subject=x>",
}
HTML_DRESSES = {
    "entities": "".join(f"&#{ord(sign)};" for sign in KIM),
    "twice": KIM.replace("@", "&amp;#64;"),
    "break": KIM.replace("@", "<wbr>@<wbr>"),
    "spans": "".join(f"<span>{sign}</span>" for sign in KIM),
    "comment": KIM.replace("@", "<!-- x -->@"),
    "link": f'<a href="mailto:{KIM}">write to me</a>',
    "alt": f'<img src="cid:x" alt="{KIM}" title="{KIM}">',
    "hidden": f'<div style="display:none">{KIM}</div>',
}


@pytest.mark.parametrize("dress", sorted(PLAIN_DRESSES))
def test_v3_an_address_dressed_up_in_plain_text(
    desk: Flask, cast: Cast, ticket: Ticket, dress: str
) -> None:
    mask = mask_of(ticket)
    worn = PLAIN_DRESSES[dress]
    mail = letter(mask, f"Write to {worn} please.\n\n> and again {worn}\n")
    del mail["Subject"]
    mail["Subject"] = f"me: {worn}"
    assert arrive(mask, mail).state == MailState.DONE
    nothing_shows(desk, cast, under=WHERE_WORDS_STAND)


def test_v3_all_dresses_at_once_show_on_no_page_at_all(
    desk: Flask, cast: Cast, ticket: Ticket
) -> None:
    mask = mask_of(ticket)
    for worn in PLAIN_DRESSES.values():
        arrive(mask, letter(mask, f"Write to {worn} please.\n\n> and again {worn}\n"))
    for worn in HTML_DRESSES.values():
        arrive(mask, in_html(mask, worn))
    for lang in OUTLOOK:
        arrive(mask, letter(mask, quoted_by_outlook(lang, mask)))
    nothing_shows(desk, cast)


def in_html(mask: str, worn: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = KIM, mask, "Re: order"
    mail.set_content(f"<p>Please write to {worn} soon.</p>", subtype="html")
    return mail


@pytest.mark.parametrize("dress", sorted(HTML_DRESSES))
def test_v3_an_address_dressed_up_in_html(
    desk: Flask, cast: Cast, ticket: Ticket, dress: str
) -> None:
    mask = mask_of(ticket)
    assert arrive(mask, in_html(mask, HTML_DRESSES[dress])).state == MailState.DONE
    nothing_shows(desk, cast, under=WHERE_WORDS_STAND)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "7bit"])
@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "utf-16"])
def test_v3_an_address_in_another_transport(
    desk: Flask, cast: Cast, ticket: Ticket, encoding: str, charset: str
) -> None:
    mask = mask_of(ticket)
    words = f"Größe passt, {KIM}" if charset != "utf-8" or encoding != "7bit" else f"so: {KIM}"
    body = words.encode(charset)
    if encoding == "quoted-printable":
        body = "".join(f"={byte:02X}" + ("=\r\n" if at % 20 == 19 else "")
                       for at, byte in enumerate(body)).encode()  # fmt: skip
    elif encoding == "base64":
        body = base64.encodebytes(body)
    head = (
        f"From: {KIM}\r\nTo: {mask}\r\nSubject: Re: order\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    arrive(mask, head.encode() + body)
    nothing_shows(desk, cast, under=WHERE_WORDS_STAND)


def test_v4_a_signature_with_telephone_site_and_card(
    desk: Flask, cast: Cast, ticket: Ticket
) -> None:
    mask = mask_of(ticket)
    mail = letter(mask, f"It is broken.\n\n-- \nKim\nTel. {PHONE}\n{SITE}\n{KIM}\n")
    mail.add_attachment(
        f"BEGIN:VCARD\nTEL:{PHONE}\nEMAIL:{KIM}\nEND:VCARD\n", subtype="vcard",
        filename=f"{KIM}.vcf",
    )  # fmt: skip
    arrive(mask, mail)
    assert newest(ticket).body == "It is broken."
    nothing_shows(desk, cast)


def test_v10_a_bounce_that_names_the_real_address_is_a_status(
    desk: Flask, cast: Cast, post: MemorySmtp, ticket: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    way_back = post.sent[0].sender
    report = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {way_back}\r\nSubject: failed\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{KIM} forwards to {COLLEAGUE}, which is full.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {COLLEAGUE}\r\nOriginal-Recipient: rfc822; {KIM}\r\n"
        f"Action: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 {COLLEAGUE} full\r\n\r\n"
        "--b--\r\n"
    )
    arrive(way_back, report.encode(), sender="")
    message = newest(ticket)
    assert message.delivery == DeliveryState.FAILED
    assert found_in("failure", message.failure or "", MARKS) == []
    nothing_shows(desk, cast, caplog.text)


def test_v11_an_out_of_office_answer_is_an_event_and_no_message(
    desk: Flask, cast: Cast, ticket: Ticket
) -> None:
    mask, before = mask_of(ticket), newest(ticket).id
    words = f"I am away. Urgent? {COLLEAGUE}, {PHONE}."
    stored = arrive(mask, letter(mask, words, Auto_Submitted="auto-replied"))
    assert stored.state == MailState.IGNORED
    assert newest(ticket).id == before
    assert ticket.unanswered_since is None
    nothing_shows(desk, cast)


def test_v12_a_read_receipt_is_dropped(desk: Flask, cast: Cast, ticket: Ticket) -> None:
    mask, before = mask_of(ticket), newest(ticket).id
    receipt = (
        f"From: {KIM}\r\nTo: {mask}\r\nSubject: Read: order\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\n{KIM} read it on kims-laptop.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Reporting-UA: kims-laptop; x\r\nFinal-Recipient: rfc822;{KIM}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    )
    assert arrive(mask, receipt.encode()).state == MailState.IGNORED
    assert newest(ticket).id == before
    nothing_shows(desk, cast)


def test_v12_keys_and_signatures_are_dropped(
    desk: Flask, cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    mask = mask_of(ticket)
    mail = letter(mask, Autocrypt=f"addr={KIM}; keydata=AAAA", Openpgp=f"id=1; url={SITE}")
    block = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: {KIM}\n".encode()
    for content, kind, name in (
        (block, "pgp-keys", "0xKIM.asc"), (f"p7 {KIM}".encode(), "pkcs7-signature", "smime.p7s")
    ):  # fmt: skip
        mail.add_attachment(content, maintype="application", subtype=kind, filename=name)
    arrive(mask, mail)
    page = browser.be(cast.ana).get(f"/tickets/{ticket.id}").text
    assert page.count("withheld: ") == 2
    nothing_shows(desk, cast)


def test_v16_what_a_mail_says_of_its_way_stays_here(
    desk: Flask, cast: Cast, ticket: Ticket
) -> None:
    mask = mask_of(ticket)
    mail = letter(
        mask,
        Received="from kims-laptop.home ([203.0.113.77]) by mx.example; now",
        X_Originating_IP="[203.0.113.77]",
        Date="Mon, 02 Mar 2026 10:00:00 +0530",
        X_Mailer="kims-laptop mailer",
        User_Agent="kims-laptop",
    )
    mail.replace_header("Message-ID", "<1@kims-laptop.home>")
    arrive(mask, mail)
    answer(ticket, cast.ana, "Glad to hear it.")
    deliver_due()
    assert found_everywhere(desk, cast, Marks(KIM, words=(*MARKS.words, "+0530"))) == []


# --- what the vendor sends -----------------------------------------------------------------


def sent_now(cast: Cast, ticket: Ticket, post: MemorySmtp, text: str) -> EmailMessage:
    """Ana's answer as the buyer gets it."""
    answer(ticket, cast.ana, text)
    deliver_due()
    found = message_from_bytes(post.sent[-1].content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"{tag}[{name}]" for name, _ in attrs)}


REMOTE = """Look: <img src="https://evil.example/1.gif"> <link rel=stylesheet href=//evil.example>
<style>@import url(https://evil.example/a.css); @font-face{src:url(x)}</style>
<div style="background:url('https://evil.example/b')">![x](https://evil.example/c.png)</div>
<script src=//evil.example></script><iframe src="https://evil.example"></iframe>"""


def test_v5_no_remote_content_reaches_the_buyer(
    cast: Cast, ticket: Ticket, post: MemorySmtp
) -> None:
    mail = sent_now(cast, ticket, post, REMOTE)
    page = mail.get_body(("html",))
    assert page is not None
    tags = Tags(page.get_content()).seen
    assert {"img", "link", "style", "script", "iframe"} & tags == set()
    assert [tag for tag in tags if re.search(r"\[(src|style|background|srcset)\]", tag)] == []


def test_v6_what_leaves_is_text_alone(cast: Cast, ticket: Ticket, post: MemorySmtp) -> None:
    invitation = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nORGANIZER:mailto:v@shop.example\nEND:VCALENDAR"
    mail = sent_now(cast, ticket, post, invitation)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert list(mail.iter_attachments()) == []


HEADERS = (
    "Reply-To", "Sender", "Cc", "Bcc", "Disposition-Notification-To", "Return-Receipt-To",
    "List-Unsubscribe", "Resent-From", "Resent-To", "X-Originating-IP", "Received",
)  # fmt: skip


def test_v7_a_vendor_sets_no_header(cast: Cast, ticket: Ticket, post: MemorySmtp) -> None:
    lines = "".join(f"{name}: evil@shop.example\r\n" for name in HEADERS)
    ticket.subject = f"order\r\n{lines}"[:200]
    cast.lavande.name = "Lavande\r\nBcc: evil@shop.example\r\nReply-To: e@shop.example"
    db.session.commit()
    mail = sent_now(cast, ticket, post, f"{lines}\r\nHello.")
    assert {name.lower() for name in mail} <= ALLOWED_HEADERS
    assert [name for name in HEADERS if name in mail] == []
    assert b"\nReply-To:" not in post.sent[-1].content.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "name",
    [
        "write me v@shop.example", "Lavande <v@shop.example>", "\u202eelpmaxe.pohs@v",
        "a\r\nBcc: x@y.example", "www.shop.example", 'Lavande" <v@shop.example>, "', "x" * 500,
    ],
)  # fmt: skip
def test_v8_a_vendor_s_name_is_a_name(
    cast: Cast, ticket: Ticket, post: MemorySmtp, name: str
) -> None:
    cast.lavande.name = name[:80]
    db.session.commit()
    mail = sent_now(cast, ticket, post, "Hello.")
    (sender,) = mail["From"].addresses
    assert sender.addr_spec == mask_of(ticket)
    assert len(mail.get_all("From")) == 1
    assert "Bcc" not in mail
    assert "@" not in sender.display_name
    assert "shop.example" not in sender.display_name
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x1f]", sender.display_name)
    assert len(sender.display_name) <= 64


@pytest.mark.parametrize(
    "text",
    [
        "Mail me at vendor@shop-lavande.com instead.",
        "Better on https://wa.me/33639984410 please.",
        "Order on www.shop-lavande.com, it is cheaper there.",
        "WhatsApp: lavande_shop",
    ],
)
def test_v9_a_way_around_the_marketplace_does_not_leave(
    cast: Cast, browser: Browser, ticket: Ticket, post: MemorySmtp, text: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    before = len(post.sent)
    data = {"text": text, "seen": str(newest(ticket).id), "sure": "yes"}
    refused = browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data)
    deliver_due()
    assert refused.status_code == 422
    assert "through the marketplace alone" in refused.text
    assert "was refused" in caplog.text
    assert len(post.sent) == before


def test_v9_what_only_may_be_a_contact_leaves_when_the_agent_says_so_and_is_noted(
    cast: Cast, browser: Browser, ticket: Ticket, post: MemorySmtp
) -> None:
    text = "Mail me at lavande (at) shop dot com."
    data = {"text": text, "seen": str(newest(ticket).id)}
    asked = browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data)
    assert asked.status_code == 422
    assert 'name="sure"' in asked.text
    sent = browser.post(f"/tickets/{ticket.id}/replies", data=data | {"sure": "yes"})
    assert sent.status_code == 303
    assert "in spite of what looked like contact details" in (
        browser.be(cast.lea).get(f"/tickets/{ticket.id}").text
    )


def test_v9_the_vendor_s_published_contact_passes(
    cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    text = f"Our shop: {cast.lavande.phone}, {cast.lavande.email}. Track it at https://www.dhl.de."
    data = {"text": text, "seen": str(newest(ticket).id)}
    sent = browser.be(cast.ana).post(f"/tickets/{ticket.id}/replies", data=data)
    assert sent.status_code == 303


# --- what the vendor asks the desk ----------------------------------------------------------


QUESTIONS = (
    "/tickets?view=all&q={}", "/tickets?q={}&sort={}", "/tickets?lang={}", "/deadlines?q={}",
    "/relay/mails?mask={}", "/tickets/{ticket}?q={}", "/nowhere/{}",
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_v17_no_question_tells_a_right_guess_from_a_wrong_one(
    cast: Cast, browser: Browser, ticket: Ticket, question: str
) -> None:
    wrong = "not." + KIM
    question = question.replace("{ticket}", str(ticket.id))
    for person in (cast.ana, cast.lea, cast.omar):
        browser.be(person)
        answers = [browser.get(question.format(guess, guess)) for guess in (KIM, wrong)]
        texts = {bare(each).replace("not." + KIM, "G") for each in answers}
        assert len({each.status_code for each in answers}) == 1
        assert len({text.replace(KIM, "G") for text in texts}) == 1


@dataclass
class Work:
    """What the desk did: the statements that it gave the database, the values that it hashed."""

    statements: list[str] = field(default_factory=list)
    hashed: list[str] = field(default_factory=list)


@contextmanager
def watched(desk: Flask) -> Iterator[Work]:
    """All work of the block. A stopwatch would measure the machine's mood; this does not."""
    work = Work()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        work.statements.append(re.sub(r"sa_savepoint_\d+", "", statement))

    class Counting(Vault):
        def blind(self, value: str, *, about: str) -> str:
            work.hashed.append(about)
            return super().blind(value, about=about)

        def blinds(self, value: str, *, about: str) -> tuple[str, ...]:
            work.hashed.append(about)
            return super().blinds(value, about=about)

    usual = desk.extensions["vault"]
    counting = copy(usual)
    counting.__class__ = Counting
    desk.extensions["vault"] = counting
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield work
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        desk.extensions["vault"] = usual


@pytest.mark.parametrize("question", QUESTIONS)
def test_v17_a_right_guess_costs_the_desk_the_same_work_as_a_wrong_one(
    desk: Flask, cast: Cast, browser: Browser, ticket: Ticket, question: str
) -> None:
    question = question.replace("{ticket}", str(ticket.id))
    browser.be(cast.lea).get(question.format(KIM, KIM))  # what is kept in memory is there now
    done = []
    for guess in (KIM, "tom.buyer@mailbox.example"):
        with watched(desk) as work:
            browser.get(question.format(guess, guess))
        done.append(work)
    assert done[0] == done[1]
    assert [about for about in done[0].hashed if "buyer" in about or "sender" in about] == []


def test_v17_a_forged_sender_costs_the_door_the_same_work_whoever_is_named(
    desk: Flask, ticket: Ticket
) -> None:
    mask, rates = mask_of(ticket), rates_of(desk.extensions["settings"])
    done = []
    for number, guess in enumerate((KIM, "tom.buyer@mailbox.example") * 2):
        raw = write_mail(mask, f"Hello {number}", sender=guess)
        with watched(desk) as work:
            assert take(raw, Delivery(mask, guess), rates)[:3] == "250"
        done.append(work)
    assert done[2] == done[3]
    assert done[2].statements


def test_v18_two_vendors_cannot_tell_that_they_serve_one_buyer(cast: Cast) -> None:
    one, other = mail_in(cast.lavande), mail_in(cast.nordlicht)
    buyers = [db.session.get_one(Buyer, number) for number in (one.buyer_id, other.buyer_id)]
    assert buyers[0].id != buyers[1].id
    assert buyers[0].pseudonym != buyers[1].pseudonym
    assert mask_of(one) != mask_of(other)
    assert len({row.token_index for row in db.session.scalars(db.select(Mask))}) == 2


def test_v19_two_orders_of_one_buyer_are_linked_by_a_pseudonym_and_by_no_mask(
    cast: Cast, browser: Browser
) -> None:
    one, other = mail_in(cast.lavande), mail_in(cast.lavande, "Another order, another question.")
    assert one.buyer_id == other.buyer_id
    assert mask_of(one) != mask_of(other)
    page = browser.be(cast.ana).get(f"/tickets/{other.id}").text
    assert f"/tickets/{one.id}" in page
    assert mask_of(one) not in page


@pytest.mark.parametrize("where", ["notes", "notes-across"])
def test_v25_what_the_operator_writes_to_a_vendor_is_cleared(
    desk: Flask, cast: Cast, ticket: Ticket, browser: Browser, where: str
) -> None:
    said = f"It is {KIM}, {LOCAL} for friends, or {PHONE}. Look at {SITE}. Please answer her."
    browser.be(cast.odile).post(f"/tickets/{ticket.id}/{where}", data={"note": said})
    assert newest(ticket).body.endswith("Please answer her.")
    nothing_shows(desk, cast)


@pytest.mark.parametrize(
    "path", ["/nowhere/{}", "/tickets/{}", "/tickets?after={}", "/login?next={}"]
)
def test_v22_an_error_s_page_repeats_nothing(
    cast: Cast, browser: Browser, ticket: Ticket, path: str
) -> None:
    answer = browser.be(cast.ana).get(path.format(KIM))
    assert found_in(path, answer.data, MARKS) == []


def test_v22_a_fault_s_page_and_log_repeat_nothing(
    desk: Flask, cast: Cast, browser: Browser, ticket: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    usual, desk.view_functions["queue.show"] = desk.view_functions["queue.show"], _break
    desk.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = browser.be(cast.ana).get("/tickets")
    finally:
        desk.view_functions["queue.show"] = usual
        desk.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    formatter = logging.Formatter()
    log = caplog.text + "".join(formatter.format(record) for record in caplog.records)
    assert found_in("log", log, MARKS) == []
    assert found_in("page", answer.data, MARKS) == []


def _break() -> None:
    raise IntegrityError(f"insert {KIM}", {"address": KIM}, ValueError(KIM))


PAYLOADS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))", "{{ 7919*104729 }}", "javascript:alert(1)",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_x13_what_a_buyer_writes_is_inert_on_every_page(
    cast: Cast, browser: Browser, payload: str
) -> None:
    ticket = mail_in(cast.lavande)
    mask = mask_of(ticket)
    mail = letter(mask, f"{payload}\n\n> {payload}")
    del mail["Subject"], mail["From"]
    mail["Subject"] = payload
    mail["From"] = f"=?utf-8?b?{base64.b64encode(payload.encode()).decode()}?= <{KIM}>"
    mail.add_attachment(b"x", maintype="image", subtype="png", filename=payload)
    page = EmailMessage()
    page["From"], page["To"], page["Subject"] = KIM, mask, payload
    page.set_content(f"<p>{payload}</p>", subtype="html")
    arrive(mask, mail)
    arrive(mask, page)
    ticket.subject = payload
    db.session.commit()
    for person in (cast.ana, cast.lea, cast.odile):
        for path in (f"/tickets/{ticket.id}", "/tickets?view=all", "/deadlines", "/relay/mails"):
            text = browser.be(person).get(path).text
            tags = Tags(text).seen
            assert [tag for tag in tags if re.search(r"\[on|\[style\]", tag)] == []
            assert "<script>alert" not in text
            assert not re.search(r"""(href|src)=["']?javascript:""", text)
            assert "829348951" not in text


def test_x14_no_cell_of_an_export_is_a_formula(
    desk: Flask, cast: Cast, browser: Browser, ticket: Ticket
) -> None:
    """Another export fails here until it is looked at too."""
    exports = {
        rule.rule for rule in desk.url_map.iter_rules() if re.search("csv|export", rule.rule)
    }
    assert exports == {
        "/deadlines.csv",
        "/quality/figures.csv",
        "/quality/satisfaction/answers.csv",
    }
    cast.lavande.name = '=HYPERLINK("https://evil.example")'
    db.session.commit()
    mail_in(cast.lavande, "=cmd|' /C calc'!A0")
    browser.be(cast.odile)
    for path in sorted(exports):
        rows = list(csv.reader(browser.get(path).text.splitlines()))
        assert rows
        cells = [cell for row in rows for cell in row if not re.fullmatch(r"-?\d+", cell)]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
