"""The interface's languages are whole."""

import importlib.util
import re
from datetime import timedelta
from gettext import GNUTranslations
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from app.web.i18n import UI_LANGUAGES, language_name, span_words

ROOT = Path(__file__).parent.parent.parent
PLACES = re.compile(r"%\(\w+\)\d*[sd]|\{\w+\}")
TRANSLATED = [lang for lang in UI_LANGUAGES if lang != "en"]


@pytest.fixture(scope="module")
def catalogs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogs", ROOT / "tools" / "catalogs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_sentence_of_the_interface_is_translated(catalogs: ModuleType, lang: str) -> None:
    wanted = {message.id for message in catalogs.collect() if message.id}
    catalog = catalogs.load(lang)
    assert wanted - {message.id for message in catalog} == set()
    assert catalogs.missing(catalog) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_keeps_the_places_for_values(catalogs: ModuleType, lang: str) -> None:
    for message in catalogs.load(lang):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for one, other in zip(ids, texts, strict=True):
            assert sorted(PLACES.findall(one)) == sorted(PLACES.findall(other)), one


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalog_is_the_written_one(catalogs: ModuleType, lang: str) -> None:
    with (catalogs.folder(lang) / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in catalogs.load(lang):
        if isinstance(message.id, tuple):
            assert compiled.ngettext(*message.id, 2) == message.string[1]
        elif message.id:
            assert compiled.gettext(message.id) == message.string


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 min"),
        (timedelta(minutes=20, seconds=59), "20 min"),
        (timedelta(hours=3, minutes=10), "3 h 10"),
        (timedelta(hours=3, minutes=5), "3 h 05"),
        (timedelta(hours=47, minutes=59), "47 h 59"),
        (timedelta(hours=52), "2 d 4 h"),
        (timedelta(minutes=-5), "5 min"),
    ],
)
def test_a_span_is_said_in_two_units(app: Flask, span: timedelta, words: str) -> None:
    with app.test_request_context():
        assert span_words(span) == words


@pytest.mark.parametrize(
    ("code", "name"), [("pl", "Polish"), ("und", "unknown language"), (None, "unknown language")]
)
def test_a_language_has_a_name(app: Flask, code: str | None, name: str) -> None:
    with app.test_request_context():
        assert language_name(code) == name
