"""Threats that come by mail: strangers, vendors and machines who pretend, and honest buyers whom
the checks must not lose. Each test carries the letter and number of its row in the threat table.

Mail comes in over real sockets through the SMTP door; the DNS is the test's own.
"""

import smtplib
import socket
import time
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import Settings
from app.extensions import db
from app.relay.binding import rebind
from app.relay.inbound import read_waiting, sweep_holds
from app.relay.masks import MaskKind, mint
from app.relay.models import Mask, MaskState, Notice, StoredMail, WayBack
from app.relay.outbound import deliver_due
from app.tickets.models import Buyer, DeliveryState, Message, Ticket, TicketEvent
from tests.doors import Names, deliver, open_doors
from tests.factories import KIM, Cast, answer, make_cast, mask_of, write_mail
from tests.fakes import MemorySmtp, SteppedClock
from tests.relay.test_outbound import DSN
from tests.relay.test_senders import PUBLISHED, signed

BOUND, WRONG, STRANGER = KIM, "tom.guess@mailbox.example", "eve@else.example"
SPF = "v=spf1 ip4:127.0.0.1 -all"
NO_SPF = "v=spf1 -all"


class Stage:
    """A desk with Kim's ticket, its doors open, senders checked against a DNS of the test's."""

    def __init__(self, app: Flask, settings: Settings, cast: Cast, dns: Names) -> None:
        self.app, self.settings, self.cast, self.dns = app, settings, cast, dns
        self.post: MemorySmtp = app.extensions["transport"]
        self.lavande = f"lavande@{settings.relay_domain}"
        self.dns.texts["mailbox.example"] = [SPF]
        assert self.mail(self.lavande, "Where is my order?")[:3] == "250"
        self.ticket = self.one(Ticket)
        self.mask = mask_of(self.ticket)

    def publish(self, *, spf: str | None = None, dmarc: str | None = None) -> None:
        """What Kim's mail house says of its mail from now on."""
        self.dns.texts = {"else.example": [SPF]}
        if spf:
            self.dns.texts["mailbox.example"] = [spf]
        if dmarc:
            self.dns.texts["_dmarc.mailbox.example"] = [f"v=DMARC1; p={dmarc}"]

    def mail(self, to: str, text: str, *, sender: str = KIM, **headers: str) -> str:
        """A mail over the wire, then read. What the door said."""
        return self.send(to, write_mail(to, text, sender=sender, **headers), sender=sender)

    def send(self, to: str, raw: bytes, *, sender: str = KIM) -> str:
        # The door is another thread: what this one holds of the database must be let go.
        db.session.commit()
        said = deliver(self.settings, to, raw, sender=sender)
        read_waiting()
        return said

    def one(self, model: type) -> object:
        return db.session.scalars(select(model)).one()

    def count(self, model: type) -> int:
        return db.session.scalar(select(func.count()).select_from(model)) or 0

    def last(self) -> StoredMail:
        newest = select(StoredMail).order_by(StoredMail.id.desc()).limit(1)
        return db.session.scalars(newest.execution_options(populate_existing=True)).one()

    def notices(self) -> list[tuple[str, str]]:
        """Of each notice that left: to whom, and where it is answered."""
        deliver_due()
        mails = [s for s in self.post.sent if b"Auto-Submitted" in s.content]
        heads = [message_from_bytes(s.content, policy=policy.default)["From"] for s in mails]
        return [
            (s.recipient, head.addresses[0].addr_spec) for s, head in zip(mails, heads, strict=True)
        ]

    def desk(self) -> tuple[object, ...]:
        """All that a vendor could see move: messages, events, clock."""
        db.session.refresh(self.ticket)
        return (
            self.count(Message), self.count(TicketEvent), self.ticket.unanswered_since,
            self.ticket.active_at, self.ticket.due_at, self.ticket.state,
        )  # fmt: skip


