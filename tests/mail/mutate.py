"""Breaks stored mails in a thousand ways, the same for the same seed.

`python -m tests.mail.mutate --runs 100000` reads that many broken mails and says what raised.
"""

import argparse
import random
import sys
import time

from app.mail.describe import describe
from app.mail.errors import UnreadableMail
from app.mail.html import clean
from app.mail.parse import read
from tests.mail.cases import FIXTURES, OURS

NASTY = (
    b"\x00", b"\r", b"\n\n", b"\xff\xfe", b"=?utf-8?b?", b"?=", b"=?x?q?=ff?=", b"--", b'"', b"<",
    b">", b"charset=utf-7", b"charset=punycode", b"charset=idna", b"charset=\x00", b"base64",
    b"quoted-printable", b"multipart/mixed", b"message/rfc822", b"message/delivery-status", b"@",
    b"boundary=", b";", b"filename*=x''%ff%", b"filename*0*=x", b"=\r\n", b"begin 644 x\n",
    b"Content-Type:", b"From:", b"Date: Mon, 99 Foo 99999", b"\xed\xa0\x80", b"&#xd800;", b"(",
    b"On 2024-05-14 12:00, a@b.test wrote:\n> ", b"<blockquote>", b":",
    b"-----Original Message-----\n",
)  # fmt: skip


def mutated(raw: bytes, seed: int) -> bytes:
    """`raw` with one to twelve wounds."""
    rng = random.Random(seed)
    wounded = bytearray(raw)
    for _ in range(rng.randint(1, 12)):
        _wound(wounded, rng)
    return bytes(wounded)


def _wound(raw: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(raw) + 1)
    length = rng.choice((1, 1, 2, 5, 20, 100))
    kind = rng.randrange(5)
    if kind == 0:
        raw[at:at] = rng.choice(NASTY) * rng.choice((1, 1, 1, 3, 40))
    elif kind == 1:
        del raw[at : at + length]
    elif kind == 2:
        raw[at : at + length] = rng.randbytes(min(length, len(raw) - at))
    elif kind == 3:
        raw[at:at] = raw[at : at + length * 5]
    else:
        raw[at : at + length] = rng.choice(NASTY)


def broken(run: int) -> bytes:
    """The mail of run number `run`."""
    return mutated(FIXTURES[run % len(FIXTURES)].read_bytes(), run)


def look_at(raw: bytes) -> None:
    """Everything that is done to a mail that comes in. Only UnreadableMail may be raised."""
    try:
        told = describe(raw, OURS)
        mail = read(raw)
    except UnreadableMail:
        return
    str(told).encode()
    mail.header("subject")
    if mail.html:
        clean(mail.html)


def main() -> int:
    """Run and report; the exit status is the number of kinds of failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0)
    asked = parser.parse_args()
    failures: dict[str, int] = {}
    began = time.monotonic()
    for run in range(asked.start, asked.start + asked.runs):
        try:
            look_at(broken(run))
        except Exception as error:
            failures.setdefault(f"{type(error).__name__}: {error}"[:200], run)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{asked.runs} mails in {seconds:.0f} s, {len(failures)} kinds of failure\n")
    for what, run in failures.items():
        sys.stdout.write(f"  first in run {run}: {what}\n")
    return len(failures)


if __name__ == "__main__":
    sys.exit(main())
