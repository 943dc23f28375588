"""The packages that come with the project: they install, say what they are, know plain things."""

import json
import zipfile
from pathlib import Path

import pytest

from app.translation.engine import ArgosEngine
from app.translation.packages import PackageStore
from app.translation.translator import translate_text

SHIPPED = sorted((Path(__file__).parents[2] / "packages").iterdir())
MOST = 25_000_000  # bytes in git, all of them together


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> ArgosEngine:
    folder = tmp_path_factory.mktemp("starter")
    for path in SHIPPED:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    return ArgosEngine(folder, max_models=2)


def test_there_are_eight_and_they_are_small() -> None:
    pairs = {tuple(path.name.split("-")[1].split("_")) for path in SHIPPED}
    others = ("fr", "de", "es", "it")
    assert pairs == {(lang, "en") for lang in others} | {("en", lang) for lang in others}
    assert sum(path.stat().st_size for path in SHIPPED) <= MOST


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_each_installs_and_says_that_it_is_a_starter(path: Path, tmp_path: Path) -> None:
    installed = PackageStore(tmp_path / "store").install_file(path)
    assert installed.folder.name + ".argosmodel" == path.name
    assert installed.is_starter
    metadata = json.loads((installed.folder / "metadata.json").read_text("utf-8"))
    assert metadata["target_prefix"] == f">>{installed.target}<<"
    assert metadata["dragoman"]["min_score"] > -0.5


@pytest.mark.parametrize(
    ("source", "text", "wanted"),
    [
        ("fr", "Bonjour, où est ma commande 113-445778 ?", "Hi, where is my order 113-445778?"),
        ("de", "Wo ist mein Paket?", "Where is my parcel?"),
        ("es", "Todavía no he recibido mi reembolso.", "I have not received my refund yet."),
        ("it", "Il coperchio è rotto.", "The lid is broken."),
    ],
)  # fmt: skip
def test_plain_sentences_of_buyers_are_translated(
    engine: ArgosEngine, source: str, text: str, wanted: str
) -> None:
    assert translate_text(engine, text, source=source, target="en").text == wanted


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("fr", "Merci pour votre message."),
        ("de", "Danke für Ihre Nachricht."),
        ("es", "Gracias por su mensaje."),
        ("it", "Grazie per il suo messaggio."),
    ],
)
def test_plain_sentences_of_agents_are_translated(
    engine: ArgosEngine, target: str, wanted: str
) -> None:
    text = "Thank you for your message."
    assert translate_text(engine, text, source="en", target=target).text == wanted


@pytest.mark.parametrize("source", ["fr", "de", "es", "it"])
def test_what_they_do_not_know_stays_as_it_is(engine: ArgosEngine, source: str) -> None:
    text = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich."
    result = translate_text(engine, text, source=source, target="en")
    assert (result.text, result.sentences[0].translated) == (text, False)
    assert result.sentences[0].reason
