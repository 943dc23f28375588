from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.phrasebook import WIDE, Item, Noun, SlotError, fill_example, load, render
from app.phrasebook.grammar import ARTICLES, GENDERS, with_article
from app.phrasebook.reading import read_items

FOLDER = Path(__file__).parents[2] / "phrasebook"
ITEMS = read_items(FOLDER / "items.yaml")


@pytest.mark.parametrize(
    ("lang", "item", "text", "wanted"),
    [
        ("en", "umbrella", "{item:a}", "an umbrella"),
        ("en", "shoes", "{item:The} {item?is|are}, {item:a}", "The shoes are, some shoes"),
        ("fr", "screen", "{item:the} {item:of} {item:this}", "l'écran de l'écran cet écran"),
        ("fr", "printer", "{item:my} {item:to}", "mon imprimante à l'imprimante"),
        ("fr", "shoes", "cassé{item?|e|s|es}", "cassées"),
        ("fr", "kettle", "{Item} {item:of}", "Bouilloire de la bouilloire"),
        ("fr", "toaster", "{item:of} {item:to}", "du grille-pain au grille-pain"),
        ("de", "kettle", "{item:the.acc} {item:the.dat}", "den Wasserkocher dem Wasserkocher"),
        ("de", "shoes", "mit {item:my.dat}, {item:a}", "mit meinen Schuhen, Schuhe"),
        ("de", "iron", "{item?Er|Sie|Es|Sie}", "Es"),
        ("es", "lamp", "{item:of} {item:your}", "de la lámpara de mesa su lámpara de mesa"),
        ("it", "mirror", "{item:the} {item:a}", "lo specchio uno specchio"),
        ("it", "mirror", "{item:of}", "dello specchio"),
        ("it", "watch", "{item:the} {item:to}", "l'orologio all'orologio"),
        ("it", "knives", "{item:the} {item:of}", "i coltelli da cucina dei coltelli da cucina"),
        ("it", "boots", "{item:the} {item:to} {item:a}", "gli stivali agli stivali degli stivali"),
        ("it", "kettle", "{item:The} {item:of}", "Il bollitore del bollitore"),
        ("it", "shoes", "{item:the} {item:of}", "le scarpe delle scarpe"),
        ("it", "tent", "{item:the} {item:of}", "la tenda da campeggio della tenda da campeggio"),
        ("nl", "keyboard", "{item:this} {item?hij|het|ze}", "dit toetsenbord het"),
        ("pt", "lamp", "{item:to} {item:of}", "ao candeeiro do candeeiro"),
        ("pl", "lamp", "{item.gen} {item:my.acc} {item:this.ins}", "lampki moją lampkę tą lampką"),
        ("pl", "shoes", "{item:The} {item?jest|są} moje", "Buty są moje"),
    ],
)  # fmt: skip
def test_an_item_agrees(lang: str, item: str, text: str, wanted: str) -> None:
    assert render(text, lang, values={"item": item}, items=ITEMS) == wanted


@given(st.sampled_from(WIDE), st.sampled_from(sorted(ITEMS)))
def test_every_item_takes_every_form_of_its_language(lang: str, item: str) -> None:
    noun = ITEMS[item].nouns[lang]
    for key in ARTICLES[lang]:
        form, _, case = key.partition(".")
        words = with_article(noun, lang, form=form, case=case)
        assert words == words.strip()
        assert words.endswith(noun.forms)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{order}", "no value"),
        ("{item:of}", "no form"),
        ("{item?a|b|c}", "takes 2 or 4"),
        ("{nonsense}", "is no slot"),
        ("{item.voc}", "no case"),
    ],
)
def test_what_cannot_be_filled_is_said(text: str, sentence: str) -> None:
    with pytest.raises(SlotError, match=sentence):
        render(text, "de", values={"item": "lamp"}, items=ITEMS)


def test_an_item_has_no_forms_in_a_core_language() -> None:
    with pytest.raises(SlotError, match="without it"):
        render("{item}", "ru", values={"item": "lamp"}, items=ITEMS)


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(SlotError, match="not in items"):
        render("{item}", "en", values={"item": "unicorn"}, items=ITEMS)


def test_a_missing_value_stays_visible_if_asked() -> None:
    text = render("{order} {date}", "en", values={"order": "7"}, keep_missing=True)
    assert text == "7 {date}"


def test_a_value_with_braces_is_not_filled_again() -> None:
    values = {"order": "{date}", "date": "today"}
    assert render("{order}", "en", values=values) == "{date}"


def test_one_seed_gives_the_same_example_and_leaves_no_slot() -> None:
    for group in load(FOLDER).groups[:60]:
        for lang in group.texts:
            text = fill_example(group, lang, 5, items=ITEMS)
            assert text == fill_example(group, lang, 5, items=ITEMS)
            assert "{" not in text


def test_every_gender_code_has_an_article_in_every_form() -> None:
    for lang, table in ARTICLES.items():
        for row in table.values():
            assert set(GENDERS[lang]) <= set(row)


def test_a_one_form_noun_serves_all_cases() -> None:
    item = Item("x", {"de": Noun("f", ("Lampe",))})
    assert render("{item.dat}", "de", values={"item": "x"}, items={"x": item}) == "Lampe"


def test_every_group_of_the_phrasebook_reads_in_every_language_with_twenty_sets_of_values() -> None:
    book = load(Path(__file__).parents[2] / "phrasebook")
    for group in book.groups:
        for lang in group.texts:
            for seed in range(20 if group.slots else 1):
                text = fill_example(group, lang, seed, items=book.items)
                assert text.strip(), group.id
                assert not set("{}") & set(text), f"{group.id} in {lang}: {text}"
                assert "  " not in text, f"{group.id} in {lang}: {text}"
