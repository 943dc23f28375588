"""Asking for drafts, and working them off in the worker.

Knows the queue of drafts and the engine. The asker must give texts that privacy has passed; a
draft is shown to an agent and never sent by itself.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, select

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now
from app.lib.database import insert_or_skip
from app.translation.models import Draft, DraftState
from app.translation.translator import Translation

log = logging.getLogger(__name__)

# A worker that took a draft and died leaves it in `working`; after this long another one takes it.
FORGOTTEN_AFTER = timedelta(minutes=2)

Translate = Callable[[Draft], Translation]


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


def translate_waiting(translate: Translate, *, limit: int = 16) -> int:
    """Work off up to `limit` waiting drafts, each in its own transaction. How many were."""
    drafts = claim(db.session, _waiting(now()), limit=limit, mark=_take)
    for draft in drafts:
        _finish(draft, translate)
    return len(drafts)


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


def _finish(draft: Draft, translate: Translate) -> None:
    try:
        done = translate(draft)
    except Exception as fault:
        # One text must not stop the others; the page shows that there is no draft. The class of
        # the error and no more: its text may quote the buyer.
        log.error("draft %s could not be made: %s", draft.id, type(fault).__name__)
        db.session.rollback()
        draft.state = DraftState.FAILED
    else:
        draft.text = done.text
        draft.sentences = [asdict(sentence) for sentence in done.sentences]
        draft.warnings = list(done.warnings)
        draft.state = DraftState.DONE
    draft.done_at = now()
    db.session.commit()
