import pickle
from pathlib import Path

import numpy as np
import pytest

from app.triage.classify import Classifier
from app.triage.weights import ModelError, line_up, load_weights

TEXTS = [("my lawyer will sue you", "en"), ("où est mon colis", "fr"), ("danke!", "de")]


def test_a_saved_classifier_says_the_same(tmp_path: Path, classifier: Classifier):
    path = tmp_path / "model.npz"
    classifier.save(path)
    again = Classifier.load(path)
    for text, lang in TEXTS:
        before, after = (c.classify(text, lang=lang) for c in (classifier, again))
        assert (before.level, before.intent) == (after.level, after.intent)
        assert after.confidence == pytest.approx(before.confidence, abs=0.05)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"PK\x03\x04 broken", pickle.dumps({"a": 1})]
)
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.npz"):
        load_weights(path)


def test_a_missing_file_is_a_model_error(tmp_path: Path):
    with pytest.raises(ModelError):
        load_weights(tmp_path / "none.npz")


def test_a_file_never_runs_code(tmp_path: Path):
    path = tmp_path / "model.npz"
    with path.open("wb") as stream:
        np.savez(stream, about=np.array([{"version": 1}], dtype=object))
    with pytest.raises(ModelError):
        load_weights(path)


def test_a_rule_written_since_the_training_weighs_nothing():
    found = np.array([[1, 2, 3]], np.float32)
    lined = line_up(found, ("fire", "flood", "lawyer"), ("lawyer", "gone", "fire"))
    assert lined.tolist() == [[3, 0, 1]]
