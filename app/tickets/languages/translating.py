"""How waiting drafts are translated: each in its vendor's wording, together, in the worker only.

Knows whose ticket a draft belongs to. A back-translation by which an agent checks a text never asks
the memory: it would repeat what the agent meant instead of what the text says. What is read is read
at once: the engine takes seconds, and nobody must wait for SQLite's write lock meanwhile.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import or_, select, true, update

from app.extensions import db, part
from app.lib.database import reading
from app.tickets.models import Ticket
from app.translation.detect import NOTHING, Detected, Detector
from app.translation.glossary import terms_for
from app.translation.house import NO_HOUSE, House, Recalled
from app.translation.memory import Said, Way, approved, recalled
from app.translation.mixed import OWN_PRIOR, joined, stretches
from app.translation.models import Draft, DraftState
from app.translation.outcome import Translation
from app.translation.patience import PatientEngine
from app.translation.sentences import split
from app.translation.translator import Piece, translate_texts

TICKET, CHECK = "ticket", "check"
MOST_ANEW = 5_000  # tickets whose drafts are made anew after a change of the glossary
MANY = 100  # terms; after a change of more of them every draft is made anew


def scope_of_check(ticket: Ticket) -> str:
    """What the back-translations of a ticket's answers are filed under."""
    return f"{CHECK}:{ticket.id}"


def translate_drafts(drafts: Sequence[Draft]) -> list[Translation]:
    """The drafts' texts in their target languages, with what could not be translated marked.

    The sentences of all of them reach the memory in one query and the engine in one batch.
    """
    engine, wording = PatientEngine(part("engine")()), _Wording(drafts)
    cut = [stretches(d.source_text, d.source_lang, wording.detector(d)) for d in drafts]
    pieces = [
        Piece(text, lang, draft.target_lang, tuple(draft.keep), wording.house(draft, lang))
        for draft, found in zip(drafts, cut, strict=True)
        for lang, text in found
    ]
    told = iter(translate_texts(engine, pieces))
    return [joined([next(told) for _ in found]) for found in cut]


class _Wording:
    """What the vendors of some drafts have settled: answers and terms."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        with reading():
            self._vendors = _vendors_of(drafts)
            self._asked: set[Said] = set()
            self._approved: dict[Said, str] = {}
            self._terms: dict[Way, Mapping[str, str]] = {}
            self._look_up([said for draft in drafts for said in self._said(draft)])
            db.session.commit()

    def _way(self, draft: Draft, lang: str) -> Way | None:
        vendor_id = self._vendors.get(_ticket_of(draft))
        return Way(vendor_id, lang, draft.target_lang) if vendor_id else None

    def _said(self, draft: Draft) -> list[Said]:
        way, keep = self._way(draft, draft.source_lang), tuple(draft.keep)
        if way is None:
            return []
        chunks = split(draft.source_text, draft.source_lang)
        return [Said(way, chunk.spoken, keep) for chunk in chunks if not chunk.layout]

    def _look_up(self, said: Sequence[Said]) -> None:
        strange = [one for one in said if one not in self._asked]
        self._approved |= approved(strange)
        self._asked.update(strange)

    def detector(self, draft: Draft) -> Callable[[str], Detected]:
        """Says what language a sentence of the draft is in; nothing of one that an agent approved
        in the message's language, where nothing is left to detect."""
        detector: Detector = part("detector")
        settled = {one.sentence for one in self._said(draft) if one in self._approved}

        def detect(sentence: str) -> Detected:
            if sentence in settled:
                return NOTHING
            return detector.detect(sentence, priors={draft.source_lang: OWN_PRIOR})

        return detect

    def house(self, draft: Draft, lang: str) -> House:
        """The vendor's wording for a stretch of the draft that is in `lang`."""
        way, keep = self._way(draft, lang), tuple(draft.keep)
        if way is None:
            return NO_HOUSE
        terms = self._terms_of(way)

        def asked(sentences: Sequence[str]) -> Recalled:
            said = [Said(way, sentence, keep) for sentence in sentences]
            with reading():
                self._look_up(said)
                found = recalled(said, self._approved, terms=terms)
                db.session.commit()
            return found

        return House(terms) if draft.scope.startswith(CHECK) else House(terms, asked)

    def _terms_of(self, way: Way) -> Mapping[str, str]:
        if way not in self._terms:
            with reading():
                self._terms[way] = terms_for(way.vendor_id, way.source, way.target)
                db.session.commit()
        return self._terms[way]


def draft_anew(vendor_id: int, terms: Collection[str]) -> None:
    """Ask once more for the drafts of a vendor's waiting tickets in which one of `terms` stands,
    now that the glossary says something else of it. Not committed."""
    tickets = select(Ticket.id).where(Ticket.vendor_id == vendor_id, Ticket.due_at.is_not(None))
    ids = db.session.scalars(tickets.order_by(Ticket.due_at).limit(MOST_ANEW)).all()
    scopes = [f"{kind}:{ticket_id}" for ticket_id in ids for kind in (TICKET, CHECK)]
    theirs = Draft.scope.in_(scopes) & Draft.state.in_((DraftState.DONE, DraftState.WORKING))
    said = [
        Draft.source_text.icontains(spelt, autoescape=True)
        for term in terms
        for spelt in {term, term.capitalize()}  # SQLite folds the letters of ASCII alone
    ]
    if said:
        anew = update(Draft).where(theirs, or_(*said) if len(said) <= MANY else true())
        db.session.execute(anew.values(state=DraftState.WAITING))


def _ticket_of(draft: Draft) -> int:
    """The ticket that a draft belongs to; 0 for one that belongs to none."""
    kind, _, ticket_id = draft.scope.partition(":")
    return int(ticket_id) if kind in {TICKET, CHECK} and ticket_id.isdecimal() else 0


def _vendors_of(drafts: Sequence[Draft]) -> dict[int, int]:
    """The vendor of each ticket that a draft belongs to."""
    ids = {_ticket_of(draft) for draft in drafts}
    rows = db.session.execute(select(Ticket.id, Ticket.vendor_id).where(Ticket.id.in_(ids)))
    return dict(rows.all())
