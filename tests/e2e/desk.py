"""A real desk over a folder of its own: the processes of the Procfile, started and stopped."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.doors import free_port

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "only for this test desk"
# Reads French alone, so that an English buyer needs the translation in both directions.
YVONNE = "yvonne@lavande.example"


@dataclass(frozen=True)
class Desk:
    """A running desk."""

    url: str
    folder: Path
    environ: dict[str, str]

    def flask(self, *words: str) -> None:
        """Run one of the desk's own commands."""
        subprocess.run(
            [BIN / "flask", "--app", "wsgi", *words], cwd=ROOT, env=self.environ, check=True,
            capture_output=True, timeout=300,
        )  # fmt: skip

    def write_in(self, text: str, *, sender: str = "kim@buyers.example") -> None:
        """A buyer's mail to Maison Lavande, through the mail door."""
        self.flask("mail", "send", "--to", "lavande@reply.dragoman.test", "--from", sender,
                   "--text", text)  # fmt: skip

    def posted(self) -> str:
        """Everything that left, as the buyers' mailboxes hold it."""
        box = self.folder / "outbox" / "new"
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(box.iterdir()))


@contextmanager
def running_desk(folder: Path) -> Iterator[Desk]:
    """The demo desk as `make run` makes it, with Yvonne, served until the block ends."""
    ports = {name: str(free_port()) for name in ("PORT", "SMTP_PORT", "LMTP_PORT")}
    path = f"{BIN}:{os.environ['PATH']}"
    environ = {**os.environ, **ports, "DATA_DIR": str(folder), "PATH": path}
    desk = Desk(f"http://127.0.0.1:{ports['PORT']}", folder, environ)
    desk.flask("prepare")
    desk.flask("accounts", "add-agent", YVONNE, "Yvonne", "--vendor", "lavande", "--level", "2",
               "--reads", "fr", "--password", PASSWORD)  # fmt: skip
    processes = [_start(command, desk) for command in _procfile()]
    try:
        _wait_until_up(desk)
        yield desk
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def _procfile() -> list[str]:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    return [line.partition(":")[2].strip() for line in lines if ":" in line]


def _start(command: str, desk: Desk) -> subprocess.Popen[bytes]:
    with (desk.folder / "processes.log").open("ab") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", command], cwd=ROOT, env=desk.environ, stdout=log, stderr=log
        )


def _wait_until_up(desk: Desk) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{desk.url}/readyz", timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError((desk.folder / "processes.log").read_text())
