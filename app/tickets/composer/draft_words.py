"""What a draft says beside its text: what came from memory, what an earlier answer offers instead,
and how a text reads when it is translated back.

Pure: turns the sentences of a draft into what the templates show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.tickets.forms import LONGEST, ReplyForm
from app.tickets.page import Voices
from app.tickets.present import mark_of
from app.translation.house import MEMORY
from app.translation.models import Draft
from app.translation.protect import find_facts

MOST_FACTS = 12


@dataclass(frozen=True)
class Suggestion:
    """An earlier answer to a sentence like this one. `number` names it in the form."""

    number: int
    likeness: int
    source: str
    text: str
    replaces: str


@dataclass(frozen=True)
class Row:
    """A sentence of a check beside what it says in the agent's language; `mark` names a doubt."""

    text: str
    back: str
    mark: str


def remembered(draft: Draft) -> int:
    """How many sentences an earlier answer filled in."""
    return sum(sentence.get("origin") == MEMORY for sentence in draft.sentences)


def suggestions(draft: Draft, text: str) -> list[Suggestion]:
    """The earlier answers that do not stand in `text` yet."""
    return [
        found
        for number in range(len(draft.sentences))
        if (found := suggestion(draft, number)) and found.text not in text
    ]


def suggestion(draft: Draft, number: int) -> Suggestion | None:
    """What is offered for the sentence with this number."""
    sentence = draft.sentences[number] if 0 <= number < len(draft.sentences) else {}
    offer = sentence.get("offer")
    if not offer:
        return None
    return Suggestion(number, offer["likeness"], offer["source"], offer["text"], sentence["text"])


def put_in(text: str, offered: Suggestion) -> str:
    """`text` with the earlier answer in the place of the sentence, or behind it all if the agent
    rewrote that."""
    if offered.replaces and offered.replaces in text:
        return text.replace(offered.replaces, offered.text, 1)
    return f"{text}\n{offered.text}".strip()


@dataclass(frozen=True)
class Carried:
    """An order number, an amount, a date of the own words: does it stand in what is sent?"""

    text: str
    there: bool


def facts_in(form: ReplyForm, voices: Voices) -> Sequence[Carried]:
    """What must stand in both texts, once each. Empty while one of them is."""
    if voices.direct or not form.text or not form.own_text:
        return []
    facts = dict.fromkeys(fact.text for fact in find_facts(form.own_text[:LONGEST]))
    return [Carried(fact, there=fact in form.text) for fact in facts][:MOST_FACTS]


def check_rows(check: Draft) -> Sequence[Row]:
    """The sentences of a checked text, each with its back-translation."""
    return [
        Row(said["source"], said["text"] if said["translated"] else "", mark_of(said) or "")
        for said in check.sentences
        if said["source"].strip()
    ]
