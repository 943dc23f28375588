import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.translation.sentences import HARD_LIMIT, LONGEST, join, split

LETTER = """Bonjour,

J'ai commandé deux choses :
  - une lampe bleue
  - un tapis. Il est trop petit !
1) Première question ?

> cité par le vendeur
--
Marie  """


def spoken(text: str, language: str = "fr") -> list[str]:
    return [chunk.spoken for chunk in split(text, language) if not chunk.layout]


def test_a_letter_is_cut_into_its_sentences_without_bullets_and_quote_marks() -> None:
    assert spoken(LETTER) == [
        "Bonjour,",
        "J'ai commandé deux choses :",
        "une lampe bleue",
        "un tapis.",
        "Il est trop petit !",
        "Première question ?",
        "cité par le vendeur",
        "Marie",
    ]
    assert join(split(LETTER, "fr")) == LETTER


def test_a_wrapped_line_goes_on_and_a_short_one_does_not() -> None:
    wrapped = (
        "Ich habe am Montag zwei Lampen in Ihrem Laden bestellt und bis\nheute nichts erhalten.\n"
    )
    assert spoken(wrapped, "de") == [
        "Ich habe am Montag zwei Lampen in Ihrem Laden bestellt und bis heute nichts erhalten."
    ]
    assert spoken("Farbe: blau\ngröße: klein", "de") == ["Farbe: blau", "größe: klein"]


@pytest.mark.parametrize("text", ["", "\n\n", " 🙂 ", "12345", "-----", "\u200b\u200b", "?!"])
def test_what_holds_no_letter_is_layout(text: str) -> None:
    assert all(chunk.layout for chunk in split(text, "en"))
    assert join(split(text, "en")) == text


def test_a_long_sentence_is_cut_at_commas_and_spaces() -> None:
    text = "word, " * 900
    assert max(map(len, spoken(text, "en"))) <= LONGEST
    assert join(split(text, "en")) == text
    assert max(map(len, spoken("x" * 5000, "en"))) <= HARD_LIMIT


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [("ja", "届きません。いつですか？", 2), ("zh", "你好！收到了。", 2),
     ("ar", "أين طلبي؟ شكرا.", 2),
     ("en", "I paid 3.50 EUR to Mr. Smith. Thanks.", 2), ("xx", "One. Two.", 1)],
)  # fmt: skip
def test_each_language_ends_its_sentences_in_its_own_way(
    language: str, text: str, count: int
) -> None:
    assert len(spoken(text, language)) >= count


@given(st.text(max_size=400), st.sampled_from(["en", "fr", "ja", "ar", "und"]))
def test_no_character_is_ever_lost_added_or_moved(text: str, language: str) -> None:
    assert join(split(text, language)) == text


@given(st.lists(st.sampled_from(list("aé .!?\n\r\t-*>1)،。\u200b\u2028🙂")), max_size=120))
def test_layout_of_any_kind_comes_back(letters: list[str]) -> None:
    text = "".join(letters)
    assert join(split(text, "fr")) == text
