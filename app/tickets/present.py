"""How the desk says what a ticket is: clocks, deliveries, events, objections in sentences.

Turns rows into what the templates show. Knows the interface's language; writes and loads nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.tickets import more_words
from app.tickets.clocks import words as clock_words
from app.tickets.clocks.dial import Dial, Face, Standing, running
from app.tickets.composer.approval import Objection
from app.tickets.models import DeliveryState, Message, NotAllowed, TicketEvent, TicketState
from app.tickets.queries import QueueRow, View
from app.translation.models import Draft
from app.web.i18n import gettext, language_name, moment_words, ngettext, span_words
from app.web.marks import with_pills

TARGET_EXCHANGES = 5


@dataclass(frozen=True)
class Sign:
    """A state in words with its icon and its tone; the colour alone says nothing."""

    words: str
    icon: str
    tone: str


def dial_words(dial: Dial) -> str:
    """What a clock counts."""
    match dial:
        case Dial.REPLY:
            return gettext("Reply")
        case Dial.ACKNOWLEDGE:
            return gettext("Acknowledge")
        case Dial.PROMISE:
            return gettext("Promised news")


def face_sign(face: Face) -> Sign:
    """A clock as a chip: "Due in 3 h 10", "Overdue by 20 min", "Answered in 2 h 05"."""
    span = span_words(face.span)
    match face.standing:
        case Standing.DUE:
            return Sign(gettext("Due in %(span)s", span=span), "clock", "calm")
        case Standing.SOON:
            return Sign(gettext("Due in %(span)s", span=span), "hourglass", "soon")
        case Standing.OVERDUE:
            return Sign(gettext("Overdue by %(span)s", span=span), "alert", "late")
        case Standing.MET:
            return Sign(gettext("Answered in %(span)s", span=span), "check", "good")
        case Standing.MISSED:
            return Sign(gettext("Answered %(span)s too late", span=span), "cross", "late")


def row_face(row: QueueRow, now: datetime) -> Face | None:
    """The clock of one line of the queue, None when nobody waits."""
    if row.due_at is None or row.clock_started_at is None:
        return None
    return running(Dial(row.clock or Dial.REPLY), row.clock_started_at, row.due_at, now=now)


def state_sign(state: str) -> Sign:
    """Whose turn it is."""
    match TicketState(state):
        case TicketState.OPEN:
            return Sign(gettext("Our turn"), "inbox", "open")
        case TicketState.WAITING:
            return Sign(gettext("Buyer’s turn"), "hourglass", "calm")
        case TicketState.CLOSED:
            return Sign(gettext("Closed"), "check", "calm")


def delivery_sign(message: Message) -> Sign | None:
    """Where an outgoing message stands; None for what does not leave."""
    match message.delivery:
        case DeliveryState.QUEUED if message.tries:
            return Sign(gettext("Delayed, will be tried again"), "hourglass", "soon")
        case DeliveryState.QUEUED:
            return Sign(gettext("Queued"), "clock", "calm")
        case DeliveryState.SENDING:
            return Sign(gettext("Being sent"), "send", "calm")
        case DeliveryState.SENT if message.failure:
            return Sign(gettext("Sent, the buyer’s server delays it"), "hourglass", "soon")
        case DeliveryState.SENT:
            return Sign(gettext("Sent"), "check", "good")
        case DeliveryState.FAILED:
            return Sign(gettext("Not delivered"), "alert", "late")
        case DeliveryState.UNDONE:
            return Sign(gettext("Taken back, never sent"), "cross", "calm")
        case DeliveryState.HELD:
            return Sign(gettext("Held back, a supervisor was told"), "pause", "late")
        case _:
            return None


def view_words(view: View) -> str:
    """The name of a tab of the queue."""
    names = {
        View.MINE: gettext("Mine"),
        View.TEAM: gettext("Team"),
        View.UNASSIGNED: gettext("Unassigned"),
        View.OVERDUE: gettext("Overdue"),
        View.WAITING: gettext("Buyer’s turn"),
        View.CLOSED: gettext("Closed"),
        View.ALL: gettext("All"),
    }
    return names[view]


def empty_words(view: View, due_in: str | None) -> str:
    """What an empty queue says instead of a blank page."""
    said = {
        View.MINE: gettext("Nothing waits for you."),
        View.TEAM: gettext("Nobody waits for an answer."),
        View.UNASSIGNED: gettext("Every ticket has somebody who looks after it."),
        View.OVERDUE: gettext("Nothing overdue."),
        View.WAITING: gettext("No buyer owes us an answer."),
        View.CLOSED: gettext("Nothing was closed yet."),
        View.ALL: gettext("No buyer has written yet."),
    }[view]
    if due_in is None or view not in {View.MINE, View.TEAM, View.OVERDUE, View.UNASSIGNED}:
        return said
    return said + " " + gettext("Next deadline on the desk in %(span)s.", span=due_in)


def objection_words(objection: Objection, lang: str, *, blanks: Sequence[str] = ()) -> str:
    """Why a text did not leave, as a sentence."""
    language = language_name(lang)
    match objection:
        case Objection.EMPTY:
            return gettext(
                "There is no text in %(language)s yet. Draft it or write it.", language=language
            )
        case Objection.UNFILLED:
            return gettext("Fill this in first: %(blanks)s", blanks=", ".join(blanks))
        case Objection.STALE:
            return gettext(
                "Your own text changed after the draft was made, so the text in %(language)s may "
                "say something else.",
                language=language,
            )
        case Objection.UNTRANSLATED:
            return gettext(
                "Some sentences could not be translated and still stand in your own language."
            )


def contact_found_words(found: str) -> str:
    """Why a text with a contact in it does not leave."""
    return gettext(
        "The buyer is reached through the marketplace alone. Take this out: “%(found)s”.",
        found=" ".join(found.split())[:80],
    )


def untranslated(draft: Draft) -> list[str]:
    """The sentences of a draft that stand in it as they were given."""
    return [
        sentence["source"].strip()
        for sentence in draft.sentences
        if not sentence.get("translated") and sentence.get("source", "").strip()
    ]


def doubtful(draft: Draft) -> bool:
    """Whether the engine is unsure of one of the sentences that it did translate."""
    return any(mark_of(sentence) == "s-doubt" for sentence in draft.sentences)


def marked(draft: Draft, *, draw: Callable[[str], Markup] = with_pills) -> Markup:
    """A draft's text, each sentence that is doubtful or not translated marked where it stands.

    `draw` makes a piece of text safe to show, and may mark words in it.
    """
    pieces: list[Markup] = []
    at = 0
    for sentence in draft.sentences:
        words = (sentence.get("text") or sentence.get("source") or "").strip()
        kind = mark_of(sentence)
        found = draft.text.find(words, at) if words and kind else -1
        if kind is None or found < 0:
            continue
        pieces.append(draw(draft.text[at:found]))
        pieces.append(Markup('<span class="{}">{}</span>').format(kind, draw(words)))
        at = found + len(words)
    pieces.append(draw(draft.text[at:]))
    return Markup("").join(pieces)


def mark_of(sentence: Mapping[str, Any]) -> str | None:
    """The class that a draft's sentence is drawn in; None for one that needs no look."""
    if not sentence.get("translated"):
        return "s-left"
    return None if sentence.get("sure", True) else "s-doubt"


