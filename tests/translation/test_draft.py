"""The queue of drafts: what is worked off together, and that each fares by itself."""

from collections.abc import Sequence

from flask import Flask

from app.extensions import db
from app.translation.draft import MOST, TOGETHER, ask, fitting, translate_waiting
from app.translation.models import Draft, DraftState
from app.translation.outcome import Translation


def waiting(*texts: str) -> list[Draft]:
    drafts = [ask("ticket:1", text, source="fr", target="en") for text in texts]
    db.session.commit()
    return drafts


def shouted(drafts: Sequence[Draft]) -> list[Translation]:
    return [Translation(draft.source_text.upper(), ()) for draft in drafts]


def test_short_drafts_are_translated_together_the_newest_first(desk: Flask) -> None:
    drafts, asked = waiting("un", "deux", "trois"), []

    def translate(batch: Sequence[Draft]) -> list[Translation]:
        asked.append([draft.source_text for draft in batch])
        return shouted(batch)

    assert translate_waiting(translate) == 3
    assert asked == [["trois", "deux", "un"]]
    assert [draft.text for draft in drafts] == ["UN", "DEUX", "TROIS"]
    assert translate_waiting(translate) == 0


def test_one_that_cannot_be_made_stops_no_other(desk: Flask) -> None:
    drafts = waiting("un", "poison", "trois")

    def translate(batch: Sequence[Draft]) -> list[Translation]:
        if any(draft.source_text == "poison" for draft in batch):
            raise ValueError("poison")
        return shouted(batch)

    assert translate_waiting(translate) == 3
    states = [db.session.get_one(Draft, draft.id).state for draft in drafts]
    assert states == [DraftState.DONE, DraftState.FAILED, DraftState.DONE]


def test_a_long_draft_is_translated_alone_and_lets_the_others_go(desk: Flask) -> None:
    short, long = waiting("un", "x" * (TOGETHER + 1))
    assert translate_waiting(shouted) == 1
    assert (long.state, short.state) == (DraftState.DONE, DraftState.WAITING)
    assert translate_waiting(shouted) == 1
    assert short.state == DraftState.DONE


def test_no_more_are_taken_than_fit() -> None:
    drafts = [Draft(source_text="x" * 1_000) for _ in range(MOST)]
    assert len(fitting(drafts)) == TOGETHER // 1_000


def test_one_that_is_asked_for_anew_meanwhile_stays_in_the_queue(desk: Flask) -> None:
    (draft,) = waiting("un")

    def translate(batch: Sequence[Draft]) -> list[Translation]:
        db.session.execute(db.update(Draft).values(state=DraftState.WAITING))
        db.session.commit()
        return [Translation("too late", ())]

    translate_waiting(translate)
    db.session.expire_all()
    assert (draft.state, draft.text) == (DraftState.WAITING, "")
