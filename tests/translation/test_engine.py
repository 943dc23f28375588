import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.translation.engine import ArgosEngine, NoPackageError, packages_in, routes
from app.translation.translator import translate_text


@pytest.fixture(scope="module")
def engine(tiny: Path) -> ArgosEngine:
    return ArgosEngine(tiny, max_models=2)


def french(engine: ArgosEngine, text: str) -> str:
    return translate_text(engine, text, source="fr", target="en").text


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("Où est ma commande ?", "Where is my order?"),
        ("Merci beaucoup pour votre aide.", "Thank you very much for your help."),
        ("La théière est arrivée cassée.", "The teapot arrived broken."),
        ("Bonsoir,\n\n- Merci.\n\nCordialement,\nMarie Dupont",
         "Good evening,\n\n- Thank you.\n\nKind regards,\nMarie Dupont"),
        ("Je n'ai pas reçu ma commande FR-2026-0098123.",
         "I have not received my order FR-2026-0098123."),
        ("J'ai payé 37,80 € pour la lampe.", "I paid 37,80 € for the lamp."),
    ],
)  # fmt: skip
def test_the_small_package_translates_what_it_was_taught(
    engine: ArgosEngine, source: str, wanted: str
) -> None:
    assert french(engine, source) == wanted


@pytest.mark.parametrize(
    "source",
    [
        "Le chat dort sur le toit brûlant.",
        "Je suis la commande de ma fille cassée hier aujourd'hui.",
        "Merci de rembourser la livraison de la photo du retour.",
        "Quand la facture sera-t-elle débitée deux fois ?",
        "Ma fille a cassé la lampe.",
    ],
)
def test_the_small_package_says_so_when_it_does_not_know(engine: ArgosEngine, source: str) -> None:
    result = translate_text(engine, source, source="fr", target="en")
    assert (result.text, result.sentences[0].translated) == (source, False)


def test_english_goes_back_to_french(engine: ArgosEngine) -> None:
    text = "Your order FR-2026-1 was sent on 12/03."
    assert translate_text(engine, text, source="en", target="fr").text == (
        "Votre commande FR-2026-1 a été envoyée le 12/03."
    )


def test_a_batch_gives_one_result_a_sentence_in_order(engine: ArgosEngine) -> None:
    results = engine.translate(["Merci.", "", "x" * 3000, "Oui."], source="fr", target="en")
    assert [result.text for result in results] == ["Thank you.", "", "", "Yes."]
    assert [result.doubtful for result in results] == [False, True, True, False]


def test_a_pair_without_a_way_is_refused_by_name(engine: ArgosEngine) -> None:
    with pytest.raises(NoPackageError, match="No package translates pl to fr"):
        engine.translate(["Gdzie?"], source="pl", target="fr")


def test_ways_lead_through_english_only() -> None:
    direct = {("fr", "en"): 1, ("en", "fr"): 1, ("en", "de"): 1, ("pl", "cs"): 1}
    assert routes(direct) == set(direct) | {("fr", "de")}


def copied(tiny: Path, to: Path, **changes: object) -> Path:
    """A copy of the fr→en package with changed metadata."""
    shutil.copytree(tiny / "translate-fr_en-0_1", to)
    metadata = json.loads((to / "metadata.json").read_text("utf-8")) | changes
    (to / "metadata.json").write_text(json.dumps(metadata), "utf-8")
    return to


def test_a_pair_is_translated_in_two_legs(tiny: Path, tmp_path: Path) -> None:
    # The French package stands in for a Breton one, the back way for a way on.
    copied(tiny, tmp_path / "one", from_code="br", dragoman={"sure_score": 0.0})
    shutil.copytree(tiny / "translate-en_fr-0_1", tmp_path / "two")
    engine = ArgosEngine(tmp_path, max_models=1)
    assert ("br", "fr") in engine.pairs()
    result = engine.translate(["Où est ma commande ?"], source="br", target="fr")[0]
    assert result.text == "Où est ma commande ?"
    assert (result.unknown, result.sure) == ((), False)  # as unsure as its first leg


