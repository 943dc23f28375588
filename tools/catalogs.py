"""Brings the interface's catalogs up to date: `python tools/catalogs.py`.

Collects the English sentences from app/, adds the new ones to app/i18n/<language>, drops those that
are gone, and compiles. Says which sentences still lack a translation, and exits with 1 then.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).parent.parent / "app"
LANGUAGES = ("fr", "de", "es", "it")  # English is the source
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def collect() -> Catalog:
    """Every sentence of the interface, without a translation."""
    found = Catalog(project="Dragoman", version="0.1")
    for _file, _line, message, _comments, _context in extract_from_dir(APP, METHODS):
        found.add(message)
    return found


def folder(lang: str) -> Path:
    """Where the catalog of `lang` lies."""
    return APP / "i18n" / lang / "LC_MESSAGES"


def load(lang: str) -> Catalog:
    """The catalog of `lang` as it stands."""
    with (folder(lang) / "messages.po").open("rb") as file:
        return read_po(file, locale=lang)


def missing(catalog: Catalog) -> list[str]:
    """The sentences without a complete translation."""
    return [str(message.id) for message in catalog if message.id and not _is_whole(message.string)]


def _is_whole(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def bring_up_to_date(lang: str) -> list[str]:
    """Rewrite one catalog. Returns what it lacks."""
    catalog = load(lang)
    catalog.update(collect(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with (folder(lang) / "messages.po").open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, ignore_obsolete=True, no_location=True)
    with (folder(lang) / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return missing(catalog)


def main() -> int:
    """All catalogs."""
    lacking = {lang: bring_up_to_date(lang) for lang in LANGUAGES}
    for lang, sentences in lacking.items():
        for sentence in sentences:
            print(f"{lang} lacks: {sentence}")
    return 1 if any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
