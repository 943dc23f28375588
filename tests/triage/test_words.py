import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.words import HEAD, TAIL, fold, is_cjk, read_words


def forms(text: str) -> list[str]:
    return [word.form for word in read_words(text)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Reçu", "recu"),
        ("RECU", "recu"),
        ("Straße", "strasse"),
        ("łódź", "lodz"),
        ("Größe", "grosse"),
        ("Iğdır", "igdir"),
        ("smørrebrød", "smorrebrod"),
        ("ещё", "еще"),
        ("підпис", "підпис"),
        ("أرسلتُ", "ارسلت"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_accents_case_and_width_make_no_difference(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I didn't get it", ["i", "didnt", "get", "it"]),
        ("l'avocat d’Anne", ["l", "avocat", "d", "anne"]),
        ("¿Qué? ¡Ya!", ["que", "?", "ya", "!"]),
        ("see https://shop.example/h/1 or a@b.example", ["see", "or"]),
        ("call [phone number hidden] now", ["call", "now"]),
        ("Rec\u0327u, e\u0301te\u0301", ["recu", "ete"]),
        ("منتج مقلّد", ["منتج", "مقلد"]),
        ("🙂🙂", []),
        ("", []),
    ],
)
def test_a_text_is_read_as_words(text, expected):
    assert forms(text) == expected


@pytest.mark.parametrize(
    "text",
    ["this is level 1", "Niveau 1 svp", "priority: 2", "Stufe eins", "レベル1です", "级别 1"],
)
def test_what_a_buyer_says_about_levels_is_not_read(text):
    assert not {"level", "niveau", "priority", "stufe", "1", "2", "eins"} & set(forms(text))


@given(st.text(max_size=400))
def test_every_word_stands_where_it_says(text):
    for word in read_words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert fold(text[word.start : word.end]) == word.form or word.form in "?!"


def test_the_middle_of_a_rant_is_left_out_and_places_stay_true():
    text = "first " + "blah " * 10_000 + "lawyer"
    words = read_words(text)
    assert words[0].form == "first"
    assert text[words[-1].start : words[-1].end] == "lawyer"
    assert len(words) < (HEAD + TAIL) / 4


def test_chinese_and_japanese_are_known_by_their_signs():
    assert is_cjk("没收到")
    assert is_cjk("届いていません")
    assert not is_cjk("не получил")
