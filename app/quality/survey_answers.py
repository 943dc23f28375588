"""The answer comes: a click and a button, a bare number by mail, words that privacy passes first.

A change of rows; commits nothing. What a buyer wrote is kept redacted only.
"""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db, part
from app.privacy.redact import redact
from app.quality.survey_models import NotTaken, Survey
from app.tickets.conversation import heir_of
from app.tickets.models import Ticket, TicketState
from app.tickets.own_details import known_secrets
from app.tickets.queries import verbatim
from app.translation.detect import UNKNOWN, Detector
from app.translation.draft import ask

LONGEST = 1_000
# A number, as an emoji too, out of five or not.
_BARE = re.compile(r"\s*([1-5])[\ufe0f\u20e3]*\s*(?:/\s*5)?\s*[.!]*\s*")


def lock(survey: Survey) -> Survey:
    """The row as it is now, so that of two answers in one instant the second sees the first."""
    query = select(Survey).where(Survey.id == survey.id).options(joinedload(Survey.vendor))
    query = query.with_for_update(of=Survey).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def bare_number(said: str) -> int | None:
    """The number of an answer that is nothing else, in whatever digits; None for other words."""
    found = _BARE.fullmatch(_in_ascii(said[:40])) if len(said) < 40 else None
    return int(found[1]) if found else None


def _in_ascii(said: str) -> str:
    digits = (str(unicodedata.digit(letter, letter)) for letter in said)
    return unicodedata.normalize("NFKC", "".join(digits))


def hear(ticket: Ticket, said: str, *, at: datetime) -> bool:
    """Take a mail to a closed ticket that is only a number as the answer to its question: it opens
    nothing. After a person wrote again, a number answers them and not us."""
    number = bare_number(said)
    survey = _last_question(ticket) if number is not None else None
    if number is None or survey is None:
        return False
    survey, heir = lock(survey), heir_of(ticket)
    if heir.state != TicketState.CLOSED or (heir.answered_at or at) > survey.asked_at:
        return False
    try:
        survey.take(number, at=at)
    except NotTaken:
        # Too late to count, and still no reason to open a ticket.
        return True
    return True


def _last_question(ticket: Ticket) -> Survey | None:
    query = select(Survey).where(Survey.ticket_id == ticket.id)
    return db.session.scalars(query.order_by(Survey.id.desc()).limit(1)).first()


def keep_words(survey: Survey, text: str) -> None:
    """What the buyer adds: contact data hidden, language told, a draft asked for the vendor."""
    ticket = db.session.scalars(
        select(Ticket).where(Ticket.id == survey.ticket_id).options(joinedload(Ticket.buyer))
    ).one()
    lang = _language_of(text, survey.lang)
    exempt = frozenset((*survey.vendor.own_contacts, *verbatim(ticket), *ticket.known_numbers))
    hidden = redact(text, lang=lang, exempt=exempt, secrets=known_secrets("", ticket))
    survey.words, survey.words_lang = hidden.text, lang
    survey.draft_id = None
    if survey.words and lang not in {UNKNOWN, survey.vendor.lang}:
        way = {"source": lang, "target": survey.vendor.lang}
        draft = ask(f"survey:{survey.id}", survey.words, keep=verbatim(ticket), **way)
        survey.draft_id = draft.id


def _language_of(text: str, asked_in: str) -> str:
    """Few words say little: they are taken for the language that the buyer was asked in."""
    detector: Detector = part("detector")
    found = detector.detect(text, priors={asked_in: 0.4}).lang
    return asked_in if found == UNKNOWN else found
