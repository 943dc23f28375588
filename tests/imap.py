"""A small IMAP server for one mailbox, spoken to over a real socket.

Speaks what polling needs: LOGIN, SELECT, UID SEARCH UNSEEN, UID FETCH, UID STORE, LOGOUT. It can
hang up in the middle of a mail or before it has noted that a mail was seen, as real ones do.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "desk@mail.example", "pass word"


class HangUp(Exception):
    """The server ends the connection without another word."""


@dataclass
class Mailbox:
    """The mails by their UID, those that were seen, and where the server hangs up next."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    hang_up_at: str = ""  # "FETCH 2" in the middle of mail 2; "STORE 2" before it is noted
    log: list[str] = field(default_factory=list)
    port: int = 0

    def add(self, raw: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return uid

    @property
    def url(self) -> str:
        user, password = USER.replace("@", "%40"), PASSWORD.replace(" ", "%20")
        return f"imap://{user}:{password}@127.0.0.1:{self.port}/INBOX"

    def hang_up(self, where: str) -> bool:
        """Whether the connection ends here; it does so once."""
        if self.hang_up_at != where:
            return False
        self.hang_up_at = ""
        return True


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    @property
    def box(self) -> Mailbox:
        return self.server.box  # type: ignore[attr-defined,no-any-return]

    def handle(self) -> None:
        self.say("* OK ready")
        try:
            while line := self.rfile.readline().decode().strip():
                tag, _, words = line.partition(" ")
                self.box.log.append(words)
                self.say(f"{tag} {self.answer(words)}")
        except (HangUp, ConnectionError):
            return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def answer(self, words: str) -> str:
        verb, *rest = words.split(" ")
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        if verb == "LOGIN" and words.replace('"', "") != f"LOGIN {USER} {PASSWORD}":
            return "NO who is that"
        if verb == "SELECT":
            self.say(f"* {len(self.box.mails)} EXISTS")
        if verb == "LOGOUT":
            self.say("* BYE")
        if verb == "UID":
            getattr(self, rest[0].lower())(*rest[1:])
        return "OK done"

    def search(self, *_criteria: str) -> None:
        unseen = [uid for uid in self.box.mails if uid not in self.box.seen]
        self.say("* SEARCH " + " ".join(map(str, unseen)))

    def fetch(self, uid: str, *_parts: str) -> None:
        raw = self.box.mails[int(uid)]
        self.say(f"* {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE {len(raw)} BODY[] {{{len(raw)}}}")
        if self.box.hang_up(f"FETCH {uid}"):
            self.wfile.write(raw[: len(raw) // 2])
            raise HangUp
        self.wfile.write(raw)
        self.say(")")

    def store(self, uid: str, *flags: str) -> None:
        if self.box.hang_up(f"STORE {uid}"):
            raise HangUp
        assert re.search(r"\+FLAGS \(?\\Seen", " ".join(flags))
        self.box.seen.add(int(uid))


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    """A server with an empty mailbox, up until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.box = Mailbox(port=server.server_address[1])  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.box  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