@pytest.fixture
def stage(fresh_app: Flask, clock: SteppedClock) -> Iterator[Stage]:
    dns = Names()
    fresh_app.extensions["resolver"] = dns
    options = {"sender_auth": "enforce", "trusted_fronts": (), "portal_url": "https://shop.example"}
    with open_doors(fresh_app, **options) as settings, fresh_app.app_context():
        yield Stage(fresh_app, settings, make_cast(), dns)


# --- vendors ---------------------------------------------------------------------------------


def test_V20_a_vendor_who_writes_to_the_mask_is_held_and_asks_nobody_but_the_buyer(
    stage: Stage,
) -> None:
    before = stage.desk()
    assert stage.mail(stage.mask, "Call me at home.", sender=STRANGER) == "250 2.0.0 Taken"
    assert (stage.last().state, stage.last().reason) == ("held", "other_sender")
    assert stage.desk() == before
    [(recipient, _)] = stage.notices()
    assert recipient == KIM
    assert b"Call me" not in stage.post.sent[0].content
    assert b"else.example" not in stage.post.sent[0].content


@pytest.mark.parametrize(
    ("spf", "dmarc", "code"),
    [
        (NO_SPF, "reject", "550 5.7.1"),
        (NO_SPF, "quarantine", "250 2.0.0"),
        (NO_SPF, "none", "250 2.0.0"),
        (NO_SPF, None, "250 2.0.0"),
        (None, None, "250 2.0.0"),
    ],
)
def test_V21_a_guessed_address_gets_the_same_answer_whether_right_or_wrong(
    stage: Stage, spf: str | None, dmarc: str | None, code: str
) -> None:
    stage.publish(spf=spf, dmarc=dmarc)
    before = stage.desk()
    said = [
        stage.mail(stage.mask, f"Hello {number}", sender=guess)
        for number, guess in enumerate([BOUND, WRONG] * 4)
    ]
    assert {answer[:9] for answer in said} == {code}
    assert len(set(said)) == 1
    assert stage.desk() == before
    assert {to for to, _ in stage.notices()} <= {KIM}


def test_V21_the_dns_is_asked_the_same_whoever_is_named(stage: Stage) -> None:
    asked = []
    for guess in (BOUND, WRONG):
        stage.dns.asked.clear()
        stage.mail(stage.mask, f"I am {guess[:3]}", sender=guess)
        asked.append(list(stage.dns.asked))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("make", ["a{}", "a4g0000000000000000000x"])
def test_V23_an_agents_address_does_not_exist(stage: Stage, make: str) -> None:
    # Agents answer in the browser, so no mail address stands for any of them.
    local = make.format(mint(MaskKind.BUYER)[1:])
    assert stage.mail(f"{local}@{stage.settings.relay_domain}", "Hi")[:9] == "550 5.1.1"


def test_V24_a_mask_takes_no_words_from_another_vendors_agent(stage: Stage) -> None:
    before, kept = stage.desk(), stage.count(StoredMail)
    agent = stage.cast.omar.email
    stage.publish(spf=NO_SPF)
    stage.dns.texts["desk.example"] = [SPF]
    stage.mail(stage.mask, "Buy from us instead.", sender=agent)
    assert (stage.last().state, stage.count(StoredMail)) == ("held", kept + 1)
    assert stage.desk() == before


# --- outsiders -------------------------------------------------------------------------------


def test_X1_a_dictionary_finds_nobody_and_is_throttled(fresh_app: Flask) -> None:
    with (
        open_doors(fresh_app, trusted_fronts=(), rate_per_ip=200) as settings,
        smtplib.SMTP("127.0.0.1", settings.smtp_port, timeout=10) as client,
    ):
        client.ehlo()
        assert client.verify("lavande")[0] in {252, 502}
        assert client.expn("lavande")[0] in {502, 550}
        client.mail(STRANGER)
        tries = (f"c{number:022d}" for number in range(25))
        codes = [client.rcpt(f"{one}@{settings.relay_domain}")[0] for one in tries]
    assert codes == [550] * 20 + [450] * 5


