"""The addresses that stand in the question's mail: signed, and telling nobody anything.

The key is random and the row's own; the signature only lets garbage be refused without asking the
database. How long it lives and that it answers once is the row's to say.
"""

from itsdangerous import BadSignature, Signer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.config import Settings
from app.extensions import db, part
from app.lib.ids import random_id
from app.quality.survey_models import SCORES, Survey

KEY_LENGTH = 16  # 80 random bits


class UnknownLink(LookupError):
    """No question belongs to this address."""


def new_key() -> str:
    """A key for one question."""
    return random_id(KEY_LENGTH)


def token_of(survey: Survey) -> str:
    """What stands in the address: the key and its signature."""
    return _signer().sign(survey.key).decode("ascii")


def get_survey(token: str) -> Survey:
    """The question of a link. Raises UnknownLink for every address that we did not write."""
    try:
        key = _signer().unsign(token).decode("ascii")
    except (BadSignature, UnicodeError) as fault:
        raise UnknownLink from fault
    query = select(Survey).where(Survey.key == key).options(joinedload(Survey.vendor))
    survey = db.session.scalar(query)
    if survey is None:
        raise UnknownLink
    return survey


def desk_address(settings: Settings) -> str | None:
    """Where buyers reach the desk's pages; None where nobody said so. A desk for this machine alone
    is reached on this machine."""
    if settings.desk_url:
        return settings.desk_url.rstrip("/")
    if settings.serves_loopback_only:
        return f"http://{settings.host}:{settings.port}"
    return None


def links_of(survey: Survey, *, begin: str) -> dict[int, str]:
    """An address for each number."""
    token = token_of(survey)
    return {score: f"{begin}/survey/{token}/{score}" for score in SCORES}


def _signer() -> Signer:
    settings: Settings = part("settings")
    return Signer(settings.secret_key, salt="satisfaction")
