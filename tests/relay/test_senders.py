"""Whose mail it is: SPF, DKIM and DMARC against a DNS that the test writes, and front servers."""

from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.relay.resolver import Budget, NoAnswerYet
from app.relay.senders import (
    Client,
    Findings,
    Policy,
    Standing,
    agrees,
    believe,
    check,
    conclude,
    find_policy,
    organisation,
)
from app.relay.signing import Signer
from tests.doors import Names

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAIL = b"From: Kim <kim@mailbox.example>\r\nTo: x@y.test\r\nSubject: hi\r\n\r\nHello.\r\n"
IP = "203.0.113.9"
KIMS = Client(ip=IP, helo="mx.mailbox.example", mail_from="kim@mailbox.example")
SPF = "v=spf1 ip4:203.0.113.9 -all"


def key_pair() -> tuple[bytes, str]:
    """A private key in PEM and the record that publishes its other half."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    spki = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, "v=DKIM1; k=rsa; p=" + "".join(spki.decode().splitlines()[1:-1])


PEM, PUBLISHED = key_pair()


def signed(domain: str = "mailbox.example", raw: bytes = MAIL) -> bytes:
    return Signer(domain, "s1", PEM).signed(raw, at=AT)


def keys(domain: str = "mailbox.example", **texts: list[str]) -> dict[str, list[str]]:
    return {f"s1._domainkey.{domain}": [PUBLISHED], **texts}


def dmarc(text: str, domain: str = "mailbox.example") -> dict[str, list[str]]:
    return {f"_dmarc.{domain}": [text]}


REJECT, LENIENT = dmarc("v=DMARC1; p=reject"), dmarc("v=DMARC1; p=none")


@pytest.mark.parametrize(
    ("texts", "raw", "client", "standing"),
    [
        ({"mailbox.example": [SPF], **REJECT}, MAIL, KIMS, Standing.PASS),
        ({"mailbox.example": [SPF]}, MAIL, KIMS, Standing.PASS),
        ({**keys(), **REJECT}, signed(), Client(), Standing.PASS),
        (keys(), signed(), Client(), Standing.PASS),
        ({**keys(), **REJECT}, MAIL, Client(), Standing.REJECT),
        ({**keys(), **LENIENT}, MAIL, Client(), Standing.FAIL),
        ({**keys(), **dmarc("v=DMARC1; p=quarantine")}, MAIL, Client(), Standing.FAIL),
        ({"mailbox.example": ["v=spf1 -all"]}, MAIL, KIMS, Standing.FAIL),
        ({}, MAIL, KIMS, Standing.NONE),
        ({}, signed(), Client(), Standing.FAIL),
        ({**keys(), **REJECT}, signed() + b"P.S. pay here", Client(), Standing.REJECT),
        ({**keys("else.example"), **REJECT}, signed("else.example"), KIMS, Standing.REJECT),
        ({"else.example": [SPF], **REJECT}, MAIL, Client(IP, "h", "x@else.example"), "reject"),
        ({"mx.mailbox.example": [SPF]}, MAIL, Client(IP, "mx.mailbox.example"), Standing.PASS),
        ({"mailbox.example": ["v=spf1 %{nonsense -all"]}, MAIL, KIMS, Standing.FAIL),
        ({"mailbox.example": [SPF], **REJECT}, MAIL, Client("", "h", "kim@mailbox.example"),
         Standing.REJECT),
    ],
)  # fmt: skip
def test_what_is_proven(
    texts: dict[str, list[str]], raw: bytes, client: Client, standing: Standing
) -> None:
    assert check(raw, "mailbox.example", client, Names(texts)) == standing


def test_a_signature_that_leaves_a_part_out_proves_nothing() -> None:
    whole, short = (
        dkim.sign(MAIL, b"s1", b"mailbox.example", PEM, length=length) + MAIL
        for length in (False, True)
    )
    assert b" l=" in short
    assert check(whole, "mailbox.example", Client(), Names(keys())) == Standing.PASS
    assert check(short, "mailbox.example", Client(), Names(keys())) == Standing.FAIL


def test_a_second_from_in_front_breaks_the_signature_of_our_own_mail() -> None:
    forged = b"From: evil@else.example\r\n" + signed()
    assert check(forged, "mailbox.example", Client(), Names(keys())) == Standing.FAIL


@pytest.mark.parametrize(
    "broken", ["mailbox.example", "_dmarc.mailbox.example", "s1._domainkey.mailbox.example"]
)
def test_a_dns_that_is_silent_leaves_it_open(broken: str) -> None:
    silent = Names(broken={broken})
    assert check(signed(), "mailbox.example", Client(), silent) == Standing.UNKNOWN


def test_what_is_proven_otherwise_needs_no_answer() -> None:
    dns = Names(keys(), broken={"mailbox.example"})
    assert check(signed(), "mailbox.example", KIMS, dns) == Standing.PASS


@pytest.mark.parametrize(
    ("record", "policy"),
    [
        ("v=DMARC1; p=reject; adkim=s; aspf=s", Policy(True, True, True)),
        ("V = DMARC1 ; p=reject", None),
        ("v=DMARC1; sp=reject", None),
        ("v=spf1 -all", None),
        ("v=DMARC1;p=none", Policy()),
    ],
)
def test_policies(record: str, policy: Policy | None) -> None:
    assert find_policy("mailbox.example", Names(dmarc(record))) == policy


def test_two_policies_are_none() -> None:
    assert find_policy("a.example", Names({"_dmarc.a.example": ["v=DMARC1; p=reject"] * 2})) is None


@pytest.mark.parametrize(
    ("record", "rejects"),
    [("v=DMARC1; p=none; sp=reject", True), ("v=DMARC1; p=reject; sp=none", False)],
)
def test_a_subdomain_has_the_policy_for_subdomains(record: str, rejects: bool) -> None:
    policy = find_policy("news.mailbox.example", Names(dmarc(record)))
    assert policy == Policy(asks_reject=rejects)


@pytest.mark.parametrize(
    ("proven", "domain", "relaxed"),
    [
        ("mailbox.example", "mailbox.example", True),
        ("bounce.mailbox.example", "MAILBOX.example", True),
        ("shop.co.uk", "other.co.uk", False),
        ("co.uk", "shop.co.uk", False),
        ("a.github.io", "b.github.io", False),
        ("example", "mailbox.example", False),
        ("else.example", "mailbox.example", False),
    ],
)
def test_domains_agree_within_one_organisation(proven: str, domain: str, relaxed: bool) -> None:
    assert agrees(proven, domain) is relaxed
    assert agrees(proven, domain, strict=True) is (proven == domain)


def test_a_strict_policy_wants_the_same_domain() -> None:
    found = Findings(dkim_domains=("mail.mailbox.example",), publishes=True)
    assert conclude(found, "mailbox.example", Policy()) == Standing.PASS
    assert conclude(found, "mailbox.example", Policy(strict_dkim=True)) == Standing.FAIL


def test_an_unknown_ending_is_one_by_itself() -> None:
    assert organisation("a.b.dragoman.test") == "dragoman.test"


FRONT = "mx.market.example"


@pytest.mark.parametrize(
    ("value", "standing"),
    [
        ("dmarc=pass (p=reject dis=none) header.from=mailbox.example", "pass"),
        ("dmarc=fail (p=reject dis=none) header.from=mailbox.example", "reject"),
        ("dmarc=fail policy.dmarc=reject header.from=mailbox.example", "reject"),
        ("dmarc=fail (p=none dis=none) header.from=mailbox.example", "fail"),
        ("dmarc=temperror header.from=mailbox.example", "unknown"),
        ("dmarc=pass header.from=else.example", "fail"),
        ("dmarc=none header.from=mailbox.example; spf=pass smtp.mailfrom=x@m.mailbox.example",
         "pass"),
        ("dkim=pass header.d=mailbox.example header.s=s1; spf=none", "pass"),
        ("dkim=pass header.i=@else.example; spf=fail smtp.mailfrom=kim@mailbox.example", "fail"),
        ("spf=temperror smtp.mailfrom=kim@mailbox.example", "unknown"),
        ("spf=none; dkim=none", "none"),
        ("none", "none"),
        ("=?broken;;", "none"),
    ],
)  # fmt: skip
def test_what_our_front_server_found_is_believed(value: str, standing: str) -> None:
    assert believe((f" {FRONT};\r\n {value}",), "mailbox.example", server=FRONT) == standing


def test_what_stands_under_another_id_or_further_down_is_not() -> None:
    forged = "dmarc=pass header.from=mailbox.example"
    ours = f"{FRONT}; dmarc=fail (p=none) header.from=mailbox.example"
    assert believe((f"else.example; {forged}",), "mailbox.example", server=FRONT) == "none"
    assert believe((ours, f"{FRONT}; {forged}"), "mailbox.example", server=FRONT) == "fail"


def test_a_mails_lookups_share_one_budget() -> None:
    budget = Budget(Names(), seconds=0)
    with pytest.raises(NoAnswerYet):
        budget.lookup("mailbox.example", "TXT")