@pytest.mark.parametrize(
    ("dmarc", "said", "state"),
    [("reject", "550 5.7.1", None), ("none", "250 2.0.0", "held"), (None, "250 2.0.0", "held")],
)
def test_X2_a_forged_buyer_is_refused_or_held(
    stage: Stage, dmarc: str | None, said: str, state: str | None
) -> None:
    stage.publish(spf=NO_SPF, dmarc=dmarc)
    before = stage.desk()
    assert stage.mail(stage.mask, "Send it to me.")[:9] == said
    assert state is None or stage.last().state == state
    assert stage.desk() == before


@pytest.mark.parametrize(
    "header",
    [
        "From: {kim}\r\nFrom: eve@else.example",
        "From: eve@else.example\r\nFrom: {kim}",
        "From: Friends: {kim};",
        "From: {kim} (eve@else.example), eve@else.example",
        "From: =?utf-8?q?{word}?= <eve@else.example>",
        'From: "{kim}" <eve@else.example>',
        "From: {kim} <eve@else.example>",
        "From: <{kim}\x00>",
        "From: {kim}\x00@else.example",
        "From: eve@else.example ({kim})",
    ],
)
def test_X3_a_strange_from_is_never_delivered(stage: Stage, header: str) -> None:
    before = stage.desk()
    head = header.format(kim=KIM, word=KIM.replace("@", "=40"))
    said = stage.send(stage.mask, f"{head}\r\nSubject: x\r\n\r\nHi\r\n".encode(), sender=STRANGER)
    assert said[:9] in {"550 5.6.0", "250 2.0.0"}
    assert stage.desk() == before


def test_X4_forged_results_are_ignored(stage: Stage) -> None:
    stage.publish(spf=NO_SPF)
    forged = "mx.market.example; dmarc=pass header.from=mailbox.example"
    stage.mail(stage.mask, "It is me.", Authentication_Results=forged)
    assert (stage.last().state, stage.last().sender_check) == ("held", "fail")


@pytest.mark.parametrize(("fronts", "state"), [(("127.0.0.0/8",), "done"), ((), "held")])
def test_X4_results_count_only_from_our_own_front_server(
    fresh_app: Flask, fronts: tuple[str, ...], state: str
) -> None:
    fresh_app.extensions["resolver"] = Names()
    found = "mx.market.example; dmarc=pass header.from=mailbox.example"
    with (
        open_doors(
            fresh_app, sender_auth="enforce", trusted_fronts=fronts,
            trusted_authserv_id="mx.market.example",
        ) as settings,
        fresh_app.app_context(),
    ):  # fmt: skip
        make_cast()
        door = f"lavande@{settings.relay_domain}"
        raw = write_mail(door, Authentication_Results=found)
        deliver(settings, door, raw, sender=KIM)
        read_waiting()
        assert db.session.scalars(select(StoredMail.state)).one() == state


def test_X5_forged_references_lead_nowhere(stage: Stage) -> None:
    message = answer(stage.ticket, stage.cast.ana)
    deliver_due()
    mail_id = f"<{message.mail_id}@{stage.settings.relay_domain}>"
    stage.dns.texts["else.example"] = [SPF]
    stage.mail(stage.lavande, "Hello", sender=STRANGER, In_Reply_To=mail_id, References=mail_id)
    assert stage.count(Ticket) == 2
    assert stage.last().mask_id is None


def test_X6_a_mail_with_an_id_of_ours_is_a_loop(stage: Stage) -> None:
    message = answer(stage.ticket, stage.cast.ana)
    own = f"<{message.mail_id}@{stage.settings.relay_domain}>"
    assert stage.mail(stage.mask, "Round and round", Message_ID=own)[:9] == "550 5.4.6"
    made_up = f"<nobody@{stage.settings.relay_domain}>"
    assert stage.mail(stage.mask, "Not ours", Message_ID=made_up)[:3] == "250"


