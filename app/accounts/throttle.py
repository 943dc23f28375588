"""How many wrong passwords and codes are listened to: counted in the database, so that every web
process sees them and a restart forgets none.

An account is named by what was typed, whether there is one or not: being slowed down tells nobody
that an address exists. Knows neither addresses nor accounts in the clear.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.config import is_loopback
from app.extensions import Model, db
from app.lib.clock import Instant

WINDOW = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)
# One person at one machine, one account from anywhere, one machine at any account.
MOST_OF_BOTH, MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 8, 30, 60


class LoginFailure(Model):
    """One wrong try, by the hashes of what was typed and of where it came from."""

    __tablename__ = "login_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"), Index(None, "at"))


@dataclass(frozen=True)
class Knock:
    """Who is tried, and from where."""

    account: str
    address: str

    @classmethod
    def of(cls, typed: str, address: str) -> "Knock":
        """The knock of somebody at `address` who typed this e-mail address."""
        return cls(
            *(sha256(word.encode("utf-8", "replace")).hexdigest() for word in (typed, address))
        )


def too_many(*, of_both: int, of_account: int, of_address: int) -> bool:
    """Whether so many failures within the window are enough."""
    return of_both >= MOST_OF_BOTH or of_account >= MOST_OF_ACCOUNT or of_address >= MOST_OF_ADDRESS


def is_slowed_down(knock: Knock, *, at: datetime) -> bool:
    """Whether this knock is not listened to now."""
    lately = LoginFailure.at > at - WINDOW
    one, other = LoginFailure.account == knock.account, LoginFailure.address == knock.address
    counted = [
        select(func.count()).where(lately, *conditions).scalar_subquery()
        for conditions in ((one, other), (one,), (other,))
    ]
    both, account, address = db.session.execute(select(*counted)).one()
    return too_many(of_both=both, of_account=account, of_address=address)


def note_failure(knock: Knock, *, at: datetime) -> None:
    """Count one wrong try, and forget those of yesterday. Not committed."""
    db.session.execute(delete(LoginFailure).where(LoginFailure.at < at - KEPT_FOR))
    db.session.add(LoginFailure(account=knock.account, address=knock.address, at=at))


def forget_failures(knock: Knock) -> None:
    """Who came in has typed the right word. Not committed."""
    db.session.execute(
        delete(LoginFailure).where(
            LoginFailure.account == knock.account, LoginFailure.address == knock.address
        )
    )


def visitor_address(remote: str, passed_on: str) -> str:
    """Where a visitor comes from. A proxy on this very machine is believed (`passed_on` is its
    X-Forwarded-For), and no other."""
    last = passed_on.rpartition(",")[2].strip()
    return last if last and is_loopback(remote) else remote
