"""SMTP and LMTP as our doors speak them, on top of aiosmtpd.

Two of the library's steps are done again here, because they decide how much mail one process takes
(docs/decisions/0009): the text of a mail is read in pieces instead of line by line, and a plain
address is read without the header parser. Knows nothing of what a mail is for.
"""

import asyncio
import re
from typing import Any, AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, syntax

from app.relay.threshold import Refusal

# Text is taken from the connection in pieces of at most this many bytes.
PIECE = 1_048_576
END = b".\r\n"
_ATOMS = r"[A-Za-z0-9_=+-]+(?:\.[A-Za-z0-9_=+-]+)*"
# A dot behind the domain is the root of the DNS, and the address is the same.
_PLAIN = re.compile(rf"<({_ATOMS}@{_ATOMS})\.?>(?:\s(.*))?", re.DOTALL)
# What the library says of a size that is named in MAIL: the code is right, the words are not ours.
_ITS_TOO_BIG = "552 Error: message size exceeds fixed maximum message size"


class Smtp(SMTP):
    """SMTP as the outside speaks it. A line of any length is read."""

    line_length_limit = PIECE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, ident="Dragoman", **options)

    async def push(self, status: AnyStr) -> None:
        """Say `status`; one thing is said in the same words before the text as after it."""
        await super().push(Refusal.TOO_BIG if status == _ITS_TOO_BIG else status)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        """Read a mail, hand it to the doorkeeper, say what the doorkeeper says."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Say first for whom the mail is")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._content()
        envelope.content = envelope.original_content = content
        answer = Refusal.TOO_BIG if content is None else await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(answer)

    async def _content(self) -> bytes | None:
        """The text up to the line that has only a dot; None for more than may be taken.

        Only CR LF ends a line here: a dot between bare line feeds is text, or a second mail could
        hide in the first.
        """
        taken, is_too_big = bytearray(), False
        while not _is_whole(taken):
            taken += await self._piece()
            is_too_big = is_too_big or len(taken) > (self.data_size_limit or len(taken))
            if is_too_big:
                # The sender is heard out, and only the end is looked for.
                del taken[: -len(END) - 2]
        if is_too_big:
            return None
        del taken[-len(END) :]
        return without_stuffing(bytes(taken))

    async def _piece(self) -> bytes:
        """All up to the next line that ends with a dot, or a megabyte without one."""
        try:
            return await self._reader.readuntil(END)
        except asyncio.LimitOverrunError as found:
            return await self._reader.read(found.consumed)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and what follows it."""
        plain = _PLAIN.fullmatch(arg)
        return (plain[1], plain[2] or "") if plain else super()._getaddr(arg)


class Lmtp(Smtp, LMTP):
    """LMTP as a mail server of our own speaks it."""


def _is_whole(text: bytes | bytearray) -> bool:
    return text.endswith(b"\r\n" + END) or text == END


def without_stuffing(text: bytes) -> bytes:
    """The text without the dot that SMTP puts in front of a line that begins with one."""
    if text.startswith(b"."):
        text = text[1:]
    return text.replace(b"\r\n.", b"\r\n")
