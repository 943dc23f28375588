from dataclasses import replace
from pathlib import Path

import pytest

from app.phrasebook.__main__ import main
from app.phrasebook.cells import find_faults
from app.phrasebook.checking import check_files
from app.phrasebook.language import wrong_language
from app.phrasebook.likeness import find_twins
from app.phrasebook.model import Group
from app.phrasebook.reading import ITEMS, files_of, read_files
from app.phrasebook.typography import QUOTES
from app.phrasebook.vocabulary import LANGUAGES

FOLDER = Path(__file__).parents[2] / "phrasebook"
GROUP = Group(
    id="thanks-b-1",
    role="buyer",
    intent="thanks",
    level=1,
    tone="plain",
    slots=frozenset(),
    texts={"en": "The new lid for order {order} fits, thank you."},
    typed={},
    file=Path("thanks.yaml"),
    line=1,
)


@pytest.mark.parametrize(
    ("lang", "text", "sentence"),
    [
        ("en", 'The "new" one', "straight double quote"),
        ("en", "It doesn’t work", "curly apostrophe"),
        ("en", "Two  spaces", "two spaces"),
        ("en", " Hello", "begins or ends"),
        ("en", "Hello\u00a0you", "special space"),
        ("fr", "E\u0301cran", "NFC"),
        ("en", "Well...", "three dots"),
        ("en", "Write to kim@shop.example", "e-mail"),
        ("en", "See https://shop.example", "web address"),
        ("en", "Call 555 01 23 44", "long number"),
        ("en", "Order 9012345", "long number"),
        ("fr", "Où est-il?", "plain space before"),
        ("fr", "«Livré »", "plain space before"),
        ("fr", "Attention: cassé", "plain space before"),
        ("de", "Wo ist es ?", "space before a punctuation mark"),
        ("es", "Dónde está?", "¿ and ¡"),
        ("es", "¿Dónde está! ¡Ya?", "¿ and ¡"),
        ("es", "?Dónde está¿", "¿ and ¡"),
        ("es", "¿ Dónde está?", "after ¿"),
        ("it", "¿Dov'è?", "are Spanish"),
        ("fr", "Livré , mais cassé", "space before a punctuation mark"),
        ("fr", "C'est écrit “livré”", "use «…»"),
        ("fr", "L' écran", "after an apostrophe"),
        ("it", "Dell' ordine non so nulla", "after an apostrophe"),
        ("it", "E' rotto", "apostrophe for an accent"),
        ("de", "Es hieß “morgen”", "use „…“"),
        ("de", "Es hieß „morgen”", "use „…“"),
        ("de", "Es hieß „morgen", "without its other half"),
        ("pl", "To „jutro“", "use „…”"),
        ("pt", "Diz «entregue»", "use “…”"),
        ("es", "Pone « entregado »", "inside quotation marks"),
        ("sv", "Det står ”levererad", "without its other half"),
        ("ja", "“配達済み”", "use 「…」"),
        ("en", "It is 20 % off", "space before %"),
        ("de", "Es sind 20% weniger", "needs a plain space before %"),
        ("tr", "Yalnızca 20% indirim", "% before the figure"),
        ("zh", "怎么退货?", "narrow punctuation"),
        ("ja", "いつですか？ 急いでいます", "space beside"),
        ("ar", "نعم, وصل", "Latin"),
        ("en", "Well.. no", "dots in a row"),
        ("en", "Well…. no", "dots in a row"),
        ("uk", "Ім\u02bcя не те", "curly apostrophe"),
        ("de", "The parcel is not here and you have not told me where it was left.", "rather en"),
        ("es", "Non ho ancora ricevuto il rimborso che mi avete promesso di fare.", "rather it"),
        ("ru", "Where is the parcel that you have promised to me?", "another script"),
        ("zh", "注文した商品がまだ届いていないのですが、いつですか。", "rather ja"),
    ],
)  # fmt: skip
def test_a_fault_of_a_text_is_told(lang: str, text: str, sentence: str) -> None:
    assert any(sentence in fault for fault in find_faults(text, lang))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Size 42, 14 days, 230 V, 9.30 am: isn't that “enough”?"),
        ("fr", "Livré ? « À qui » ? À 10:30 : pas à moi ! {item:The} {item?est|sont} là…"),
        ("de", "Es hieß „morgen“ – am {date}, 12. März, um 9:30 Uhr."),
        ("es", "¿Y ahora qué? ¡Nada! ¡¡Nadie!! ¿¡Cómo!? Pone «20 %»."),
        ("it", "Un po' tardi, c'è scritto «100%»: gli anni '80?"),
        ("tr", "“Ücretsiz” yazıyor, %20 indirim nerede?"),
        ("ja", "「配達済み」ですか？10:30に20%です！"),
        ("zh", "显示“已签收”，怎么退款？"),
        ("ar", "مكتوب «تم التسليم»، أين الطرد؟"),
        ("sv", "Det står ”levererad”, 20 % rabatt."),
        ("ro", "Scrie „livrat”, dar nu e."),
    ],
)
def test_good_texts_have_no_fault(lang: str, text: str) -> None:
    assert list(find_faults(text, lang)) == []