def contact_words(fields: Sequence[str]) -> str:
    """The missing fields of a contact card, as a list in words."""
    names = {
        "postal_address": gettext("the postal address"),
        "phone": gettext("the telephone number"),
        "email": gettext("the e-mail address"),
        "hours": gettext("the hours"),
    }
    return ", ".join(names.get(field, field) for field in fields)


def rule_words(error: NotAllowed) -> str:
    """A rule's sentence in the interface's language; in English where it has none yet."""
    known = {
        "A promise needs a date that is still to come.": gettext(
            "A promise needs a date that is still to come."
        ),
        "The buyer still waits for an answer, so this ticket stays open.": gettext(
            "The buyer still waits for an answer, so this ticket stays open."
        ),
        "This ticket is closed already.": gettext("This ticket is closed already."),
        "The level is 1 or 2.": gettext("The level is 1 or 2."),
        "There is no text to send.": gettext("There is no text to send."),
        "The date of the next news must still be to come.": gettext(
            "The date of the next news must still be to come."
        ),
        "The note is empty.": gettext("The note is empty."),
        "The ticket is in that language already.": gettext(
            "The ticket is in that language already."
        ),
        "This person does not work on this ticket’s team.": gettext(
            "This person does not work on this ticket’s team."
        ),
    }
    return (known | clock_words.rules() | more_words.rules()).get(str(error), str(error))


def quoted_words(text: str) -> str:
    """The folded quotation's handle: "12 quoted lines"."""
    lines = sum(1 for line in text.splitlines() if line.strip())
    return ngettext("%(num)d quoted line", "%(num)d quoted lines", lines)


