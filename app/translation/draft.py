"""Asking for drafts, and working them off in the worker.

Knows the queue of drafts and the engine. The asker must give texts that privacy has passed; a
draft is shown to an agent and never sent by itself.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.lib.claim import claim
from app.lib.clock import now
from app.translation.models import Draft, DraftState
from app.translation.translator import Translation

log = logging.getLogger(__name__)

# A worker that took a draft and died leaves it in `working`; after this long another one takes it.
FORGOTTEN_AFTER = timedelta(minutes=2)

Translate = Callable[[Draft], Translation]


def ask(scope: str, text: str, *, source: str, target: str, keep: Sequence[str] = ()) -> Draft:
    """The draft of `text`, new or as it was asked for before in the same scope. Not committed."""
    digest = sha256("\0".join((text, *keep)).encode()).hexdigest()
    wanted = select(Draft).filter_by(
        scope=scope, source_lang=source, target_lang=target, digest=digest
    )
    draft = db.session.scalar(wanted)
    if draft is not None:
        return draft
    draft = Draft(
        scope=scope, digest=digest, source_lang=source, target_lang=target,
        source_text=text, keep=list(keep), state=DraftState.WAITING,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        # Another request asked for the same draft in the same instant.
        return db.session.scalars(wanted).one()
    return draft


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