def test_X7_the_envelope_wins_over_the_header(stage: Stage) -> None:
    raw = write_mail(stage.lavande, "To the mask, whatever the header says.", Cc=STRANGER)
    stage.send(stage.mask, raw)
    assert (stage.count(Ticket), stage.count(Message)) == (1, 2)


@pytest.mark.parametrize(
    "ending", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\n.\r"]
)
def test_X8_no_strange_end_of_a_mail_smuggles_a_second_one(stage: Stage, ending: bytes) -> None:
    kept = stage.count(StoredMail)
    raw = write_mail(stage.mask, "One.").replace(b"\n", b"\r\n")
    evil = b"MAIL FROM:<eve@else.example>\r\nRCPT TO:<" + stage.mask.encode() + b">\r\nDATA\r\nX: y"
    db.session.commit()
    _speak(stage.settings, stage.mask, raw + ending + evil + b"\r\n.\r\n")
    assert stage.count(StoredMail) <= kept + 1


def _speak(settings: Settings, to: str, content: bytes) -> None:
    with socket.create_connection(("127.0.0.1", settings.smtp_port), timeout=5) as wire:
        lines = f"EHLO x\r\nMAIL FROM:<{KIM}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode()
        wire.sendall(lines)
        time.sleep(0.2)
        wire.sendall(content + b"QUIT\r\n")
        while wire.recv(4096):
            pass


def test_X9_two_machines_do_not_talk_and_a_person_still_passes(
    stage: Stage, clock: SteppedClock
) -> None:
    due_at = stage.ticket.due_at
    for number in range(25):
        stage.mail(stage.mask, f"Away {number}", Auto_Submitted="auto-replied")
        stage.mail(stage.mask, f"Away {number}", sender=STRANGER, Precedence="bulk")
        clock.advance(minutes=4)
    assert stage.notices() == []
    db.session.refresh(stage.ticket)
    assert (stage.count(Message), stage.ticket.due_at) == (1, due_at)
    clock.advance(hours=1)
    stage.mail(stage.mask, "A person again.")
    assert stage.count(Message) == 2


def test_X9_strangers_without_any_mark_of_a_machine_cause_one_mail_a_day(
    stage: Stage, clock: SteppedClock
) -> None:
    stage.publish()
    for number in range(25):
        assert stage.mail(stage.mask, f"Ticket {number}", sender=STRANGER)[:3] == "250"
        sweep_holds()
        clock.advance(minutes=10)
    assert len(stage.notices()) == 1


def bounce(stage: Stage, way_back: str, *, host: str = "mx", mail_id: str = "") -> str:
    dsn = DSN.format(to=way_back, kim=KIM).replace("mx.example", f"{host}.example")
    if mail_id:
        head = f"Message-ID: <{mail_id}>"
        copy = f"--b\nContent-Type: message/rfc822\n\n{head}\nSubject: x\n\nx\n\n--b--"
        dsn = dsn.replace("--b--", copy)
    return stage.send(way_back, dsn.encode(), sender="")


def test_X10_a_way_back_is_used_once_for_its_own_mail_and_not_for_ever(
    stage: Stage, clock: SteppedClock
) -> None:
    message = answer(stage.ticket, stage.cast.ana)
    deliver_due()
    way_back = stage.post.sent[0].sender
    other = f"{'0' * 32}@{stage.settings.relay_domain}"
    bounce(stage, way_back, mail_id=other)
    assert stage.last().reason == "bounce_of_another"
    assert db.session.get_one(Message, message.id).delivery == DeliveryState.SENT
    altered = way_back[:5] + ("0" if way_back[5] != "0" else "1") + way_back[6:]
    assert bounce(stage, altered)[:9] == "550 5.1.1"
    assert bounce(stage, way_back, host="a")[:3] == "250"
    assert bounce(stage, way_back, host="b")[:3] == "250"
    assert stage.last().reason == "bounced_before"
    clock.advance(days=31)
    assert bounce(stage, way_back, host="c")[:9] == "550 5.1.1"