def size_words(size: Any) -> str:
    """A file's size; empty when it is not known."""
    if not isinstance(size, int):
        return ""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} kB"


def event_words(event: TicketEvent, names: Mapping[int, str]) -> str:
    """One line of the history. `names` are the people that an event's data may point to."""
    data = event.data or {}
    match event.kind:
        case "level_set":
            return _level_set(data)
        case "assigned":
            return _assigned(data, names)
        case "promised":
            until = datetime.fromisoformat(data["until"])
            return gettext("News promised by %(date)s", date=moment_words(until))
        case "triaged":
            return gettext("Sorted as level %(level)s", level=data.get("level", "?"))
        case "revealed":
            return gettext("Looked at the original because: %(reason)s", reason=data["reason"])
        case "shown_again":
            return gettext("Showed a hidden value again because: %(reason)s", reason=data["reason"])
        case "language_set":
            language = language_name(data.get("lang"))
            return gettext("Language corrected to %(language)s", language=language)
        case kind if kind in clock_words.HANDED:
            return clock_words.handed(event)
        case kind:
            known = _plain_events() | clock_words.events() | more_words.events()
            return known.get(kind, kind.replace("_", " "))


def _plain_events() -> dict[str, str]:
    return {
        "opened": gettext("The buyer opened the ticket"),
        "reopened": gettext("The buyer wrote again, the ticket is open"),
        "replied": gettext("Answered the buyer"),
        "undelivered": gettext("An answer did not reach the buyer, the clock runs on"),
        "promise_kept": gettext("The promise was kept"),
        "promise_broken": gettext("The promised date had passed"),
        "closed": gettext("Closed the ticket"),
        "held": gettext("An answer was held back: it may give something away"),
        "noted": gettext("Wrote an internal note"),
        "mask_revoked": gettext("The buyer’s mail address for this ticket was revoked"),
        "mask_reopened": gettext("The buyer’s mail address for this ticket is open again"),
        "erased": gettext("The buyer’s data was erased"),
        "doubted": gettext("Asked the operator whether something was hidden by mistake"),
        "automatic": gettext("An automatic mail came; it has no effect"),
        "confirmed": gettext("The buyer confirmed a mail from another address"),
        "paused": gettext("Two answers came back: nothing is sent until the buyer writes"),
        "unpaused": gettext("Answers to the buyer leave again"),
        "rebound": gettext("The buyer’s account has another mail address now"),
        "contacts_sent": gettext("Sent a text in spite of what looked like contact details"),
        "overdue": gettext("The deadline passed without an answer"),
        "nudged": gettext("Asked the assignee to look at it"),
        "excused": gettext("Excused the deadline"),
        "rated": gettext("The buyer said how satisfied they were"),
    }


def _level_set(data: Mapping[str, Any]) -> str:
    said = gettext("Level set to %(level)s", level=data.get("level", "?"))
    return _because(said, data.get("reason"))


def _assigned(data: Mapping[str, Any], names: Mapping[int, str]) -> str:
    to = data.get("to")
    if to is None:
        return gettext("Given back to the team")
    name = names.get(to, gettext("a colleague"))
    said, why = gettext("Assigned to %(name)s", name=name), _routed(data)
    return _because(said, why)


def _because(said: str, why: str | None) -> str:
    return gettext("%(said)s: %(why)s", said=said, why=why) if why else said


def _routed(data: Mapping[str, Any]) -> str:
    """Why the desk's rules chose somebody; empty when a person did."""
    words = {"level": data.get("level", "?"), "language": language_name(data.get("lang"))}
    why = {
        "reads_language": gettext("reads %(language)s, handles level %(level)s", **words),
        "delegate_reads": gettext(
            "of an outside team, reads %(language)s, handles level %(level)s", **words
        ),
        "handles_level": gettext(
            "handles level %(level)s; nobody there reads %(language)s, so with drafts", **words
        ),
        "delegate_handles": gettext(
            "of an outside team, handles level %(level)s, with drafts from %(language)s", **words
        ),
        "supervisor": gettext("supervisor, as nobody else handles level %(level)s", **words),
        "only_one": gettext("the only one there is"),
        "handed_over": gettext("handed over by somebody who is away"),
    }.get(str(data.get("why")), "")
    if not why or data.get("why") in {"supervisor", "only_one"} or "load" not in data:
        return why
    return why + ", " + gettext("has the fewest waiting (%(count)s)", count=data["load"])
