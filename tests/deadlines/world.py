"""A desk and its naive double, to which the same things happen."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app.deadlines.audit import audit
from app.deadlines.models import Alert
from app.deadlines.sweep import sweep
from app.extensions import db
from app.tickets.clocks.promises import Promise, Silence, SilenceReason
from app.tickets.conversation import (
    Answer,
    Word,
    Words,
    acknowledge,
    be_silent,
    break_silence,
    continue_ticket,
    give_word,
    hours_of,
    not_delivered,
    open_ticket,
    reply,
    undo,
    write_down,
)
from app.tickets.handing import merge, move, split
from app.tickets.models import Buyer, DeliveryState, Message, NotAllowed, Ticket, TicketEvent
from tests.deadlines.naive import Deed, Letter, Naive
from tests.factories import Cast
from tests.fakes import SteppedClock

MOST_TICKETS = 3


@dataclass
class World:
    """Both desks. An action takes a number or two, which choose among what there is."""

    cast: Cast
    clock: SteppedClock
    naive: Naive = field(default_factory=Naive)
    tickets: list[Ticket] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    sent: list[tuple[Message, Deed]] = field(default_factory=list)
    silences: list[tuple[Silence, Deed]] = field(default_factory=list)
    letters: dict[int, Letter] = field(default_factory=dict)

    def live(self, steps: list[tuple[str, int, int]]) -> None:
        for name, one, two in steps:
            getattr(self, name)(one, two)
            db.session.flush()
        self.compare()

    def pick(self, number: int) -> Ticket:
        if not self.tickets:
            self.open(0, 0)
        return self.tickets[number % len(self.tickets)]

    def refused(self, doing: Callable[[], object]) -> None:
        try:
            doing()
        except NotAllowed:
            return
        raise AssertionError("The desk allowed what its rules refuse.")

    # --- the buyer ---

    def open(self, one: int, _two: int) -> None:
        if len(self.tickets) >= MOST_TICKETS:
            return
        cast, at = self.cast, self.clock()
        vendor = cast.lavande
        buyer = Buyer(
            vendor_id=vendor.id,
            pseudonym="Kim",
            address_index=f"kim {id(self)}",
            address_sealed=b"x",
        )
        if self.tickets:
            buyer = db.session.get_one(Buyer, self.tickets[0].buyer_id)
        db.session.add(buyer)
        [message] = write_down([open_ticket(vendor, buyer, Words("", "Hello"), at=at)])
        ticket = message.ticket
        self.tickets.append(ticket)
        self.letters[message.id] = self.naive.write(ticket.id, at, hours_of(vendor))

    def write(self, one: int, two: int) -> None:
        """The mail may have lain in the queue for a while: it counts from its arrival."""
        ticket = self.pick(one)
        at = self.clock() - timedelta(minutes=two % 200 if two % 3 == 0 else 0)
        [message] = write_down([continue_ticket(ticket, Words("", "Any news?"), at=at)])
        hours = hours_of(self.vendor(ticket))
        self.letters[message.id] = self.naive.write(ticket.id, at, hours)

    def look_anew(self) -> None:
        db.session.flush()
        db.session.expire_all()

    def vendor(self, ticket: Ticket):  # type: ignore[no-untyped-def]
        vendors = (self.cast.lavande, self.cast.nordlicht)
        return next(vendor for vendor in vendors if vendor.id == ticket.vendor_id)

    # --- the desk ---

    def reply(self, one: int, _two: int) -> None:
        ticket = self.pick(one)
        message = reply(ticket, self.cast.ana, Answer("Here you are.", "en"), at=self.clock())
        self.sent.append((message, self.naive.answer(ticket.id, self.clock())))

    def acknowledge(self, one: int, two: int) -> None:
        ticket, at = self.pick(one), self.clock()
        until = at + timedelta(minutes=two % 4_000 - 10)
        say = lambda: acknowledge(  # noqa: E731
            ticket, self.cast.ana, Answer("Ana looks into it.", "en"), until=until, at=at
        )
        if until <= at:
            with db.session.begin_nested() as nested:
                self.refused(say)
                nested.rollback()
            return
        told = say()
        deed = self.naive.answer(ticket.id, at)
        self.naive.swear(ticket.id, at, until, deed)
        self.sent.append((db.session.get_one(Message, told.message_id), deed))

    def promise(self, one: int, two: int) -> None:
        ticket, at = self.pick(one), self.clock()
        until = at + timedelta(minutes=1 + two % 4_000)
        give_word(ticket, Word(self.cast.ana, until), at=at)
        self.naive.swear(ticket.id, at, until, None)

    def undo(self, one: int, _two: int) -> None:
        if self.sent:
            message, deed = self.sent[-1 - one % len(self.sent)]
            if not deed.stands or message.delivery != DeliveryState.QUEUED:
                self.refused(
                    lambda: undo(self.of(message), message, self.cast.ana, at=self.clock())
                )
                return
            undo(self.of(message), message, self.cast.ana, at=self.clock())
            self.naive.fail(deed)

    def leave(self, _one: int, _two: int) -> None:
        for message, deed in self.sent:
            if deed.stands:
                message.delivery = DeliveryState.SENT

    def fail(self, one: int, _two: int) -> None:
        if self.sent:
            message, deed = self.sent[-1 - one % len(self.sent)]
            if deed.stands:
                message.delivery = DeliveryState.FAILED
                not_delivered(message, at=self.clock(), reason="refused 550")
                self.naive.fail(deed)

    def silence(self, one: int, _two: int) -> None:
        ticket = self.pick(one)
        say = lambda: be_silent(  # noqa: E731
            ticket, self.cast.ana, SilenceReason.THANKS, at=self.clock()
        )
        if not self.naive.waiting(ticket.id):
            self.refused(say)
            return
        self.silences.append((say(), self.naive.silence(ticket.id)))

    def overrule(self, one: int, _two: int) -> None:
        if self.silences:
            silence, deed = self.silences[-1 - one % len(self.silences)]
            ticket = db.session.get_one(Ticket, silence.ticket_id)
            say = lambda: break_silence(ticket, silence, self.cast.lea, at=self.clock())  # noqa: E731
            if not deed.stands:
                self.refused(say)
                return
            say()
            self.naive.fail(deed)

    def close(self, one: int, _two: int) -> None:
        ticket = self.pick(one)
        say = lambda: ticket.close(at=self.clock(), agent_id=self.cast.ana.id)  # noqa: E731
        owes = self.naive.waiting(ticket.id) or self.naive.open_oaths(ticket.id)
        if owes or ticket.state == "closed":
            self.refused(say)
            return
        say()

    def of(self, message: Message) -> Ticket:
        return db.session.get_one(Ticket, message.ticket_id)

    # --- changing hands ---

    def merge(self, one: int, two: int) -> None:
        if len(self.tickets) < 2:
            return
        source, target = self.pick(one), self.pick(two)
        say = lambda: merge(source, target, self.cast.lea, at=self.clock())  # noqa: E731
        if source is target or self.on_its_way(source) or source.buyer_id != target.buyer_id:
            self.refused(say)
            return
        say()
        self.tickets.remove(source)
        self.gone.add(source.id)
        deeds = [deed for _thing, deed in [*self.sent, *self.silences]]
        self.naive.merge(source.id, target.id, deeds)
        self.look_anew()

    def on_its_way(self, ticket: Ticket) -> bool:
        return any(
            message.delivery == DeliveryState.QUEUED and message.ticket_id == ticket.id
            for message, _deed in self.sent
        )

    def split(self, one: int, two: int) -> None:
        ticket = self.pick(one)
        mine = {number: letter for number, letter in self.letters.items()
                if letter.ticket == ticket.id}  # fmt: skip
        chosen = [number for place, number in enumerate(sorted(mine)) if two >> place & 1]
        messages = [db.session.get_one(Message, number) for number in chosen]
        say = lambda: split(ticket, messages, self.cast.lea, at=self.clock())  # noqa: E731
        waits = all(mine[number].waits() for number in chosen)
        if not chosen or not waits or len(chosen) == len(mine):
            self.refused(say)
            return
        new = say()
        self.tickets.append(new)
        for number in chosen:
            self.letters[number].ticket = new.id
        self.look_anew()

    def move(self, one: int, _two: int) -> None:
        ticket = self.pick(one)
        cast = self.cast
        other = cast.nordlicht if ticket.vendor_id == cast.lavande.id else cast.lavande
        say = lambda: move(ticket, other, cast.odile, at=self.clock())  # noqa: E731
        if self.on_its_way(ticket):
            self.refused(say)
            return
        say()

    # --- time, and the operator ---

    def hours(self, one: int, two: int) -> None:
        vendors = (self.cast.lavande, self.cast.nordlicht)
        vendors[one % 2].answer_within_hours = 1 + two % 72 if two % 5 else None

    def wait(self, one: int, two: int) -> None:
        self.clock.advance(minutes=one * 7 % 90 if two % 3 else one * 131 % 3_000)

    def sweep(self, _one: int, _two: int) -> None:
        sweep(self.clock())
        self.naive.sweep(self.clock())
        self.look_anew()

    # --- do they say the same? ---

    def compare(self) -> None:
        self.look_anew()
        for ticket in self.tickets:
            self.compare_clock(ticket)
        for number in self.gone:
            gone = db.session.get_one(Ticket, number)
            assert (gone.due_at, gone.unanswered_since, gone.wait) == (None, None, None)
            assert gone.state == "closed"
        self.compare_promises()
        self.compare_telling()
        assert audit().differences == []

    def compare_clock(self, ticket: Ticket) -> None:
        first = self.naive.first(ticket.id)
        found = (ticket.clock, ticket.clock_started_at, ticket.due_at)
        expected = (first.what, first.start, first.end) if first else (None, None, None)
        assert found == expected, (ticket.id, found, expected)
        waits = bool(self.naive.waiting(ticket.id))
        assert (ticket.unanswered_since is not None) == waits
        assert (ticket.state == "open") == waits

    def compare_promises(self) -> None:
        ids = [ticket.id for ticket in self.tickets]
        found = select(Promise.ticket_id, Promise.made_at, Promise.due_at, Promise.outcome)
        kept = Counter(
            tuple(row) for row in db.session.execute(found.where(Promise.ticket_id.in_(ids)))
        )
        assert kept == Counter((o.ticket, o.made, o.due, o.fate()) for o in self.naive.oaths)

    def compare_telling(self) -> None:
        self.sweep(0, 0)
        alerts = select(Alert.ticket_id, Alert.clock, Alert.clock_started_at, Alert.stage)
        told = [tuple(row) for row in db.session.execute(alerts)]
        assert len(told) == len(set(told))
        assert set(told) == self.naive.told
        events = select(TicketEvent.ticket_id).where(TicketEvent.kind == "overdue")
        breaches = Counter(one[0] for one in told if one[3] == "breach")
        assert Counter(db.session.scalars(events)) == breaches
