"""Handing a finished mail over: to a mail server, or into a maildir. The only user of smtplib.

Tells apart what the caller must tell apart: refused, try again, and "it may have arrived". What an
error says goes to logs and pages, so it holds a code and no address and no server's text.
"""

import contextlib
import mailbox
import re
import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

T = TypeVar("T")
TIMEOUT = 60  # seconds for one answer of the server
FINAL_TIMEOUT = 600  # after the dot: servers scan before they answer (RFC 5321, 4.5.3.2.6)


class SendingFailed(Exception):
    """A mail was not handed over, or not surely. `code` is the server's, 0 where none came."""

    def __init__(self, code: int, stage: str, *, enhanced: str = "") -> None:
        said = f"answered {code} {enhanced}".strip() if code else "gave no answer"
        super().__init__(f"The mail server {said} at {stage}.")
        self.code = code
        self.stage = stage
        self.enhanced = enhanced


class TryAgain(SendingFailed):
    """4xx, or trouble with the connection before the final dot: nothing has been sent."""


class Refused(SendingFailed):
    """5xx: the server will say the same tomorrow."""


class MaybeSent(SendingFailed):
    """The connection broke after the final dot. Send the identical bytes again."""


class Transport(Protocol):
    """A way out for finished mails."""

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        """Hand over one mail. `sender` is the return path. Raises SendingFailed's children."""
        ...


class SmtpTransport:
    """smtp://user:password@host:port, smtps:// for TLS from the start.

    smtp:// takes STARTTLS where the server offers it; `?starttls=required` insists.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError(
                "The mail server's URL must look like smtp://host:port or smtps://host."
            )
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls", ["offered"])[0]
        self._timeout = timeout

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        """One connection, one mail, one recipient."""
        client = self._greeted(self._client)
        try:
            self._greeted(lambda: self._prepare(client))
            self._envelope(client, sender=sender, recipient=recipient)
            self._content(client, content)
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                client.close()

    @staticmethod
    def _greeted(step: Callable[[], T]) -> T:
        """Do a step that comes before the envelope; whatever fails there, nothing was sent."""
        try:
            return step()
        except smtplib.SMTPResponseException as error:
            raise _verdict(error.smtp_code, error.smtp_error, stage="the greeting") from None
        except (OSError, smtplib.SMTPException):
            raise TryAgain(0, "the greeting") from None

    def _prepare(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        self._secure(client)
        if self._user:
            client.login(self._user, self._password)

    def _client(self) -> smtplib.SMTP:
        if self._tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _secure(self, client: smtplib.SMTP) -> None:
        if self._tls or self._starttls == "never":
            return
        if client.has_extn("starttls"):
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        elif self._starttls == "required":
            raise TryAgain(0, "STARTTLS, which it does not offer")

    def _envelope(self, client: smtplib.SMTP, *, sender: str, recipient: str) -> None:
        for stage, command in (
            ("MAIL FROM", f"MAIL FROM:<{_enveloped(sender)}>"),
            ("RCPT TO", f"RCPT TO:<{_enveloped(recipient)}>"),
            ("DATA", "DATA"),
        ):
            try:
                code, text = client.docmd(command)
            except (OSError, smtplib.SMTPException):
                raise TryAgain(0, stage) from None
            if code not in (250, 251, 354):
                raise _verdict(code, text, stage=stage)

    def _content(self, client: smtplib.SMTP, content: bytes) -> None:
        """Before the dot nothing is sent; once the dot may have left, nobody knows."""
        try:
            client.send(dotted(content))
        except (OSError, smtplib.SMTPException):
            raise TryAgain(0, "the content") from None
        try:
            if client.sock:
                client.sock.settimeout(max(self._timeout, 1) * FINAL_TIMEOUT / TIMEOUT)
            client.send(b".\r\n")
            code, text = client.getreply()
        except (OSError, smtplib.SMTPException):
            raise MaybeSent(0, "the final dot") from None
        if code == -1:
            raise MaybeSent(0, "the final dot")
        if code != 250:
            raise _verdict(code, text, stage="the final dot")
        with contextlib.suppress(OSError, smtplib.SMTPException):
            client.docmd("QUIT")


def _enveloped(address: str) -> str:
    """An address in the envelope must not end the command and begin another."""
    if re.search(r"[\s<>\x00-\x1f]", address) or not address.isascii():
        raise Refused(0, "the envelope")
    return address


def _verdict(code: int, text: bytes | str, *, stage: str) -> SendingFailed:
    said = text.decode("ascii", "replace") if isinstance(text, bytes) else str(text)
    enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}", said.strip())
    kind = Refused if 500 <= code < 600 else TryAgain
    return kind(max(code, 0), stage, enhanced=enhanced[0] if enhanced else "")


def dotted(content: bytes) -> bytes:
    """The content as it goes over the wire: CRLF everywhere, leading dots doubled, CRLF at the end.

    Bare CR and LF are made CRLF, so that no server can see an end where we saw none.
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


class MaildirTransport:
    """Mails as files in a maildir, for development and for looking: no server is asked.

    The envelope stands in front of the copy as trace headers; the mail's bytes follow unchanged.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        """Write one file into `new`. Raises TryAgain where the disk will not have it."""
        envelope = (_enveloped(sender), _enveloped(recipient))
        trace = "Return-Path: <{}>\r\nDelivered-To: {}\r\n".format(*envelope)
        try:
            box = mailbox.Maildir(self._path, create=True)
            box.add(trace.encode("ascii") + content)
        except OSError:
            raise TryAgain(0, "the maildir") from None


def transport_for(url: str | None, maildir: Path | str) -> Transport:
    """The server of `url`, or the maildir where no server is set."""
    return SmtpTransport(url) if url else MaildirTransport(maildir)
