"""A delivery is examined before 250 is said: the header, the rates, and who really sent it.

Joins the pure rules of the threshold with what only the database and the DNS know. Asks the DNS
outside of any transaction, and not at all while `SENDER_AUTH` is off.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.lib.database import reading
from app.relay.inbound import Envelope, put_off_since
from app.relay.masks import AddressKind, Recipient, address_kind, relay_domain
from app.relay.models import Notice
from app.relay.rates import Limits, Rates
from app.relay.reading import instance_id
from app.relay.resolver import Resolver
from app.relay.senders import Client, Standing, believe, check
from app.relay.threshold import Circumstances, Glance, Refusal, glance, refuse
from app.tickets.models import Message

# So long a mail is put off because the DNS does not answer; then it is taken and held.
PATIENCE = timedelta(hours=1)
MASKS = (AddressKind.MASK, AddressKind.QUESTION)
ANY_SENDER = (AddressKind.WAY_BACK, AddressKind.POSTMASTER)


@dataclass(frozen=True)
class Delivery:
    """One mail as it is handed over. `ip` is empty when a front server of ours brings it, `to` when
    nobody has looked for whom the recipient stands."""

    recipient: str
    sender: str = ""
    ip: str = ""
    helo: str = ""
    to: Recipient | None = None

    @property
    def local(self) -> str:
        """The recipient's local part, in small letters."""
        return self.recipient.rpartition("@")[0].lower()

    def envelope(self, standing: Standing | None) -> Envelope:
        """What is kept of it."""
        return Envelope(self.recipient, self.sender, standing or "")


@dataclass(frozen=True)
class Examined:
    """A refusal, or what is known about the sender; both empty where nobody asked."""

    refusal: Refusal | None = None
    standing: Standing | None = None


def rates_of(settings: Settings) -> Rates:
    """The windows that the settings ask for, empty."""
    return Rates(
        Limits(
            settings.rate_per_mask,
            settings.rate_per_sender,
            settings.rate_per_ip,
            settings.trusted_fronts,
        )
    )


def bare_sender(mail_from: str | None) -> str:
    """The envelope's sender; empty for the null sender, however the library writes it."""
    return (mail_from or "").strip("<> ").lower()


def examine(content: bytes, delivery: Delivery, rates: Rates) -> Examined:
    """Whether the door takes a mail, and what it found out about the sender.

    Whatever is decided here is decided before anybody looks who is bound to the mask: an answer
    that depended on that would tell the binding.
    """
    if len(content) > _settings().mail_max_bytes:
        return Examined(Refusal.TOO_BIG)
    seen, kind = glance(content), address_kind(delivery.local)
    refusal = refuse(seen, _circumstances(seen, delivery, kind))
    if refusal:
        return Examined(refusal)
    if kind in MASKS and not rates.may_write(delivery.local, delivery.sender, now()):
        return Examined(Refusal.BUSY)
    if kind in ANY_SENDER or not delivery.sender or not seen.sender:
        # What no rule lets through to anybody needs no proof of where it is from.
        return Examined()
    if not _settings().checks_senders:
        return Examined()
    return _judged(_standing(content, seen, delivery), content, delivery)


def _settings() -> Settings:
    found: Settings = part("settings")
    return found


def _circumstances(seen: Glance, delivery: Delivery, kind: AddressKind) -> Circumstances:
    return Circumstances(
        relay_domain=relay_domain(),
        instance_id=instance_id(),
        null_sender=not delivery.sender,
        any_sender=kind in ANY_SENDER,
        id_is_ours=_is_our_id(seen.message_ids),
    )


def _is_our_id(message_ids: tuple[str, ...]) -> bool:
    """Whether a mail carries an id of ours. The database is asked for our own form only."""
    ending = f"@{relay_domain()}"
    locals_ = [one[: -len(ending)] for one in message_ids if one.lower().endswith(ending)]
    if not locals_:
        return False
    with reading():
        found = any(
            db.session.scalar(select(row.id).where(row.mail_id.in_(locals_)).limit(1)) is not None
            for row in (Message, Notice)
        )
        db.session.rollback()
    return found


def _standing(content: bytes, seen: Glance, delivery: Delivery) -> Standing:
    server = _settings().trusted_authserv_id
    if server and not delivery.ip:
        return believe(seen.results, seen.sender_domain, server=server)
    resolver: Resolver = part("resolver")
    client = Client(delivery.ip, delivery.helo, delivery.sender)
    return check(content, seen.sender_domain, client, resolver)


def _judged(standing: Standing, content: bytes, delivery: Delivery) -> Examined:
    if standing is Standing.REJECT:
        return Examined(Refusal.PRETENDS)
    if standing is Standing.UNKNOWN:
        waited = now() - put_off_since(content, delivery.recipient)
        return Examined(Refusal.NO_DNS if waited < PATIENCE else None, standing)
    return Examined(standing=standing)