def test_X11_one_report_never_pauses_a_conversation_and_two_do_until_the_buyer_writes(
    stage: Stage,
) -> None:
    for number in range(2):
        answer(stage.ticket, stage.cast.ana, f"Answer {number}")
        deliver_due()
        for host in ("a", "b"):
            bounce(stage, stage.post.sent[number].sender, host=host)
        paused = db.session.scalars(select(Mask.paused_at)).one()
        assert (paused is not None) is (number == 1)
    assert stage.count(WayBack) == 2
    third = answer(stage.ticket, stage.cast.ana, "Answer 3")
    deliver_due()
    db.session.refresh(third)
    assert (third.delivery, third.failure, len(stage.post.sent)) == ("failed", "paused", 2)
    assert stage.ticket.unanswered_since is not None
    stage.mail(stage.mask, "Here I am again.")
    fourth = answer(stage.ticket, stage.cast.ana, "Answer 4")
    deliver_due()
    db.session.refresh(fourth)
    assert fourth.delivery == "sent"


def test_X16_letters_outside_ascii_are_refused_and_upper_case_is_the_same_mask(
    stage: Stage,
) -> None:
    db.session.commit()
    with socket.create_connection(("127.0.0.1", stage.settings.smtp_port), timeout=5) as wire:
        odd = stage.mask.replace("@", "ä@")
        wire.sendall(f"EHLO x\r\nMAIL FROM:<{KIM}>\r\nRCPT TO:<{odd}>\r\nQUIT\r\n".encode())
        said = b""
        while more := wire.recv(4096):
            said += more
    assert b"\r\n553 5.6.7 " in said
    local, _, domain = stage.mask.partition("@")
    assert stage.mail(f"{local.upper()}@{domain.upper()}", "Same mask.")[:3] == "250"
    assert stage.mail(f"{local}@{domain}.", "Same mask.")[:3] == "250"
    assert stage.mail(f"{local}+tag@{domain}", "No mask.")[:9] == "550 5.1.1"
    assert (stage.count(Ticket), stage.count(Message)) == (1, 3)


# --- buyers ----------------------------------------------------------------------------------


def test_B1_a_second_address_is_confirmed_and_its_mail_arrives_with_its_own_time(
    stage: Stage, clock: SteppedClock
) -> None:
    answer(stage.ticket, stage.cast.ana)
    deliver_due()
    wrote_at = clock.advance(hours=2)
    stage.dns.texts["work.example"] = [SPF]
    stage.mail(stage.mask, "From my work address.", sender="kim@work.example")
    assert stage.count(Message) == 2
    [(recipient, question)] = stage.notices()
    assert recipient == KIM
    confirmed_at = clock.advance(hours=3)
    stage.mail(question, "Yes, that was me")
    newest = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert (newest.body, newest.created_at) == ("From my work address.", wrote_at)
    db.session.refresh(stage.ticket)
    assert stage.ticket.unanswered_since == confirmed_at


@pytest.mark.parametrize(
    "envelope", ["prvs=1234=kim.buyer@mailbox.example", "SRS0=x=kim@fwd.example"]
)
def test_B1_rewritten_envelopes_do_not_matter_when_the_signature_holds(
    stage: Stage, envelope: str
) -> None:
    stage.publish(spf=NO_SPF, dmarc="reject")
    stage.dns.texts["s1._domainkey.mailbox.example"] = [PUBLISHED]
    raw = signed("mailbox.example", write_mail(stage.mask, "Signed.").replace(b"\n", b"\r\n"))
    assert stage.send(stage.mask, raw, sender=envelope)[:3] == "250"
    assert (stage.last().state, stage.last().sender_check) == ("done", "pass")


def test_B4_a_copy_goes_to_nobody_and_two_masks_get_one_message_each(stage: Stage) -> None:
    nordlicht = f"nordlicht@{stage.settings.relay_domain}"
    raw = write_mail(f"{stage.mask}, {nordlicht}", "To both of you.", Cc="friend@else.example")
    stage.send(stage.mask, raw)
    stage.send(nordlicht, raw)
    assert (stage.count(Message), stage.count(Ticket)) == (3, 2)
    deliver_due()
    assert stage.post.sent == []


