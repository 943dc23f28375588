"""`flask start`: make the desk ready, then run its three processes until Ctrl-C.

Whatever is there already is kept: a second start migrates, and otherwise only serves.
"""

import os
import socket
import sys
import threading
import time
from pathlib import Path

import click
from flask_migrate import upgrade
from honcho.environ import parse_procfile
from honcho.manager import Manager

from app.accounts.demo import DEMO_PASSWORD
from app.accounts.models import Agent, Vendor
from app.cli.keys import keys_must_fit
from app.cli.triage import train_if_needed
from app.config import Settings
from app.extensions import db, part
from app.phrasebook import load_macros
from app.relay.masks import door_address
from app.seeds.demo import seed_demo
from app.tickets.macros.prepared import seed_macros
from app.translation.packages import PackageStore, bring_shipped

ROOT = Path(__file__).parent.parent.parent
WAIT_FOR_WEB = 30


@click.command("prepare")
def prepare() -> None:
    """Migrate, check the keys, bring macros and packages, train, and seed an empty desk."""
    upgrade()
    keys_must_fit()
    seed_macros(load_macros(ROOT / "phrasebook"))
    db.session.commit()
    settings: Settings = part("settings")
    bring_shipped(PackageStore(settings.packages_dir), ROOT / "packages")
    train_if_needed()
    seed_demo(progress=_show)


@click.command("start")
@click.pass_context
def start(context: click.Context) -> None:
    """Make the desk ready and serve it: web, worker and mail door."""
    context.invoke(prepare)
    settings: Settings = part("settings")
    banner = _banner(f"http://{settings.host}:{settings.port}")
    db.session.remove()
    db.engine.dispose()
    threading.Thread(
        target=_say_when_up, args=((settings.host, settings.port), banner), daemon=True
    ).start()
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, cwd=str(ROOT), env={**os.environ})
    manager.loop()
    sys.exit(manager.returncode)


def _show(done: int, of: int) -> None:
    click.echo(f"\rMaking the demo desk: {done} of {of}", nl=done == of, err=True)


def _banner(url: str) -> str:
    vendor = db.session.scalars(db.select(Vendor).order_by(Vendor.id).limit(1)).first()
    logins = [
        f"  {agent.email:26} {_role(agent)}"
        for agent in db.session.scalars(db.select(Agent).filter_by(is_demo=True))
    ]
    lines = ["", f"Dragoman is open at {url}"]
    if logins:
        lines += ["", f"Demo log-ins, password “{DEMO_PASSWORD}”:", *logins]
    if vendor:
        words = 'FROM=kim@buyers.example TEXT="Bonjour, où est ma commande ?"'
        command = f"  make send TO={door_address(vendor)} {words}"
        lines += ["", "Write to it as a buyer, from another terminal:", command]
    return "\n".join([*lines, "", "Ctrl-C stops everything; the data stays.", ""])


def _role(agent: Agent) -> str:
    if agent.is_operator:
        return "the operator's supervisor, sees all vendors"
    place = agent.vendor.name if agent.vendor else ""
    kind = "supervisor" if agent.is_supervisor else f"agent, level {agent.handles_level}"
    return f"{kind}, {place}, reads {' '.join(agent.reads)}"


def _say_when_up(address: tuple[str, int], banner: str) -> None:
    deadline = time.monotonic() + WAIT_FOR_WEB
    while time.monotonic() < deadline:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            click.echo(banner)
            return
