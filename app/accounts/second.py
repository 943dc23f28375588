"""The second factor: a code of the person's own device (TOTP, RFC 6238), or one of ten recovery
codes. Each counts once.

Knows a device's secret sealed by the vault and recovery codes as hashes. Must never log, show or
keep either in the clear; a secret is shown while it is set up, recovery codes when they are made.
"""

from datetime import datetime
from hashlib import sha256

import pyotp
import segno
from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.extensions import Model, db
from app.lib.clock import Instant
from app.lib.ids import random_id
from app.privacy.keys import vault

STEP = 30  # seconds
CODES = 10
GROUP = 4  # letters of a recovery code before a hyphen
CODE_LETTERS = 16  # 80 random bits need no slow hash


class RecoveryCode(Model):
    """One way in without the device, by its hash. Used once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


def new_secret() -> str:
    """160 random bits in base32, as a device takes them."""
    return pyotp.random_base32()


def link_of(secret: str, email: str, desk: str) -> str:
    """The otpauth: link that a device reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=desk)


def picture_of(link: str) -> str:
    """The link as a QR code, an SVG without any style of its own."""
    code = segno.make(link, error="m")
    return code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass="qr-line")


def step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The number of the half minute that `code` belongs to, None when it does not count.

    One half minute before and after is allowed for clocks that differ. Nothing up to `after`
    counts: that code, or a later one, was used already.
    """
    code = "".join(code.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    device, now_step = pyotp.TOTP(secret), int(at.timestamp()) // STEP
    for step in (now_step, now_step - 1, now_step + 1):
        if step > after and pyotp.utils.strings_equal(device.generate_otp(step), code):
            return step
    return None


def set_up(agent: Agent, secret: str, code: str, *, at: datetime) -> list[str] | None:
    """Begin to ask this person for a code; their recovery codes. None when `code` is not the
    device's. Not committed."""
    step = step_of(secret, code, at, after=0)
    if step is None:
        return None
    agent.second_sealed = vault().seal_text(secret, about=_about(agent.id))
    agent.second_step = step
    return new_recovery_codes(agent)


def take_away(agent: Agent) -> None:
    """Ask for the password alone from now on. Not committed."""
    agent.second_sealed = agent.second_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent.id))


def accepts(agent: Agent, typed: str, *, at: datetime) -> bool:
    """Whether `typed` is this person's code of now or an unused recovery code; it is used up by
    being asked. Not committed."""
    sealed = db.session.scalar(select(Agent.second_sealed).where(Agent.id == agent.id))
    if sealed is None or agent.second_step is None:
        return False
    secret = vault().open_text(sealed, about=_about(agent.id))
    step = step_of(secret, typed, at, after=agent.second_step)
    if step is None:
        return _use_recovery_code(agent.id, typed, at)
    # Of two that bring the same code at the same time one finds the row changed.
    taken = update(Agent).where(Agent.id == agent.id, Agent.second_step < step)
    return _changed_one(taken.values(second_step=step))


def new_recovery_codes(agent: Agent) -> list[str]:
    """Ten fresh codes, shown this once; the old ones count no longer. Not committed."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent.id))
    codes = [random_id(CODE_LETTERS) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(agent_id=agent.id, code_hash=_hash(code)) for code in codes)
    places = range(0, CODE_LETTERS, GROUP)
    return ["-".join(code[at : at + GROUP] for at in places) for code in codes]


def recovery_codes_left(agent: Agent) -> int:
    """How many of them were not used."""
    query = select(func.count()).where(
        RecoveryCode.agent_id == agent.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def reseal(agent: Agent) -> None:
    """The device's secret under the current key. Not committed."""
    if agent.second_sealed:
        agent.second_sealed = vault().reseal(agent.second_sealed, about=_about(agent.id))


def _use_recovery_code(agent_id: int, typed: str, at: datetime) -> bool:
    unused = update(RecoveryCode).where(
        RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None),
        RecoveryCode.code_hash == _hash(typed),
    )  # fmt: skip
    return _changed_one(unused.values(used_at=at))


def _changed_one(change: object) -> bool:
    return bool(db.session.execute(change).rowcount)  # type: ignore[call-overload]


def _hash(code: str) -> str:
    bare = "".join(code.lower().replace("-", " ").split())
    return sha256(bare.encode("utf-8", "replace")).hexdigest()


def _about(agent_id: int) -> str:
    return f"second factor|{agent_id}"
