"""Did the domain in From send this mail? SPF, DKIM and DMARC, or what our own front server found.

Knows the mail, its envelope and the DNS; nothing of buyers or bindings, so that what it answers
cannot tell anybody who is bound to a mask. Pure but for the resolver that it is given.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import dkim
import spf
from authres import FeatureContext, dmarc
from authres.core import AuthResError
from publicsuffix2 import PublicSuffixList

from app.relay.resolver import LOOKUP_SECONDS, Budget, NoAnswerYet, Resolver

SIGNATURES = 5  # further ones are somebody's try to keep us busy
_FEATURES = FeatureContext(dmarc)


class Standing(StrEnum):
    """What is proven about the domain in From. Only PASS counts as the sender's own."""

    PASS = "pass"  # noqa: S105 - a word of the trade, no password
    FAIL = "fail"
    NONE = "none"
    REJECT = "reject"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Client:
    """Who brought the mail. No `ip` when it came through a front server of our own."""

    ip: str = ""
    helo: str = ""
    mail_from: str = ""


@dataclass
class Findings:
    """What the three checks found. Domains are those that passed."""

    spf_domain: str | None = None
    dkim_domains: tuple[str, ...] = ()
    publishes: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Policy:
    """A domain's DMARC record, as far as a receiver needs it."""

    asks_reject: bool = False
    strict_dkim: bool = False
    strict_spf: bool = False


def check(raw: bytes, domain: str, client: Client, resolver: Resolver) -> Standing:
    """What is proven about `domain`, the one in From."""
    dns = Budget(resolver)
    found = Findings()
    _check_spf(found, client, domain, dns)
    _check_dkim(found, raw, dns)
    try:
        policy = find_policy(domain, dns)
    except NoAnswerYet:
        found.unsure = True
        policy = None
    return conclude(found, domain, policy)


def conclude(found: Findings, domain: str, policy: Policy | None) -> Standing:
    """One word for what was found. Without a policy, a relaxed agreement of domains is enough."""
    terms = policy or Policy()
    spf_agrees = found.spf_domain is not None and agrees(
        found.spf_domain, domain, strict=terms.strict_spf
    )
    dkim_agrees = any(
        agrees(signer, domain, strict=terms.strict_dkim) for signer in found.dkim_domains
    )
    if spf_agrees or dkim_agrees:
        return Standing.PASS
    if found.unsure:
        return Standing.UNKNOWN
    if policy and policy.asks_reject:
        return Standing.REJECT
    return Standing.FAIL if policy or found.publishes else Standing.NONE


def agrees(proven: str, domain: str, *, strict: bool = False) -> bool:
    """Whether a proven domain speaks for the one in From."""
    proven, domain = proven.lower().rstrip("."), domain.lower().rstrip(".")
    if strict or proven == domain:
        return proven == domain
    return organisation(proven) == organisation(domain)


def organisation(domain: str) -> str:
    """The part of a domain that somebody registered: mail.shop.co.uk → shop.co.uk."""
    labels = domain.lower().split(".")
    # An ending that the list does not know is one by itself, as the list's own rules say.
    return str(_suffixes().get_sld(".".join(labels), strict=True) or ".".join(labels[-2:]))


@cache
def _suffixes() -> PublicSuffixList:
    with (
        as_file(files("authheaders") / "public_suffix_list.txt") as path,
        path.open(encoding="utf-8") as lines,
    ):
        return PublicSuffixList(lines)


class _Spf(spf.query):  # type: ignore[misc]
    """The library's evaluation with a resolver of ours in place of its own."""

    def __init__(self, client: Client, resolver: Resolver) -> None:
        super().__init__(i=client.ip, s=client.mail_from, h=client.helo or "unknown")
        self._resolver = resolver

    def dns(
        self, name: str, qtype: str, _cnames: object = None, ignore_void: bool = False
    ) -> list[Any]:
        """What is published at `name`; too many empty answers are an error of the record."""
        try:
            found = self._resolver.lookup(str(name).rstrip(".").lower(), qtype)
        except NoAnswerYet:
            raise spf.TempError("DNS") from None
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("Void lookup limit exceeded")
        return found


def _check_spf(found: Findings, client: Client, domain: str, dns: Resolver) -> None:
    sender = client.mail_from.rpartition("@")[2] or client.helo
    try:
        found.publishes |= any(
            b"".join(record).lower().startswith(b"v=spf1") for record in dns.lookup(domain, "TXT")
        )
        result = _Spf(client, dns).check()[0] if client.ip and sender else "none"
    except NoAnswerYet:
        result = "temperror"
    except Exception:
        # A record that the library stumbles over proves nothing.
        result = "permerror"
    found.spf_domain = sender if result == "pass" else None
    found.unsure |= result == "temperror"


