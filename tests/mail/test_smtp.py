"""Handing over: what a server may answer at each stage, and what is then known."""

import mailbox
import socket
import threading
from pathlib import Path

import pytest

from app.mail.smtp import (
    MaildirTransport,
    MaybeSent,
    Refused,
    SendingFailed,
    SmtpTransport,
    TryAgain,
    dotted,
    transport_for,
)

CONTENT = b"Subject: x\r\n\r\nhello\r\n.\r\n..dots\r\n"


class Server:
    """A mail server on the loopback that answers as it is told, and remembers what it got.

    `answers` maps a command's first word (or "greeting", "dot") to a reply; None hangs up.
    """

    def __init__(self, **answers: bytes | None) -> None:
        self.answers = answers
        self.got = b""
        self.commands: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as lines:
            if self._say(connection, "greeting", b"220 hi"):
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: object) -> None:
        for line in lines:  # type: ignore[attr-defined]
            word = line.split()[0].decode().lower() if line.split() else ""
            self.commands.append(line.strip())
            default = {"data": b"354 go", "quit": b"221 bye"}.get(word, b"250 ok")
            if not self._say(connection, word, default):
                return
            if word == "data" and self.answers.get("data", b"354").startswith(b"354"):
                for content in lines:  # type: ignore[attr-defined]
                    if content == b".\r\n":
                        break
                    self.got += content
                if not self._say(connection, "dot", b"250 stored"):
                    return

    def _say(self, connection: socket.socket, word: str, default: bytes) -> bool:
        answer = self.answers.get(word, default)
        if answer is not None:
            connection.sendall(answer + b"\r\n")
        return answer is not None


def send_to(server: Server, query: str = "") -> None:
    transport = SmtpTransport(f"smtp://127.0.0.1:{server.port}{query}", timeout=2)
    transport.send(sender="r1@bounce.test", recipient="kim@buyer.test", content=CONTENT)


def test_a_mail_arrives_as_it_was_with_its_dots_doubled() -> None:
    with Server() as server:
        send_to(server)
    assert server.got == dotted(CONTENT)
    assert b"MAIL FROM:<r1@bounce.test>" in server.commands
    assert b"RCPT TO:<kim@buyer.test>" in server.commands


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"greeting": b"421 busy"}, TryAgain, 421),
        ({"greeting": b"554 go away"}, Refused, 554),
        ({"greeting": None}, TryAgain, 0),
        ({"mail": b"451 later"}, TryAgain, 451),
        ({"mail": b"550 no"}, Refused, 550),
        ({"rcpt": b"450 4.2.1 greylisted"}, TryAgain, 450),
        ({"rcpt": b"550 5.1.1 <kim@buyer.test> unknown"}, Refused, 550),
        ({"rcpt": None}, TryAgain, 0),
        ({"data": b"452 full"}, TryAgain, 452),
        ({"dot": b"451 4.3.0 later"}, TryAgain, 451),
        ({"dot": b"554 5.7.1 spam"}, Refused, 554),
        ({"dot": None}, MaybeSent, 0),
    ],
)
def test_each_answer_is_told_for_what_it_is(
    answers: dict[str, bytes | None], kind: type[SendingFailed], code: int
) -> None:
    with Server(**answers) as server, pytest.raises(kind) as told:
        send_to(server)
    assert told.value.code == code
    assert type(told.value) is kind
    assert "@" not in str(told.value)


def test_the_enhanced_code_of_a_refusal_is_kept() -> None:
    refusing = Server(rcpt=b"550 5.1.1 <kim@buyer.test> unknown")
    with refusing as server, pytest.raises(Refused) as told:
        send_to(server)
    assert told.value.enhanced == "5.1.1"


def test_no_server_at_all_means_try_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(TryAgain):
        SmtpTransport(f"smtp://127.0.0.1:{port}", timeout=1).send(
            sender="a@b.test", recipient="c@d.test", content=CONTENT
        )


def test_required_encryption_that_is_not_offered_sends_nothing() -> None:
    with Server() as server, pytest.raises(TryAgain):
        send_to(server, "?starttls=required")
    assert not any(command.startswith(b"MAIL") for command in server.commands)


@pytest.mark.parametrize("address", ["a@b.test>\r\nDATA", "a b@c.test", "é@b.test"])
def test_an_address_cannot_smuggle_a_command(address: str) -> None:
    with Server() as server, pytest.raises(Refused):
        SmtpTransport(f"smtp://127.0.0.1:{server.port}", timeout=2).send(
            sender="a@b.test", recipient=address, content=CONTENT
        )
    assert not any(b"DATA" in command for command in server.commands)


@pytest.mark.parametrize(
    "content", [b"a\n.\nb", b"a\r.\rb", b"a\r\n.\nb", b"a\n.\r\nb", b"a\r\n.\r\nb", b".", b"a"]
)
def test_no_line_of_a_mail_is_a_single_dot_on_the_wire(content: bytes) -> None:
    wire = dotted(content)
    assert b".\r\n" not in wire.replace(b"..\r\n", b"")
    assert wire.endswith(b"\r\n")
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_a_maildir_copy_holds_the_mail_unchanged_under_its_envelope(tmp_path: Path) -> None:
    MaildirTransport(tmp_path / "out").send(
        sender="r1@bounce.test", recipient="kim@buyer.test", content=CONTENT
    )
    box = mailbox.Maildir(tmp_path / "out", create=False)
    (key,) = box.keys()
    stored = box.get_bytes(key)
    assert stored.endswith(CONTENT)
    assert box[key]["Return-Path"] == "<r1@bounce.test>"
    assert box[key]["Delivered-To"] == "kim@buyer.test"


def test_a_maildir_that_cannot_be_written_means_try_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TryAgain):
        MaildirTransport(tmp_path / "file" / "box").send(
            sender="a@b.test", recipient="c@d.test", content=CONTENT
        )


def test_without_a_server_mails_go_to_the_maildir(tmp_path: Path) -> None:
    assert isinstance(transport_for("", tmp_path), MaildirTransport)
    assert isinstance(transport_for("smtps://u:p@mail.test", tmp_path), SmtpTransport)


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.test:25"])
def test_a_wrong_url_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        SmtpTransport(url)