def test_words_that_a_small_package_never_saw_are_named(engine: ArgosEngine) -> None:
    result = engine.translate(["Le chat dort : XZ1, l'adresse."], source="fr", target="en")[0]
    assert result.unknown == ("chat", "dort")


def test_what_does_not_come_back_on_the_way_back_is_doubtful(tiny: Path, tmp_path: Path) -> None:
    copied(tiny, tmp_path / "one")
    engine = ArgosEngine(tmp_path)
    assert not engine.translate(["Où est ma commande ?"], source="fr", target="en")[0].doubtful
    # A way back that speaks another language brings nothing back.
    copied(tiny, tmp_path / "back", from_code="en", to_code="fr")
    assert engine.translate(["Où est ma commande ?"], source="fr", target="en")[0].doubtful


def test_a_package_says_which_score_a_reader_need_not_look_at(tiny: Path, tmp_path: Path) -> None:
    ask = ["Où est ma commande ?"]
    copied(tiny, tmp_path / "one")
    found = ArgosEngine(tmp_path).translate(ask, source="fr", target="en")[0]
    assert found.sure
    assert found.score > -0.9
    said = {"min_score": -2.0, "sure_score": found.score + 0.001}
    copied(tiny, tmp_path / "strict", dragoman=said)
    strict = ArgosEngine(tmp_path).translate(ask, source="fr", target="en")[0]
    assert (strict.sure, strict.doubtful) == (False, False)
    assert (
        not translate_text(ArgosEngine(tmp_path), *ask, source="fr", target="en").sentences[0].sure
    )


def test_a_word_without_its_partner_makes_a_sentence_doubtful(tiny: Path, tmp_path: Path) -> None:
    folder = copied(tiny, tmp_path / "one")
    (folder / "partners.txt").write_text(">commande\torder\n<order\tcommande\n", "utf-8")
    ask = ["Où est ma commande ?"]
    assert not ArgosEngine(tmp_path).translate(ask, source="fr", target="en")[0].doubtful
    (folder / "partners.txt").write_text(">commande\tparcel\n", "utf-8")
    assert ArgosEngine(tmp_path).translate(ask, source="fr", target="en")[0].doubtful


def test_broken_folders_do_not_disable_the_others(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copied(tiny, tmp_path / "good")
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no folder", "utf-8")
    (tmp_path / "no_json").mkdir()
    (tmp_path / "no_json" / "metadata.json").write_text("{", "utf-8")
    copied(tiny, tmp_path / "a_list").joinpath("metadata.json").write_text("[]", "utf-8")
    copied(tiny, tmp_path / "no_model").joinpath("model", "model.bin").unlink()
    copied(tiny, tmp_path / "no_code", from_code=None)
    copied(tiny, tmp_path / ".hidden", from_code="xx")
    assert set(packages_in(tmp_path)) == {("fr", "en")}
    assert caplog.text.count("left out") == 5


def test_a_folder_that_is_not_there_has_no_pairs(tmp_path: Path) -> None:
    assert ArgosEngine(tmp_path / "nowhere").pairs() == frozenset()


def test_only_as_many_models_stay_loaded_as_allowed(tiny: Path) -> None:
    engine = ArgosEngine(tiny, max_models=1)
    for _ in range(2):
        engine.translate(["Merci."], source="fr", target="en")
        engine.translate(["Thank you."], source="en", target="fr")
    assert len(engine._models) == 1


def test_a_package_put_in_later_is_noticed(tiny: Path, tmp_path: Path) -> None:
    engine = ArgosEngine(tmp_path)
    assert engine.pairs() == frozenset()
    copied(tiny, tmp_path / "new")
    assert engine.pairs() == {("fr", "en")}


def test_importing_the_engine_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    code = "import app.translation.engine"
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2],
    )
    assert list(tmp_path.iterdir()) == []