def _check_dkim(found: Findings, raw: bytes, dns: Resolver) -> None:
    def key(name: bytes, timeout: float = LOOKUP_SECONDS) -> bytes | None:
        records = dns.lookup(name.decode("ascii").rstrip("."), "TXT", seconds=timeout)
        return b"".join(records[0]) if records else None

    signed = [
        position
        for position, (name, _) in enumerate(_fields_of(raw))
        if name.lower() == b"dkim-signature"
    ]
    passed = []
    for position in range(min(len(signed), SIGNATURES)):
        found.publishes = True
        domain = _verified(raw, position, key, found)
        passed += [domain] if domain else []
    found.dkim_domains = tuple(passed)


def _fields_of(raw: bytes) -> list[tuple[bytes, bytes]]:
    try:
        fields: list[tuple[bytes, bytes]] = dkim.rfc822_parse(raw)[0]
    except dkim.DKIMException:
        return []
    return fields


def _verified(raw: bytes, position: int, key: Any, found: Findings) -> str | None:
    """The domain of one signature if it holds. One that leaves a part of the text out does not."""
    try:
        verifier = dkim.DKIM(raw)
        good = verifier.verify(idx=position, dnsfunc=key)
        fields = verifier.signature_fields
    except NoAnswerYet:
        found.unsure = True
        return None
    except Exception:
        # Whatever the library stumbles over in a stranger's signature proves nothing.
        return None
    if not good or b"l" in fields:
        return None
    return str(fields[b"d"].decode("ascii", "replace")).lower()


def find_policy(domain: str, dns: Resolver) -> Policy | None:
    """The DMARC policy for mail from `domain` (RFC 7489, 6.6.3). Raises NoAnswerYet."""
    tags = _dmarc_record(domain, dns)
    if tags is None and organisation(domain) != domain:
        tags = _dmarc_record(organisation(domain), dns)
        if tags is not None:
            tags = {**tags, "p": tags.get("sp", tags["p"])}
    if tags is None:
        return None
    return Policy(
        asks_reject=tags["p"] == "reject",
        strict_dkim=tags.get("adkim") == "s",
        strict_spf=tags.get("aspf") == "s",
    )


def _dmarc_record(domain: str, dns: Resolver) -> dict[str, str] | None:
    """The tags of the one record at `domain`; two records are none, as is one without p."""
    texts = [b"".join(record) for record in dns.lookup(f"_dmarc.{domain}", "TXT")]
    records = [text for text in texts if re.match(rb"v\s*=\s*DMARC1\s*(;|$)", text)]
    if len(records) != 1:
        return None
    pairs = (part.partition("=") for part in records[0].decode("ascii", "replace").split(";"))
    tags = {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
    return tags if "p" in tags else None


def believe(values: tuple[str, ...], domain: str, *, server: str) -> Standing:
    """What our own front server wrote into the topmost Authentication-Results under its id.

    Values under another id are a stranger's and say nothing.
    """
    value, results = next(
        ((value, found) for value in values if (found := _results_of(value, server))), ("", [])
    )
    by_method: dict[str, list[Any]] = {}
    for result in results:
        by_method.setdefault(result.method, []).append(result)
    for result in by_method.get("dmarc", []):
        if (result.header_from or domain).lower() == domain and result.result != "none":
            return _dmarc_standing(result.result, value)
    return _without_dmarc(by_method, domain)


def _results_of(value: str, server: str) -> list[Any]:
    try:
        header = _FEATURES.parse_value(" ".join(value.split()))
    except (AuthResError, ValueError, IndexError, AttributeError):
        return []
    if (header.authserv_id or "").lower() != server.lower():
        return []
    return [result for result in header.results if getattr(result, "method", None)]


def _dmarc_standing(result: str, value: str) -> Standing:
    """The policy stands in a comment or in a property, by the server's custom."""
    if result == "pass":
        return Standing.PASS
    if result == "temperror":
        return Standing.UNKNOWN
    rejects = re.search(r"dmarc\s*=\s*fail[^;]*\b(?:p|policy\.dmarc)\s*=\s*reject\b", value, re.I)
    return Standing.REJECT if rejects else Standing.FAIL


def _without_dmarc(by_method: dict[str, list[Any]], domain: str) -> Standing:
    """No policy: SPF or DKIM that agree are enough."""
    proven = [
        str(result.header_d or (result.header_i or "").rpartition("@")[2])
        for result in by_method.get("dkim", [])
        if result.result == "pass"
    ]
    proven += [
        str(result.smtp_mailfrom or "").rpartition("@")[2]
        for result in by_method.get("spf", [])
        if result.result == "pass"
    ]
    if any(one and agrees(one, domain) for one in proven):
        return Standing.PASS
    every = [result.result for results in by_method.values() for result in results]
    if "temperror" in every:
        return Standing.UNKNOWN
    return Standing.FAIL if any(one != "none" for one in every) else Standing.NONE
