from pathlib import Path

import numpy as np
import pytest
import yaml

from app.phrasebook import Phrasebook, load
from app.triage.evaluate import Labelled, evaluate
from app.triage.learning import CORE
from app.triage.train import TooLittle, train

PHRASEBOOK = Path(__file__).parents[2] / "phrasebook"


def frozen_messages(name: str = "messages.yaml") -> list[Labelled]:
    rows = yaml.safe_load((CORE / name).read_text(encoding="utf-8"))
    return [Labelled(r["text"], r["lang"], r["level"], r["intent"], r["id"]) for r in rows]


def test_training_twice_gives_the_same_model(small_book: Phrasebook):
    few = Phrasebook(groups=small_book.groups[:60], macros=(), items=small_book.items)
    first, again = train(few, seed=3).weights, train(few, seed=3).weights
    assert np.array_equal(first.grams, again.grams)
    assert np.array_equal(first.proofs, again.proofs)


def test_an_empty_phrasebook_is_refused_in_a_sentence():
    with pytest.raises(TooLittle, match=r"two kinds"):
        train(Phrasebook(groups=(), macros=()))


def test_the_frozen_messages_cover_the_desk():
    messages = frozen_messages()
    assert len(messages) >= 200
    assert len({message.lang for message in messages}) == 18
    assert {message.level for message in messages} == {1, 2}
    assert len({message.id for message in messages}) == len(messages)


@pytest.mark.parametrize("name", ["messages.yaml", "unseen.yaml"])
def test_no_frozen_message_stands_in_the_phrasebook(name):
    texts = {text for group in load(PHRASEBOOK).groups for text in group.texts.values()}
    assert not texts & {message.text for message in frozen_messages(name)}


@pytest.mark.slow
def test_the_whole_phrasebook_is_measured_on_messages_it_has_not_seen():
    whole = train(load(PHRASEBOOK), seed=1)
    report = evaluate(whole, frozen_messages())
    assert report.accuracy >= 0.95, str(report)
    assert report.recall(2) >= 0.95, str(report)
    assert report.top(1) >= 0.80, str(report)
    assert report.top(3) >= 0.93, str(report)
    unseen = evaluate(whole, frozen_messages("unseen.yaml"))
    assert unseen.accuracy >= 0.86, str(unseen)
    assert unseen.recall(2) >= 0.90, str(unseen)
