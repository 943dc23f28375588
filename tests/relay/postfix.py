"""A Postfix of the tests' own: on loopback, with its own queue, gone when the test ends."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DAEMONS = Path("/usr/lib/postfix/sbin")
MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = mx.dragoman.test
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relay_domains = {relay}
transport_maps = inline:{{
    {{ {relay} = lmtp:inet:127.0.0.1:{lmtp} }},
    {{ buyers.example = smtp:[127.0.0.1]:{sink} }} }}
lmtp_destination_recipient_limit = 1
smtpd_recipient_restrictions = check_recipient_access inline:{{
    {{ later@buyers.example = 450 4.2.0 Come back in a while }},
    {{ never@buyers.example = 550 5.1.1 Nobody of that name }} }}, permit_mynetworks, reject
disable_dns_lookups = yes
smtp_host_lookup = native
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
flush unix n - n 1000? 0 flush
postlog unix-dgram n - n - 1 postlogd
"""


def why_not() -> str | None:
    """Why no Postfix can be started here, None when one can."""
    if not shutil.which("postfix") or not DAEMONS.exists():
        return "Postfix is not installed."
    if os.geteuid() != 0:
        return "Postfix starts as root only."
    return None


@dataclass(frozen=True)
class Postfix:
    """A running Postfix: where it listens and where it keeps its files."""

    home: Path
    port: int

    def log(self) -> str:
        """What it has written so far."""
        path = self.home / "log"
        return path.read_text() if path.exists() else ""


@contextmanager
def running(home: Path, *, relay: str, lmtp: int, sink: int, port: int) -> Iterator[Postfix]:
    """A Postfix that hands mail for `relay` to the LMTP door and for buyers.example to the sink."""
    owner = pwd.getpwnam("postfix")
    for name in ("etc", "queue", "data"):
        (home / name).mkdir(parents=True)
    os.chown(home / "data", owner.pw_uid, owner.pw_gid)
    for parent in (home, *home.parents):
        if str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    values = {"home": home, "daemons": DAEMONS, "relay": relay, "lmtp": lmtp, "sink": sink}
    (home / "etc/main.cf").write_text(MAIN.format(**values))
    (home / "etc/master.cf").write_text(MASTER.format(port=port))
    _run(home, "postfix", "start")
    try:
        _wait_for(port)
        yield Postfix(home, port)
    finally:
        _run(home, "postfix", "stop")


def _run(home: Path, *command: str) -> None:
    subprocess.run(
        [command[0], "-c", str(home / "etc"), *command[1:]],
        check=True,
        capture_output=True,
        timeout=30,
    )


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("Postfix did not open its port.")