def test_every_language_of_the_phrasebook_has_its_quotation_marks() -> None:
    assert set(QUOTES) == set(LANGUAGES)


def test_hurried_texts_may_be_careless_but_never_show_an_address() -> None:
    assert list(find_faults("donde esta mi pedido??...", "es", hurried=True)) == []
    assert list(find_faults("kim@shop.example", "es", hurried=True))


def test_neighbouring_languages_need_a_clear_lead() -> None:
    assert wrong_language("Jeg har ikke fået min pakke endnu", "sv") is None


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        ("The new lid for order fits, thank you!", True),
        ("The new lid for {item:the} fits, thank you…", True),
        ("The old lid was better, if you ask me.", False),
    ],
)
def test_a_skeleton_with_another_slot_is_a_twin(text: str, twin: bool) -> None:
    other = replace(GROUP, id="thanks-b-2", texts={"en": text})
    assert bool(find_twins([GROUP, other])) is twin


def test_one_short_twin_in_one_language_is_no_twin() -> None:
    one = replace(GROUP, texts={"en": "Cheers.", "de": "Danke!"})
    two = replace(GROUP, id="thanks-b-2", texts={"en": "Thank you kindly.", "de": "Danke."})
    assert not find_twins([one, two])
    assert find_twins([one, replace(two, texts=one.texts)])


def _broken_copy(folder: Path) -> Path:
    source = (FOLDER / "buyer" / "thanks.yaml").read_text(encoding="utf-8")
    copy = folder / "buyer" / "thanks.yaml"
    copy.parent.mkdir()
    copy.write_text(source.replace("thanks-b-", "thanks-b-x"), encoding="utf-8")
    return copy


def test_a_copied_file_is_blamed_and_the_first_one_is_not(tmp_path: Path) -> None:
    copy = _broken_copy(tmp_path)
    found = check_files([copy], beside=files_of(FOLDER))
    assert found
    assert {problem.file for problem in found} == {copy.resolve()}
    assert all("too like" in problem.sentence for problem in found)


def test_the_phrasebook_itself_is_without_problems() -> None:
    found = check_files([FOLDER / ITEMS, *files_of(FOLDER)])
    assert [str(problem) for problem in found] == []


def test_the_command_says_problems_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(_broken_copy(tmp_path))]) == 1
    assert "thanks.yaml:1: thanks-b-x" in capsys.readouterr().out


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sing"]) == 2
    assert main(["check", "no/such.yaml"]) == 2
    assert "There is no file no/such.yaml" in capsys.readouterr().err


def test_counts_name_every_intent_and_sum_to_every_group(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["counts"]) == 0
    groups, _, _ = read_files(files_of(FOLDER))
    out = capsys.readouterr().out
    assert all(f"| {group.intent} |" in out for group in groups)
    assert f"| en fr de es it | {len(groups):,} |" in out


def test_a_fault_in_a_file_beside_is_not_told(tmp_path: Path) -> None:
    beside = _broken_copy(tmp_path)
    beside.write_text(beside.read_text(encoding="utf-8").replace("All sorted", "All  sorted"))
    asked = FOLDER / "buyer" / "cancel_order.yaml"
    assert check_files([beside])
    assert check_files([asked], beside=[beside]) == []
