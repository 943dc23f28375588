"""The ticket page, gathered: everything that its template shows, in at most ten queries.

Reads only. What the composer holds is given by whoever asks, so that a refused form comes back
with its text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.accounts.models import Agent
from app.extensions import part
from app.tickets import queries
from app.tickets.clocks.dial import Face, Facts, faces
from app.tickets.composer.seats import Neighbour, Unsent
from app.tickets.forms import ReplyForm, suggested_promise
from app.tickets.macros import prepared as macros
from app.tickets.macros.filling import Known, Offer, choose, fill
from app.tickets.models import DeliveryState, Message, MessageKind, Ticket, TicketEvent
from app.tickets.people import Person, around
from app.translation.models import Draft


@dataclass(frozen=True)
class Voices:
    """The two languages of an answer. `direct` when the agent writes the buyer's own."""

    own: str
    buyers: str

    @property
    def direct(self) -> bool:
        """True when no draft stands between the agent and the buyer."""
        return self.own == self.buyers


@dataclass(frozen=True)
class Turn:
    """One message as the thread shows it."""

    message: Message
    translation: Draft | None = None
    foreign: bool = False
    starts_clock: bool = False
    recent: bool = False

    @property
    def side(self) -> str:
        """Buyer on the left, ours on the right, notes across."""
        return self.message.kind

    @property
    def shows_translation(self) -> bool:
        """True when there is a translation worth showing first."""
        return self.translation is not None and self.translation.is_useful


@dataclass(frozen=True)
class Composer:
    """What the composer holds, and why it came back."""

    form: ReplyForm = field(default_factory=ReplyForm)
    draft: Draft | None = None
    check: Draft | None = None
    complaints: Sequence[str] = ()
    asks_sure: bool = False
    news: Sequence[Message] = ()
    tab: str = "reply"
    is_fresh: bool = False  # nothing was sent in: what was kept may stand there
    begins_with: int | None = None  # a macro
    kept: Unsent | None = None
    overrules: bool = False


@dataclass(frozen=True)
class TicketPage:
    """All that `tickets/ticket.html` is given."""

    ticket: Ticket
    voices: Voices
    faces: Sequence[Face]
    turns: Sequence[Turn]
    history: Sequence[tuple[TicketEvent, str | None]]
    earlier: Sequence[Ticket]
    team: Sequence[Person]
    here: Sequence[Neighbour]
    version: str
    at: datetime
    names: Mapping[int, str]
    composer: Composer
    macros: Sequence[Offer]
    seen: int

    @property
    def newest_words(self) -> int:
        """The newest message that is no note."""
        spoken = (turn.message.id for turn in self.turns if turn.side != MessageKind.NOTE)
        return max(spoken, default=0)


def voices_of(agent: Agent, ticket: Ticket) -> Voices:
    """Which language the agent writes, and which the buyer gets."""
    if ticket.lang in agent.reads:
        return Voices(ticket.lang, ticket.lang)
    if ticket.lang == "und":
        return Voices(agent.reads[0], agent.reads[0])
    return Voices(agent.reads[0], ticket.lang)


def is_foreign(agent: Agent, message: Message) -> bool:
    """Whether the agent needs a translation to read it."""
    return (
        message.kind == MessageKind.BUYER
        and message.lang != "und"
        and message.lang not in agent.reads
    )


def gather(agent: Agent, ticket: Ticket, composer: Composer, *, now: datetime) -> TicketPage:
    """Load what the page shows besides the ticket itself: six queries."""
    messages = queries.thread_of(ticket)
    drafts = queries.drafts_of(ticket)
    people = around(ticket, agent, now=now)
    voices = voices_of(agent, ticket)
    lines, bodies = macros.lines_for(
        ticket, (voices.own, voices.buyers), chosen=composer.begins_with
    )
    composer = _begun(composer, bodies, people.unsent, agent=agent, ticket=ticket)
    return TicketPage(
        ticket=ticket,
        voices=voices,
        faces=faces(facts_of(ticket, _last_answer(messages)), now=now),
        turns=turns_of(agent, ticket, messages, drafts=drafts),
        history=queries.history_of(ticket),
        earlier=queries.earlier_tickets(ticket),
        team=people.team,
        here=people.here,
        version=people.unsent.version,
        at=now,
        names={person.id: person.name for person in people.team},
        composer=_prepared(composer, drafts, agent, now),
        macros=choose(
            lines, intent=ticket.intent, level=ticket.level, own=voices.own, buyers=voices.buyers
        ),
        seen=max((message.id for message in messages), default=0),
    )