@pytest.mark.parametrize("how", ["revoked", "closed long ago"])
def test_B5_a_conversation_that_is_over_is_refused_with_the_place_to_write(
    stage: Stage, clock: SteppedClock, how: str
) -> None:
    if how == "revoked":
        db.session.scalars(select(Mask)).one().state = MaskState.REVOKED
    else:
        answer(stage.ticket, stage.cast.ana)
        stage.ticket.close(at=clock(), agent_id=stage.cast.ana.id)
    db.session.commit()
    if how == "closed long ago":
        clock.advance(days=89)
        assert stage.mail(stage.mask, "Still there?")[:3] == "250"
        stage.ticket.unanswered_since = None
        stage.ticket.close(at=clock(), agent_id=stage.cast.ana.id)
        db.session.commit()
        clock.advance(days=91)
    said = stage.mail(stage.mask, "Hello again")
    assert said.startswith("550 5.2.1")
    assert said.endswith("https://shop.example")


def test_B6_after_a_change_of_address_the_old_mask_works_and_the_old_address_gets_nothing(
    stage: Stage,
) -> None:
    new = "kim.new@mailbox.example"
    rebind(db.session.get_one(Buyer, stage.ticket.buyer_id), new)
    db.session.commit()
    stage.mail(stage.mask, "From the new one.", sender=new)
    assert stage.last().state == "done"
    stage.mail(stage.mask, "From the old one.", sender=KIM)
    assert stage.last().state == "held"
    answer(stage.ticket, stage.cast.ana)
    stage.notices()
    assert {sent.recipient for sent in stage.post.sent} == {new}


def test_B7_the_same_words_in_two_mails_are_two_messages(stage: Stage) -> None:
    for number in range(2):
        stage.mail(stage.mask, "Hello?", Message_ID=f"<{number}@mailbox.example>")
    assert stage.count(Message) == 3


def test_no_return_address_is_an_event_whoever_from_names_and_asks_no_dns(stage: Stage) -> None:
    stage.publish(spf=NO_SPF, dmarc="reject")
    stage.dns.broken = {"else.example"}
    before = stage.desk()[2:]
    stage.dns.asked.clear()
    for sender in (BOUND, WRONG, STRANGER):
        raw = write_mail(stage.mask, f"Undelivered, {sender[:3]}.", sender=sender)
        assert stage.send(stage.mask, raw, sender="") == "250 2.0.0 Taken"
        assert (stage.last().state, stage.last().reason) == ("ignored", "null_sender")
    assert (stage.count(Message), stage.desk()[2:], stage.notices()) == (1, before, [])
    assert stage.dns.asked == []


def test_a_dns_that_is_silent_puts_off_for_an_hour_and_then_holds(
    stage: Stage, clock: SteppedClock
) -> None:
    stage.dns.broken = {"mailbox.example", "_dmarc.mailbox.example"}
    raw = write_mail(stage.mask, "Is anybody there?")
    assert stage.send(stage.mask, raw)[:9] == "451 4.4.3"
    clock.advance(minutes=59)
    assert stage.send(stage.mask, b"Received: again\r\n" + raw)[:9] == "451 4.4.3"
    clock.advance(minutes=2)
    assert stage.send(stage.mask, raw)[:3] == "250"
    assert (stage.last().state, stage.last().sender_check) == ("held", "unknown")
    assert stage.count(Notice) == 1


def test_a_mail_house_that_is_heard_again_delivers(stage: Stage) -> None:
    stage.dns.broken = {"mailbox.example"}
    raw = write_mail(stage.mask, "Is anybody there?")
    assert stage.send(stage.mask, raw)[:9] == "451 4.4.3"
    stage.dns.broken = set()
    stage.send(stage.mask, raw)
    assert stage.last().state == "done"
