import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.translation.protect import (
    _FACT,
    _SIGN,
    FORMS,
    between,
    find_facts,
    is_name_line,
    mask,
    unmask,
)


def facts(sentence: str, keep: tuple[str, ...] = ()) -> list[str]:
    return [fact.text for fact in find_facts(sentence, keep)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Ma commande 113-4457781-9903326 ?", ["113-4457781-9903326"]),
        ("commande FR-2026-0098123.", ["FR-2026-0098123"]),
        ("suivi 6A12345678901, merci", ["6A12345678901"]),
        ("use THANKS15: it works", ["THANKS15"]),
        (
            "voir https://tracking.example/6A1?x=1&y=(2).",
            ["https://tracking.example/6A1?x=1&y=(2)"],
        ),
        ("(www.shop.example/retours)", ["www.shop.example/retours"]),
        ("écrit à returns@shop.example hier", ["returns@shop.example"]),
        ("à c7k2m@reply.market.example.", ["c7k2m@reply.market.example"]),
        ("appelez [phone number hidden] vite", ["[phone number hidden]"]),
        ("remboursez 37,80 € !", ["37,80 €"]),
        ("a €15 voucher", ["€15"]),
        ("for -£16.99 each", ["-£16.99"]),
        ("kostet 1.249,00 EUR", ["1.249,00 EUR"]),
        ("på 1 895 kr hos", ["1 895 kr"]),
        ("za 249 zł i 5 800 Kč", ["249 zł", "5 800 Kč"]),
        ("50 % de remise", ["50 %"]),
        ("le 12/03/2026 à 19:30", ["12/03/2026", "19:30"]),
        ("am 12.03. um 10.20 Uhr", ["12.03", "10.20"]),
        ("entre 14h et 15h30", ["14h", "15h30"]),
        ("at 7:30 pm or 8pm", ["7:30", "8pm"]),
        ("un trou de 32 mm, 6 kW et 48 m²", ["32 mm", "6 kW", "48 m²"]),
        ("depuis 3 semaines", ["3"]),
        ("for ages 6+ only", ["6+"]),
        ("Bonjour Mme Poirier,", ["Poirier"]),
        ("Sehr geehrter Herr Müller-Lüdenscheidt", ["Müller-Lüdenscheidt"]),
        ("top 👍🏽 merci :-)", ["👍🏽", ":-)"]),
        ("the 2nd time", []),
        ("Où est ma commande ?", []),
        ("10 000 000 raisons", ["10 000 000"]),
    ],
)
def test_facts_are_found(sentence: str, found: list[str]) -> None:
    assert facts(sentence) == found


def test_names_to_keep_win_over_everything_else_and_match_whole_words() -> None:
    assert facts("La Brixo 3000 et le brixo", ("Brixo 3000", "Brixo")) == ["Brixo 3000", "brixo"]
    assert facts("Brixons", ("Brixo",)) == []
    assert facts("rien", ("", "  ")) == []


def test_marks_stand_for_facts_and_give_them_back() -> None:
    sentence = "J'ai payé 37,80 € le 12/03 pour la 113-1."
    masked = mask(sentence, find_facts(sentence), form="XZ{}")
    assert masked.text == "J'ai payé XZ1 le XZ2 pour la XZ3."
    assert unmask(masked, "On XZ2 I paid XZ1 for XZ3.") == "On 12/03 I paid 37,80 € for 113-1."
    assert unmask(masked, "On xz 2 I paid XZ1 for XZ3.") == "On 12/03 I paid 37,80 € for 113-1."


@pytest.mark.parametrize(
    "answer", ["I paid XZ1 on XZ2.", "XZ1 XZ2 XZ3 XZ3", "XZ1 XZ2 XZ33", "", "XZ1, XZ2, XZ13"]
)
def test_a_missing_doubled_or_changed_mark_gives_nothing_back(answer: str) -> None:
    sentence = "J'ai payé 37,80 € le 12/03 pour la 113-1."
    assert unmask(mask(sentence, find_facts(sentence), form="XZ{}"), answer) is None


def test_the_tenth_mark_is_not_taken_for_the_first() -> None:
    sentence = " ".join(f"{n}." for n in range(11, 21))
    masked = mask(sentence, find_facts(sentence), form="XZ{}")
    assert unmask(masked, masked.text) == sentence


@pytest.mark.parametrize(
    ("line", "name"),
    [("Marie Dupont", True), ("J. Smith", True), ("Łukasz", True), ("merci Marie", False),
     ("Merci.", True), ("Où est ma commande", False), ("", False)],
)  # fmt: skip
def test_a_line_of_capitalised_words_may_be_a_name(line: str, name: bool) -> None:
    assert is_name_line(line) is name


@given(st.text(max_size=200), st.sampled_from(FORMS))
def test_a_sentence_is_its_pieces_and_its_mask_turns_back(sentence: str, form: str) -> None:
    found = find_facts(sentence)
    assert "".join(piece for piece, _ in between(sentence, found)) == sentence
    masked = mask(sentence, found, form=form)
    if form.format(1)[:2] not in sentence.upper():
        assert unmask(masked, masked.text) in (sentence, None)


@given(
    st.lists(
        st.sampled_from(
            ["Mme Poirier", "Herr Ott", "a.example", "shop.eu", "x@y", "[address hidden]", "http", "://",
             "www.", "://", "12", "€", "h", "🙂", "→", ":-)", ";D", "<3", "M.", "Dr ", ".",
             " ", "été", "\u00a0"]
        )
        | st.text(max_size=3),
        max_size=8,
    ).map("".join)
)  # fmt: skip
def test_the_quick_look_for_signs_of_facts_overlooks_none(sentence: str) -> None:
    found = [
        match for match in _FACT.finditer(sentence) if match.lastgroup not in {None, "ordinal"}
    ]
    assert _SIGN.search(sentence) or not found
