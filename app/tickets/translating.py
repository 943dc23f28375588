"""How a waiting draft is translated: in its vendor's wording, in the worker only.

Knows whose ticket a draft belongs to. A back-translation by which an agent checks a text never asks
the memory: it would repeat what the agent meant instead of what the text says.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.extensions import db, part
from app.lib.database import reading
from app.tickets.models import Ticket
from app.translation.detect import NOTHING, Detected, Detector
from app.translation.engine import Engine
from app.translation.glossary import terms_for
from app.translation.house import House, Recalled
from app.translation.memory import Way, known, recall
from app.translation.mixed import OWN_PRIOR, translate_mixed
from app.translation.models import Draft
from app.translation.patience import PatientEngine
from app.translation.sentences import split
from app.translation.translator import Translation, translate_text

TICKET, CHECK = "ticket", "check"


def scope_of_check(ticket: Ticket) -> str:
    """What the back-translations of a ticket's answers are filed under."""
    return f"{CHECK}:{ticket.id}"


def translate_draft(draft: Draft) -> Translation:
    """The draft's text in its target language, with what could not be translated marked."""
    engine: Engine = PatientEngine(part("engine")())
    detector: Detector = part("detector")
    settled = _settled(draft)

    def detect(sentence: str) -> Detected:
        if sentence in settled:
            return NOTHING
        return detector.detect(sentence, priors={draft.source_lang: OWN_PRIOR})

    def translate(piece: str, lang: str) -> Translation:
        return translate_text(
            engine, piece, source=lang, target=draft.target_lang, keep=draft.keep,
            house=_house_of(draft, lang),
        )  # fmt: skip

    return translate_mixed(draft.source_text, draft.source_lang, detect=detect, translate=translate)


def _settled(draft: Draft) -> frozenset[str]:
    """The sentences that an agent approved in the message's language: nothing is left to detect."""
    sentences = [c.spoken for c in split(draft.source_text, draft.source_lang) if not c.layout]
    with reading():
        way = _way_of(draft, draft.source_lang)
        found = known(way, sentences, keep=draft.keep) if way else frozenset[str]()
        db.session.commit()
    return found


def _house_of(draft: Draft, lang: str) -> House:
    with reading():
        way = _way_of(draft, lang)
        terms = terms_for(way.vendor_id, lang, draft.target_lang) if way else {}
        db.session.commit()
    if way is None or draft.scope.startswith(CHECK):
        return House(terms)
    return house_for(way, keep=draft.keep, terms=terms)


def _way_of(draft: Draft, lang: str) -> Way | None:
    """Whose wording the draft is made in; None for one that belongs to no ticket."""
    kind, _, ticket_id = draft.scope.partition(":")
    if kind not in {TICKET, CHECK} or not ticket_id.isdecimal():
        return None
    vendor_id = db.session.scalar(select(Ticket.vendor_id).where(Ticket.id == int(ticket_id)))
    return Way(vendor_id, lang, draft.target_lang) if vendor_id else None


def house_for(way: Way, *, keep: Sequence[str], terms: Mapping[str, str]) -> House:
    """A vendor's wording one way. What it reads it reads at once: the engine takes seconds, and
    nobody must wait for SQLite's write lock meanwhile."""

    def asked(sentences: Sequence[str]) -> Recalled:
        with reading():
            found = recall(way, sentences, keep=keep, terms=terms)
            db.session.commit()
        return found

    return House(terms, asked)
