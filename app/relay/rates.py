"""How many mails may come in an hour, counted in the door's own memory.

Windows slide: what counts is the hour before this moment. Memory is bounded: beyond so many keys
the one that was quiet longest is forgotten. Each door process counts for itself. Never decides more
than "not now": what is put off comes again.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

HOUR = 3_600.0
KEYS = 20_000
# Of the mails that one address may bring in an hour, the share of recipients it may guess wrong.
GUESSES = 10


class Window:
    """At most `limit` events in any hour for each key."""

    def __init__(self, limit: int, *, keys: int = KEYS) -> None:
        self.limit = limit
        self._keys = keys
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allow(self, key: str, at: datetime) -> bool:
        """Count one event, unless the key has used its hour up."""
        return not self.is_full(key, at) and self.count(key, at)

    def is_full(self, key: str, at: datetime) -> bool:
        """Whether the key has used its hour up; counts nothing."""
        times = self._seen.get(key)
        if times is None:
            return False
        while times and times[0] <= at.timestamp() - HOUR:
            times.popleft()
        return len(times) >= self.limit

    def count(self, key: str, at: datetime) -> bool:
        """Count one event."""
        self._seen.setdefault(key, deque(maxlen=self.limit)).append(at.timestamp())
        self._seen.move_to_end(key)
        while len(self._seen) > self._keys:
            self._seen.popitem(last=False)
        return True


@dataclass(frozen=True)
class Limits:
    """How much is allowed in an hour, and whose address is our own front server's."""

    per_mask: int
    per_sender: int
    per_ip: int
    fronts: tuple[str, ...] = ()


class Rates:
    """The door's windows. Vendors' public doors are not masks: anybody's first mail comes there,
    so only the address that brings it counts."""

    def __init__(self, limits: Limits) -> None:
        self._fronts = tuple(ip_network(network) for network in limits.fronts)
        self._masks = Window(limits.per_mask)
        self._senders = Window(limits.per_sender)
        self._ips = Window(limits.per_ip)
        self._guesses = Window(max(1, limits.per_ip // GUESSES))

    def is_front(self, ip: str) -> bool:
        """Whether a mail server of our own speaks. An address that is none is a stranger's."""
        try:
            address = ip_address(ip)
        except ValueError:
            return False
        return any(address in network for network in self._fronts)

    def may_ask(self, ip: str, at: datetime) -> bool:
        """Whether `ip` may name a recipient, after so many that were unknown."""
        return self.is_front(ip) or not self._guesses.is_full(ip, at)

    def note_guess(self, ip: str, at: datetime) -> None:
        """`ip` named a recipient that does not exist."""
        self._guesses.count(ip, at)

    def may_bring(self, ip: str, at: datetime) -> bool:
        """Count a mail that `ip` brings."""
        return self.is_front(ip) or self._ips.allow(ip, at)

    def may_write(self, mask: str, sender: str, at: datetime) -> bool:
        """Count a mail to a mask. A mail without a return address has no sender to count."""
        if sender and self._senders.is_full(sender, at):
            return False
        return self._masks.allow(mask, at) and (not sender or self._senders.count(sender, at))
