"""How a waiting draft is translated: in its vendor's wording, in the worker only.

Knows whose ticket a draft belongs to. A back-translation by which an agent checks a text never asks
the memory: it would repeat what the agent meant instead of what the text says.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.extensions import db, part
from app.lib.database import reading
from app.tickets.models import Ticket
from app.translation.detect import Detected, Detector
from app.translation.engine import Engine
from app.translation.glossary import terms_for
from app.translation.house import NO_HOUSE, House, Recalled
from app.translation.memory import Way, recall
from app.translation.mixed import OWN_PRIOR, translate_mixed
from app.translation.models import Draft
from app.translation.translator import Translation, translate_text

TICKET, CHECK = "ticket", "check"


def scope_of_check(ticket: Ticket) -> str:
    """What the back-translations of a ticket's answers are filed under."""
    return f"{CHECK}:{ticket.id}"


def translate_draft(draft: Draft) -> Translation:
    """The draft's text in its target language, with what could not be translated marked."""
    engine: Engine = part("engine")()
    detector: Detector = part("detector")

    def detect(sentence: str) -> Detected:
        return detector.detect(sentence, priors={draft.source_lang: OWN_PRIOR})

    def translate(piece: str, lang: str) -> Translation:
        return translate_text(
            engine, piece, source=lang, target=draft.target_lang, keep=draft.keep,
            house=_house_of(draft, lang),
        )  # fmt: skip

    return translate_mixed(draft.source_text, draft.source_lang, detect=detect, translate=translate)


def _house_of(draft: Draft, lang: str) -> House:
    kind, _, ticket_id = draft.scope.partition(":")
    if kind not in {TICKET, CHECK} or not ticket_id.isdecimal():
        return NO_HOUSE
    with reading():
        query = select(Ticket.vendor_id).where(Ticket.id == int(ticket_id))
        vendor_id = db.session.scalar(query) or 0
        terms = terms_for(vendor_id, lang, draft.target_lang)
        db.session.commit()
    if kind == CHECK:
        return House(terms)
    return house_for(Way(vendor_id, lang, draft.target_lang), keep=draft.keep, terms=terms)


def house_for(way: Way, *, keep: Sequence[str], terms: Mapping[str, str]) -> House:
    """A vendor's wording one way. What it reads it reads at once: the engine takes seconds, and
    nobody must wait for SQLite's write lock meanwhile."""

    def asked(sentences: Sequence[str]) -> Recalled:
        with reading():
            found = recall(way, sentences, keep=keep, terms=terms)
            db.session.commit()
        return found

    return House(terms, asked)
