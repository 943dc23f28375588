"""What the REST door remembers, so that a request that is repeated does nothing twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.lib.clock import Instant


class ApiRequest(Model):
    """A request that was carried out under an Idempotency-Key. Keeps no word of it.

    `body_index` is a blind index: the body names the buyer.
    """

    __tablename__ = "api_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    body_index: Mapped[str] = mapped_column(String(64))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("token_id", "key_hash"),)
