"""`flask relay`: open the mail doors."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.privacy.keys import check_canary
from app.relay.door import serve

group = AppGroup("relay", help="The masked mail relay.")


@group.command("serve")
def serve_doors() -> None:
    """Take mail over SMTP and LMTP until stopped."""
    check_canary()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_until_stopped(serve(app)))
    click.echo("The mail doors are closed.", err=True)


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task
