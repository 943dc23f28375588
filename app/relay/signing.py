"""DKIM signatures on what leaves. The same mail gets the same signature at every attempt.

Knows the private key; must never show it, not even in an error.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dkim

from app.config import Settings, SettingsError

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"auto-submitted",
)  # fmt: skip


class _Signature(dkim.DKIM):  # type: ignore[misc]
    """The library's signature, dated by the mail and not by the moment of the attempt."""

    signed_at = 0

    def gen_header(self, fields: list[tuple[bytes, bytes]], *args: Any, **options: Any) -> bytes:
        """The header field, with the date of the mail as its time."""
        at = str(self.signed_at).encode()
        dated = [(name, at if name == b"t" else value) for name, value in fields]
        header: bytes = super().gen_header(dated, *args, **options)
        return header


@dataclass(frozen=True)
class Signer:
    """Signs for one domain, under one selector."""

    domain: str
    selector: str
    key: bytes = field(repr=False)

    def signed(self, content: bytes, *, at: datetime) -> bytes:
        """`content` with a DKIM-Signature in front, relaxed/relaxed."""
        signature = _Signature(content)
        signature.signed_at = int(at.timestamp())
        present = {name.lower() for name, _ in dkim.rfc822_parse(content)[0]}
        header: bytes = signature.sign(
            self.selector.encode(),
            self.domain.encode(),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            # From twice: nobody can put a second one in front of the one that was signed.
            include_headers=[name for name in SIGNED if name in present] + [b"from"],
        )
        return header + content


def make_signer(settings: Settings) -> Signer | None:
    """The signer of DKIM_KEY, None where mail leaves unsigned. Raises SettingsError."""
    if not settings.dkim_key:
        return None
    with open(settings.dkim_key, "rb") as file:
        signer = Signer(settings.relay_domain, settings.dkim_selector, file.read())
    try:
        dkim.parse_pem_private_key(signer.key)
    except (dkim.UnparsableKeyError, ValueError, AttributeError):
        raise SettingsError("DKIM_KEY holds no RSA key in PEM.") from None
    return signer
