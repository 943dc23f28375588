"""The mail doors: one listener that speaks SMTP and one that speaks LMTP.

The event loop only talks; whatever touches the database runs in a thread, in an application
context of its own. `250` is said after the commit. Whatever goes wrong is `451` with a constant
text, so that the sender's server keeps the mail and tries again.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.extensions import db
from app.lib.clock import now
from app.lib.heartbeat import beat
from app.relay.clerk import Clerk
from app.relay.examining import Delivery, bare_sender, rates_of
from app.relay.inbound import Row
from app.relay.masks import Recipient
from app.relay.speaking import Lmtp, Smtp
from app.relay.taking import TAKEN, TRY_AGAIN, UNKNOWN, answer_to, look_up, prepare
from app.relay.threshold import Refusal

log = logging.getLogger(__name__)
# The library tells its log every sender and recipient.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

ONE_ONLY = "452 4.5.3 One recipient at a time, please send the others separately"
NOT_ASCII = "553 5.6.7 An address here has plain letters and digits only"
# The one recipient that needs no domain (RFC 5321, 4.5.1).
POSTMASTER = "postmaster"
Found = TypeVar("Found")
THREADS = 8
# Who knocked while the doors were being closed has come in by then, and can be shown out.
LAST_KNOCK = 0.02
# So long a recipient stays looked up; for a mail that takes longer to come it is looked up again.
FRESH = timedelta(seconds=10)
BEAT_EVERY = 15


class Doorkeeper:
    """What the two listeners ask at each step of a delivery."""

    def __init__(self, app: Flask, pool: ThreadPoolExecutor, clerk: Clerk) -> None:
        self.app = app
        self.pool = pool
        self.clerk = clerk
        self.rates = rates_of(app.extensions["settings"])
        self.known: WeakKeyDictionary[Envelope, tuple[Recipient, datetime]] = WeakKeyDictionary()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names and its six arguments
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take one recipient that stands for somebody."""
        ip = ip_of(session)
        if envelope.rcpt_tos:
            return ONE_ONLY
        if not address.isascii():
            return NOT_ASCII
        if address.lower() == POSTMASTER:
            address = f"{address}@{self.app.extensions['settings'].relay_domain}"
        if not self.rates.may_ask(ip, now()):
            return Refusal.BUSY
        answer, to = await self._in_thread(self._look_up, address)
        if to is not None:
            self.known[envelope] = to, now()
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        elif answer == UNKNOWN:
            self.rates.note_guess(ip, now())
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Look at the header, keep the mail, then say 250."""
        ip = ip_of(session)
        delivery = Delivery(
            recipient=envelope.rcpt_tos[0],
            sender=bare_sender(envelope.mail_from),
            ip="" if self.rates.is_front(ip) else ip,
            helo=session.host_name or "",
            to=self._still_known(envelope),
        )
        content = envelope.original_content or b""
        if not self.rates.may_bring(ip, now()):
            return Refusal.BUSY
        prepared = await self._in_thread(self._prepare, content, delivery)
        return prepared if isinstance(prepared, str) else await self._keep(prepared, delivery)

    async def _keep(self, row: Row, delivery: Delivery) -> str:
        try:
            await self.clerk.keep(row)
        except Exception as fault:
            return answer_to(fault, delivery.recipient)
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """Never let an error's text out: it may quote the mail."""
        log.error("the mail door failed: %s", type(error).__name__)
        return TRY_AGAIN

    def _still_known(self, envelope: Envelope) -> Recipient | None:
        to, since = self.known[envelope]
        return to if now() - since <= FRESH else None

    async def _in_thread(self, work: Callable[..., Found], *args: Any) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self.pool, work, *args)

    def _look_up(self, address: str) -> tuple[str, Recipient | None]:
        with self.app.app_context():
            return look_up(address)

    def _prepare(self, content: bytes, delivery: Delivery) -> Row | str:
        with self.app.app_context():
            return prepare(content, delivery, self.rates)


def ip_of(session: Session) -> str:
    """The address that speaks to us; empty when there is none."""
    return str(session.peer[0]) if isinstance(session.peer, tuple) else ""


async def serve(app: Flask) -> None:
    """Open both doors and keep them open until cancelled."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="door") as pool:
        clerk = Clerk(app, asyncio.get_running_loop())
        visitors: WeakSet[SMTP] = WeakSet()
        servers = await _listen(app, Doorkeeper(app, pool, clerk), visitors)
        try:
            while True:
                await asyncio.get_running_loop().run_in_executor(pool, _beat, app)
                await asyncio.sleep(BEAT_EVERY)
        finally:
            await close(servers, visitors)
            clerk.dismiss()


async def _listen(
    app: Flask, keeper: Doorkeeper, visitors: "WeakSet[SMTP]"
) -> list[asyncio.Server]:
    """One server a door. Who speaks to it is put among the visitors."""
    settings: Settings = app.extensions["settings"]
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {
        "data_size_limit": settings.mail_max_bytes,
        "enable_SMTPUTF8": True,
        "loop": loop,
    }

    def answering(speaker: type[SMTP]) -> Callable[[], SMTP]:
        def answer() -> SMTP:
            visitor = speaker(keeper, **options)
            visitors.add(visitor)
            return visitor

        return answer

    return [
        await loop.create_server(answering(speaker), settings.mail_host, port)
        for speaker, port in ((Smtp, settings.smtp_port), (Lmtp, settings.lmtp_port))
    ]


async def close(servers: list[asyncio.Server], visitors: "WeakSet[SMTP]") -> None:
    """Answer no more knocks, let in who has knocked, then show everybody out.

    A server that is closed while it lets somebody in forgets that connection without closing it,
    so nobody may be at the threshold by then.
    """
    loop = asyncio.get_running_loop()
    for server in servers:
        for door in server.sockets:
            loop.remove_reader(door.fileno())
    await asyncio.sleep(LAST_KNOCK)
    for server in servers:
        server.close()
    for visitor in visitors:
        if visitor.transport:
            visitor.transport.close()


def _beat(app: Flask) -> None:
    """A door that cannot tell that it lives still takes mail, or answers 451."""
    with app.app_context():
        try:
            beat("door")
            db.session.commit()
        except SQLAlchemyError as fault:
            log.error("the mail door gave no sign of life: %s", type(fault).__name__)
