"""Everything that is sealed, sealed anew under the current key; blind indexes made anew with it.

Works through each table by its id, a batch a commit, and skips what is done: a run that broke off
goes on where it was. While it runs both keys are in the ring and both indexes are asked for. What
cannot be made anew: the digest of an API request, which a key's repetition compares with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Agent, Vendor
from app.accounts.second import reseal as reseal_factor
from app.attachments import store
from app.extensions import db
from app.privacy.keys import retire_older_keys, vault
from app.relay.keeping import sealed_about
from app.relay.masks import POSTMASTERS, relay_domain, token_indexes
from app.relay.models import Mask, Notice, StoredMail, WayBack
from app.tickets.models import Attachment, Buyer

BATCH = 20  # mails of up to 25 MB each
HEADER = 64  # the sealed format's header is shorter


@dataclass(frozen=True)
class Sealed:
    """One column of sealed values, and how a row of it is made anew."""

    table: Any
    column: Any
    renew: Callable[[Any], None]


def rotate(*, batch: int = BATCH) -> Iterator[tuple[str, int]]:
    """Make everything anew; yields a table's name and how many of its rows were, batch by batch.

    Commits after each batch, the canary last: until then the old key is still needed.
    """
    for sealed in (
        Sealed(Buyer, Buyer.address_sealed, _renew_buyer),
        Sealed(Mask, Mask.token_sealed, lambda row: _renew_token(row, "mask")),
        Sealed(WayBack, WayBack.token_sealed, lambda row: _renew_token(row, "way back")),
        Sealed(Notice, Notice.token_sealed, lambda row: _renew_token(row, "notice")),
        Sealed(StoredMail, StoredMail.raw_sealed, _renew_mail),
        Sealed(Agent, Agent.second_sealed, reseal_factor),
    ):
        yield from _rotate_table(sealed, batch)
    yield from _rotate_files(batch)
    retire_older_keys()
    db.session.commit()


def _rotate_table(sealed: Sealed, batch: int) -> Iterator[tuple[str, int]]:
    after = 0
    while found := _headers(sealed, after, batch):
        after = found[-1][0]
        stale = [row_id for row_id, header in found if header and _is_stale(bytes(header))]
        rows = [_locked(sealed, row_id) for row_id in stale]
        for row in rows:
            sealed.renew(row)
        db.session.commit()
        for row in rows:
            db.session.expunge(row)  # a batch of mails is all that memory ever holds
        yield sealed.table.__tablename__, len(stale)


def _locked(sealed: Sealed, row_id: int) -> Any:
    return db.session.get_one(
        sealed.table, row_id, with_for_update={"of": sealed.table}, populate_existing=True
    )


def _headers(sealed: Sealed, after: int, batch: int) -> list[Any]:
    """The ids and the first bytes of the next rows: a mail may have many megabytes."""
    head = func.substr(sealed.column, 1, HEADER)
    query = select(sealed.table.id, head).where(sealed.table.id > after)
    return list(db.session.execute(query.order_by(sealed.table.id).limit(batch)))


def _is_stale(header: bytes) -> bool:
    return vault().needs_rotation(header)


def _renew_buyer(buyer: Buyer) -> None:
    address = vault().open_text(buyer.address_sealed, about=f"buyer|{buyer.address_index}")
    buyer.address_index = vault().blind(address, about="buyer address")
    buyer.address_sealed = vault().seal_text(address, about=f"buyer|{buyer.address_index}")


def _renew_token(row: Mask | WayBack | Notice, what: str) -> None:
    local = vault().open_text(row.token_sealed or b"", about=f"{what}|{row.token_index}")
    row.token_index = token_indexes(local)[0]
    row.token_sealed = vault().seal_text(local, about=f"{what}|{row.token_index}")


def _renew_mail(stored: StoredMail) -> None:
    raw = vault().open(stored.raw_sealed, about=sealed_about(stored.recipient_index, stored.digest))
    stored.recipient_index = _index_anew(stored)
    about = sealed_about(stored.recipient_index, stored.digest)
    stored.raw_sealed = vault().seal(raw, about=about)


def _index_anew(stored: StoredMail) -> str:
    """The recipient's index under the current key; the old one where the recipient cannot be told
    any more. It only serves to know a mail that comes twice, which happens within days."""
    for address in _recipients(stored):
        indexes = vault().blinds(address, about="recipient")
        if stored.recipient_index in indexes:
            return indexes[0]
    return stored.recipient_index


def _recipients(stored: StoredMail) -> Iterator[str]:
    """The addresses that this mail may have come to."""
    for table, row_id, what in (
        (Mask, stored.mask_id, "mask"),
        (WayBack, stored.way_back_id, "way back"),
        (Notice, stored.notice_id, "notice"),
    ):
        row: Any = db.session.get(table, row_id) if row_id else None
        if row is not None and row.token_sealed:
            local = vault().open_text(row.token_sealed, about=f"{what}|{row.token_index}")
            yield f"{local}@{relay_domain()}"
    for local in (*sorted(POSTMASTERS), _slug_of(stored)):
        yield f"{local}@{relay_domain()}"


def _slug_of(stored: StoredMail) -> str:
    vendor = stored.vendor_id and db.session.get(Vendor, stored.vendor_id)
    return vendor.slug if vendor else ""


def _rotate_files(batch: int) -> Iterator[tuple[str, int]]:
    after = 0
    columns = Attachment.id, Attachment.key, Attachment.preview_key
    query = select(*columns).where(Attachment.key.is_not(None))
    while True:
        page = query.where(Attachment.id > after).order_by(Attachment.id).limit(batch)
        found = db.session.execute(page).all()
        db.session.commit()
        if not found:
            return
        after = found[-1][0]
        yield "attachment", sum(store.reseal(key) for _, *keys in found for key in keys if key)
