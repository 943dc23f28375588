"""What the DNS says, within a bounded time. The only user of dnspython.

Never raises anything but `NoAnswerYet`. One mail's lookups share one budget of seconds, so that a
slow name server cannot hold a door's thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import dns.exception
import dns.name
import dns.resolver

LOOKUP_SECONDS = 3.0
MAIL_SECONDS = 10.0
REMEMBERED = 5_000


class NoAnswerYet(Exception):
    """The DNS did not answer in time, or answered that it cannot: ask again later."""


class Resolver(Protocol):
    """Looks names up. A fake answers from a table."""

    def lookup(self, name: str, kind: str, *, seconds: float = LOOKUP_SECONDS) -> list[Any]:
        """What is published at `name`: TXT as tuples of bytes, MX as (preference, host), the rest
        as text. An empty list when there is nothing. Raises NoAnswerYet."""
        ...


class Dns:
    """The machine's own resolver, with a memory that obeys the records' time to live."""

    def __init__(self) -> None:
        self._resolver: dns.resolver.Resolver | None = None

    def lookup(self, name: str, kind: str, *, seconds: float = LOOKUP_SECONDS) -> list[Any]:
        """See `Resolver.lookup`."""
        try:
            answer = self._ready().resolve(name, kind, lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong):
            return []
        except (dns.name.EmptyLabel, dns.name.NameTooLong, dns.name.BadEscape, UnicodeError):
            return []
        except (dns.exception.DNSException, OSError):
            raise NoAnswerYet from None
        return [_READ[kind](record) for record in answer]

    def _ready(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.resolver.Resolver()
            self._resolver.cache = dns.resolver.LRUCache(REMEMBERED)
        return self._resolver


_READ: dict[str, Callable[[Any], Any]] = {
    "TXT": lambda record: tuple(record.strings),
    "SPF": lambda record: tuple(record.strings),
    "A": lambda record: record.address,
    "AAAA": lambda record: record.address,
    "MX": lambda record: (record.preference, record.exchange.to_text(omit_final_dot=True)),
    "PTR": lambda record: record.target.to_text(omit_final_dot=True),
}


@dataclass
class Budget:
    """A resolver for one mail: when its seconds are used up, nothing answers any more."""

    resolver: Resolver
    seconds: float = MAIL_SECONDS

    def lookup(self, name: str, kind: str, *, seconds: float = LOOKUP_SECONDS) -> list[Any]:
        """See `Resolver.lookup`."""
        if self.seconds <= 0:
            raise NoAnswerYet
        started = monotonic()
        try:
            return self.resolver.lookup(name, kind, seconds=min(seconds, self.seconds))
        finally:
            self.seconds -= monotonic() - started
