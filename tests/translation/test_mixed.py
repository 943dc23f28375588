"""A message in several languages is cut where the language changes, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.translation.detect import NOTHING, Detected, Detector
from app.translation.mixed import OWN_PRIOR, joined, stretches
from app.translation.outcome import Sentence, Translation

DETECTOR = Detector()


def detect(sentence: str) -> Detected:
    return DETECTOR.detect(sentence, priors={"pl": OWN_PRIOR})


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Dzień dobry, gdzie jest moje zamówienie? Czekam już dwa tygodnie.", ["pl"]),
        ("Gdzie jest paczka?\n> Your parcel will arrive within three days.\nNie ma jej!",
         ["pl", "en", "pl"]),
        ("I have been waiting for my order since Monday morning.", ["en"]),
        ("OK thanks. Dziękuję bardzo za pomoc.", ["pl"]),  # too short to be sure
        ("", ["pl"]),
        ("4711-22 😀", ["pl"]),
    ],
)  # fmt: skip
def test_where_the_language_changes(text: str, languages: list[str]) -> None:
    assert [lang for lang, _ in stretches(text, "pl", detect)] == languages


@given(st.text(alphabet="ab \n.!?>ząé", max_size=120))
def test_no_character_is_lost(text: str) -> None:
    flip = iter([Detected("en", 1.0), NOTHING, Detected("fr", 0.95)] * 200)
    pieces = stretches(text, "pl", lambda _sentence: next(flip))
    assert "".join(piece for _, piece in pieces) == text


def test_the_stretches_are_put_together_with_their_sentences_and_warnings() -> None:
    def translated(lang: str, piece: str) -> Translation:
        return Translation(
            piece.upper(), (Sentence(piece, piece.upper(), 1.0, True),), (f"from {lang}", "both")
        )

    text = "Gdzie jest moja paczka? Your parcel will arrive within three days."
    done = joined([translated(*stretch) for stretch in stretches(text, "pl", detect)])
    assert done.text == text.upper()
    assert len(done.sentences) == 2
    assert done.warnings == ("from pl", "both", "from en")