def _begun(
    composer: Composer, bodies: Mapping[str, str], unsent: Unsent, *, agent: Agent, ticket: Ticket
) -> Composer:
    """The composer as somebody finds it: begun from the macro that they chose, or with what they
    wrote before and did not send."""
    if composer.begins_with is not None:
        return replace(composer, form=_from_macro(composer.begins_with, bodies, agent, ticket))
    if not composer.is_fresh or not any(unsent.words):
        return composer
    form = ReplyForm(
        text=unsent.text, own_text=unsent.own_text, note=unsent.note,
        draft_id=unsent.draft_id, macro_id=unsent.macro_id,
    )  # fmt: skip
    only_a_note = bool(unsent.note) and not (unsent.text or unsent.own_text)
    return replace(composer, form=form, kept=unsent, tab="note" if only_a_note else "reply")


def _from_macro(
    macro_id: int, bodies: Mapping[str, str], agent: Agent, ticket: Ticket
) -> ReplyForm:
    """What is sent in the buyer's language if the macro has that, and the same in the agent's own
    on the left."""
    voices = voices_of(agent, ticket)
    known = known_of(agent, ticket)
    filled = {lang: fill(body, lang, known) for lang, body in bodies.items()}
    return ReplyForm(
        text=filled.get(voices.buyers, ""),
        own_text="" if voices.direct else filled.get(voices.own, ""),
        macro_id=macro_id if filled else None,
    )


def known_of(agent: Agent, ticket: Ticket, *, day: date | None = None) -> Known:
    """What the desk knows for the slots of a macro."""
    carrier = ticket.purchase.carrier if ticket.purchase else None
    return Known(agent.name, order=ticket.order_ref, carrier=carrier, day=day)


def taken_back(ticket: Ticket, message_id: int | None) -> ReplyForm | None:
    """The composer with an answer that was taken back before it left."""
    message = queries.message_of(ticket, message_id) if message_id else None
    if message is None or message.delivery != DeliveryState.UNDONE:
        return None
    return ReplyForm(
        text=message.body, own_text=message.own_text, draft_id=message.draft_id,
        macro_id=message.macro_id,
    )  # fmt: skip


def turns_of(
    agent: Agent, ticket: Ticket, messages: Sequence[Message], *, drafts: Sequence[Draft]
) -> list[Turn]:
    """The thread, each foreign message with its translation where there is one."""
    made = {
        (draft.source_text, draft.source_lang): draft
        for draft in drafts
        if draft.target_lang == agent.reads[0]
    }
    newest = {message.id for message in messages[-4:]}
    return [
        Turn(
            message=message,
            translation=made.get((message.body, message.lang)),
            foreign=is_foreign(agent, message),
            starts_clock=message.kind == MessageKind.BUYER
            and message.created_at == ticket.unanswered_since,
            recent=message.id in newest,
        )
        for message in messages
    ]


def _last_answer(messages: Sequence[Message]) -> Message | None:
    answers = [message for message in messages if message.clock_was is not None]
    return answers[-1] if answers else None


def facts_of(ticket: Ticket, last: Message | None) -> Facts:
    """The facts of the clocks; the last answer remembers since when the buyer had waited."""
    return Facts(
        level=ticket.level,
        within=timedelta(hours=ticket.within_hours),
        unanswered_since=ticket.unanswered_since,
        answer_started_at=last.clock_was if last else None,
        answered_at=last.created_at if last else None,
        acknowledged_at=ticket.acknowledged_at,
        promised_at=ticket.promised_at,
        promised_for=ticket.promised_for,
    )


def _prepared(composer: Composer, drafts: Sequence[Draft], agent: Agent, now: datetime) -> Composer:
    """The composer with the draft that its form names, and with a date to promise."""
    form = composer.form
    draft = next((draft for draft in drafts if draft.id == form.draft_id), None)
    if draft is not None and not form.own_text and not form.text:
        form = replace(form, own_text=draft.source_text, text=sendable(draft))
    if not form.until:
        form = replace(form, until=suggested_promise(now, agent.timezone))
    return replace(composer, form=form, draft=draft)


def sendable(draft: Draft) -> str:
    """What a draft puts into the field that is sent: nothing unless some of it was translated."""
    return draft.text if draft.is_useful else ""


def desk_languages() -> Sequence[str]:
    """The languages that a buyer's language may be corrected to."""
    languages: Sequence[str] = part("settings").desk_languages
    return languages
