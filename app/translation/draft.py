"""Asking for drafts, and working them off in the worker.

Knows the queue of drafts and the engine. The asker must give texts that privacy has passed; a
draft is shown to an agent and never sent by itself.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from typing import Any

from sqlalchemy import Select, select, update

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now
from app.lib.database import insert_or_skip
from app.translation.models import Draft, DraftState
from app.translation.outcome import Translation

log = logging.getLogger(__name__)

# A worker that took a draft and died leaves it in `working`; after this long another one takes it.
FORGOTTEN_AFTER = timedelta(minutes=2)

MOST = 16
TOGETHER = 4_000  # letters of drafts that are translated at once: who asks next must not wait long

Translate = Callable[[Sequence[Draft]], Sequence[Translation]]


@dataclass(frozen=True)
class Asked:
    """A text whose draft is wanted. The same one asked for twice in a scope is one draft."""

    scope: str
    text: str
    source: str
    target: str
    keep: Sequence[str] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        digest = sha256("\0".join((self.text, *self.keep)).encode()).hexdigest()
        return self.scope, self.source, self.target, digest

    def row(self) -> dict[str, object]:
        scope, source, target, digest = self.key
        return {
            "scope": scope, "source_lang": source, "target_lang": target, "digest": digest,
            "source_text": self.text, "keep": list(self.keep),
        }  # fmt: skip


def ask(scope: str, text: str, *, source: str, target: str, keep: Sequence[str] = ()) -> Draft:
    """The draft of `text`, new or as it was asked for before in the same scope. Not committed."""
    wanted = Asked(scope, text, source, target, keep)
    return _asked_before([wanted]).get(wanted.key) or ask_all([wanted])[0]


def ask_all(wanted: Sequence[Asked]) -> list[Draft]:
    """Drafts of many texts at once, most of them new. Not committed."""
    if not wanted:
        return []
    # Somebody may ask for the same one in the same instant: then theirs is taken.
    db.session.execute(insert_or_skip(Draft), [one.row() for one in wanted])
    found = _asked_before(wanted)
    return [found[one.key] for one in wanted]


def _asked_before(wanted: Sequence[Asked]) -> dict[tuple[str, str, str, str], Draft]:
    keys = [one.key for one in wanted]
    query = select(Draft).where(
        Draft.scope.in_({key[0] for key in keys}), Draft.digest.in_({key[-1] for key in keys})
    )
    return {
        (draft.scope, draft.source_lang, draft.target_lang, draft.digest): draft
        for draft in db.session.scalars(query)
    }


def find(scope: str, draft_id: int) -> Draft | None:
    """The draft with this number if it belongs to `scope`."""
    return db.session.scalar(select(Draft).filter_by(scope=scope, id=draft_id))


def translate_waiting(translate: Translate, *, limit: int = MOST) -> int:
    """Work off up to `limit` waiting drafts, the short ones together. How many were."""
    drafts = claim(db.session, _waiting(now()), limit=limit, mark=_take)
    batch = fitting(drafts)
    _let_go(drafts[len(batch) :])
    for draft, done in zip(batch, _tried(batch, translate), strict=True):
        _finish(draft, done)
    return len(batch)


def fitting(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The first, and those behind it that are short enough to be translated along with it."""
    letters = list(accumulate(len(draft.source_text) for draft in drafts))
    return drafts[: max(1, sum(total <= TOGETHER for total in letters))]


def _let_go(drafts: Sequence[Draft]) -> None:
    """Back into the queue: by now somebody may wait for a newer one."""
    for draft in drafts:
        draft.state = DraftState.WAITING
    db.session.commit()


def _waiting(at: datetime) -> Select[Draft]:
    forgotten = (Draft.state == DraftState.WORKING) & (Draft.claimed_at < at - FORGOTTEN_AFTER)
    # The newest first: somebody looks at it right now.
    return (
        select(Draft)
        .where((Draft.state == DraftState.WAITING) | forgotten)
        .order_by(Draft.id.desc())
    )


def _take(draft: Draft) -> None:
    draft.state, draft.claimed_at = DraftState.WORKING, now()


def _tried(drafts: Sequence[Draft], translate: Translate) -> list[Translation | None]:
    """What each became, None for one that could not be made: it must not stop the others."""
    try:
        return list(translate(drafts))
    except Exception as fault:
        # The class of the error and no more: its text may quote the buyer.
        kinds = type(fault).__name__
        db.session.rollback()
    if len(drafts) > 1:
        return [done for draft in drafts for done in _tried([draft], translate)]
    log.error("draft %s could not be made: %s", drafts[0].id, kinds)
    return [None]


def _finish(draft: Draft, done: Translation | None) -> None:
    """The page shows what became of it, also that there is no draft."""
    news: dict[str, Any] = {"state": DraftState.FAILED, "done_at": now()}
    if done is not None:
        news |= {
            "state": DraftState.DONE, "text": done.text, "warnings": list(done.warnings),
            "sentences": [asdict(sentence) for sentence in done.sentences],
        }  # fmt: skip
    # One that was asked for anew meanwhile stays in the queue.
    mine = (Draft.id == draft.id) & (Draft.state == DraftState.WORKING)
    db.session.execute(update(Draft).where(mine).values(news))
    db.session.commit()
