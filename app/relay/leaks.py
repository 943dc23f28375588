"""What must not be in a mail that is about to leave. Pure: looks at the finished bytes.

The last look before the wire, at exactly what will be sent: a mail in which something is found is
held and a supervisor is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

ALLOWED_HEADERS = frozenset({
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "content-language", "auto-submitted",
    "x-auto-response-suppress", "x-dragoman-loop", "dkim-signature",
})  # fmt: skip


@dataclass(frozen=True)
class Leak:
    """One thing that must not leave: what kind it is and in which part of the mail it stands."""

    kind: str
    where: str


def find_leaks(content: bytes, *, secrets: Sequence[str]) -> list[Leak]:
    """Every header that is not allowed, and every one of `secrets` (addresses) in the text."""
    mail = message_from_bytes(content, policy=policy.default)
    leaks = [Leak("header", name.lower()) for name in mail if name.lower() not in ALLOWED_HEADERS]
    text = _all_text(mail).casefold()
    leaks += [Leak("secret", "text") for secret in secrets if secret and secret.casefold() in text]
    return leaks


def _all_text(mail: EmailMessage) -> str:
    headers = [str(value) for name, value in mail.items() if name.lower() != "to"]
    bodies = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
    return "\n".join(headers + bodies)
