"""Tokens with which the marketplace's own programs come to the REST door.

Knows a token's hash and never the token: that is shown once, when it is made.
"""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db
from app.lib.clock import Instant, now

PREFIX = "dragoman_"


class ApiToken(Model):
    """One program that may come to the REST door, by the name the operator gave it."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


def add_token(name: str) -> str:
    """A new token for `name`, in the clear for this one time. Not committed."""
    token = PREFIX + secrets.token_urlsafe(32)
    db.session.add(ApiToken(name=name, token_hash=_hash(token)))
    return token


def find_token(token: str) -> ApiToken | None:
    """The row of a token that still counts.

    256 random bits need no slow hash, and a look-up by hash tells a guesser nothing by its time.
    """
    query = select(ApiToken).where(ApiToken.token_hash == _hash(token))
    return db.session.scalar(query.where(ApiToken.revoked_at.is_(None)))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
