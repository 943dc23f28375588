"""`flask relay`: open the mail doors; forget a buyer."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from app.cli.keys import keys_must_fit
from app.config import Settings, SettingsError
from app.extensions import db, part
from app.lib.heap import settle
from app.privacy.keys import check_canary
from app.relay.door import serve
from app.relay.erasure import erase_buyer, same_buyers
from app.relay.examining import Delivery, bare_sender, rates_of
from app.relay.taking import TRY_AGAIN, UNKNOWN, take
from app.tickets.models import Ticket

group = AppGroup("relay", help="The masked mail relay.")


@group.command("serve")
def serve_doors() -> None:
    """Take mail over SMTP and LMTP until stopped."""
    keys_must_fit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    settle()
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_until_stopped(serve(app)))
    click.echo("The mail doors are closed.", err=True)


@group.command("deliver")
@click.option("--to", "recipient", required=True, metavar="ADDRESS")
@click.option("--from", "sender", default="", metavar="ADDRESS")
def deliver(recipient: str, sender: str) -> None:
    """Take one mail on stdin, as a mail server's pipe gives it.

    Ends with sysexits' 0 (taken), 67 (nobody of that name), 75 (try again) or 77 (refused).
    """
    settings: Settings = part("settings")
    delivery = Delivery(recipient, bare_sender(sender))
    # One byte more tells a mail that is too big; nobody needs the rest of it.
    raw = sys.stdin.buffer.read(settings.mail_max_bytes + 1)
    answer = take(raw, delivery, rates_of(settings)) if _keys_fit() else TRY_AGAIN
    click.echo(answer, err=True)
    raise click.exceptions.Exit(exit_code(answer))


def _keys_fit() -> bool:
    """Nothing may be sealed under keys that are not the database's, nor without asking it."""
    try:
        check_canary()
    except (SettingsError, SQLAlchemyError):
        return False
    return True


def exit_code(answer: str) -> int:
    """What a mail server's pipe understands of an SMTP answer."""
    if answer.startswith("2"):
        return os.EX_OK
    if answer.startswith("4"):
        return os.EX_TEMPFAIL
    return os.EX_NOUSER if answer == UNKNOWN else os.EX_NOPERM


@group.command("erase")
@click.argument("ticket_id", type=int)
@click.option("--everywhere", is_flag=True, help="The same person with all other vendors too.")
def erase(ticket_id: int, everywhere: bool) -> None:
    """Forget the buyer of ticket TICKET_ID: address, mails, masks and files are gone for good."""
    ticket = db.session.get(Ticket, ticket_id, options=[joinedload(Ticket.buyer)])
    if ticket is None:
        raise click.ClickException(f"There is no ticket {ticket_id}.")
    buyers = same_buyers(ticket.buyer) if everywhere else [ticket.buyer]
    erased = [number for buyer in buyers for number in erase_buyer(buyer)]
    db.session.commit()
    click.echo(f"Forgotten in {len(erased)} tickets: {' '.join(map(str, sorted(erased)))}")


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task
