"""TMX files: what other programs write is read, what is bad is named with its line."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.clock import system_clock
from app.translation.tmx import Kept, TmxError, Unit, language_of, read_units, write

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'


def unit(first: str, second: str, langs: tuple[str, str] = ("en-US", "fr-FR")) -> str:
    sides = zip(langs, (first, second), strict=True)
    return "<tu>" + "".join(
        f'<tuv xml:lang="{lang}"><seg>{text}</seg></tuv>' for lang, text in sides
    ) + "</tu>\n"  # fmt: skip


def file(*units: str, head: str = HEAD) -> bytes:
    body = "".join(units)
    return (
        f'{head}<tmx version="1.4"><header srclang="en-US" segtype="sentence"/>\n<body>\n{body}'
        "</body></tmx>"
    ).encode()


def read(content: bytes) -> list[Unit]:
    return list(read_units(io.BytesIO(content)))


def kept(source: str, text: str) -> Kept:
    return Kept(1, "fr", "de", source, text, system_clock())


def test_sentences_are_read_with_their_languages_and_lines() -> None:
    units = read(file(unit("Hello.", "Bonjour."), unit("Thanks.", "Merci.")))
    assert [found.texts for found in units] == [
        {"en": "Hello.", "fr": "Bonjour."}, {"en": "Thanks.", "fr": "Merci."},
    ]  # fmt: skip
    assert [found.line for found in units] == [5, 6]
    assert list(units[0].pairs()) == [("en", "fr")]


def test_markup_of_other_programs_is_left_out() -> None:
    code = '<bpt i="1">&lt;b&gt;</bpt>here<ept i="1">&lt;/b&gt;</ept>'
    text = f'Press {code}&nbsp;<hi>now</hi><ph x="1">c</ph>.'
    assert read(file(unit(text, "x")))[0].texts["en"] == "Press here now."


def test_of_several_languages_the_source_goes_to_each() -> None:
    many = "".join(f'<tuv xml:lang="{lang}"><seg>{lang}</seg></tuv>' for lang in ("de", "en", "fr"))
    assert list(read(file(f"<tu>{many}</tu>"))[0].pairs()) == [("en", "de"), ("en", "fr")]


def test_other_encodings_are_read() -> None:
    head = '<?xml version="1.0" encoding="UTF-16"?>\n'
    content = file(unit("Thanks", "Réponse"), head=head).decode().encode("utf-16")
    assert read(content)[0].texts["fr"] == "Réponse"


def test_what_is_written_is_read_again() -> None:
    content = b"".join(write([kept("Commande {1} & <b>.", "Bestellung {1} \x07<b> & „x“.")]))
    assert read(content)[0].texts == {
        "fr": "Commande [fact 1] & <b>.", "de": "Bestellung [fact 1] <b> & „x“.",
    }  # fmt: skip


@given(st.text(max_size=80))
def test_whatever_the_text_a_file_stays_readable(text: str) -> None:
    assert len(read(b"".join(write([kept(text, "x")])))) == 1


BOMB = '<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n'
STEALS = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'
PARAMETER = '<!DOCTYPE tmx [<!ENTITY % p SYSTEM "http://x.example/y">%p;]>\n'


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        (b"", 1, "empty"),
        (b"<html>", 1, "begins with <html>"),
        (b"PK\x03\x04", 1, "not XML"),
        (b"\xff\xfe\x00", 1, "not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><tmx/>', 1, "cannot be read"),
        (file()[:-6], 5, "not XML"),
        (file("<tu></tuv>"), 5, "not XML"),
        (file("&nbsp;", head=""), 3, "not XML"),
        (file(unit("&b;", "x"), head=BOMB), 1, "entities"),
        (file(unit("&a;", "x"), head=STEALS), 1, "entities"),
        (file(unit("x", "x"), head=PARAMETER), 1, "entities"),
    ],
)
def test_a_bad_file_is_named_with_its_line(content: bytes, line: int, why: str) -> None:
    with pytest.raises(TmxError) as raised:
        read(content)
    assert raised.value.line == line
    assert why in str(raised.value)
    assert str(raised.value).startswith(f"Line {line}: ")


def test_the_sentences_before_the_bad_line_are_there() -> None:
    units = read_units(io.BytesIO(file(unit("Hello.", "Bonjour."), "<tu><")))
    assert next(units).texts["en"] == "Hello."
    with pytest.raises(TmxError):
        next(units)


class Endless(io.RawIOBase):
    """A file of 20,000 sentences that is never there as a whole."""

    def __init__(self) -> None:
        self._pieces = self._written()
        self._left = b""

    def _written(self) -> Iterator[bytes]:
        yield HEAD.encode() + b"<tmx><body>"
        for _ in range(40):
            yield unit("Where is it?", "C'est où ?").encode() * 500
        yield b"</body></tmx>"

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (piece := next(self._pieces, b"")):
            self._left += piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken


@pytest.mark.slow
def test_a_large_file_costs_no_more_memory_than_a_small_one() -> None:
    tracemalloc.start()
    count = sum(1 for _ in read_units(Endless()))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 6_000_000


@pytest.mark.parametrize(
    ("code", "lang"), [("fr-FR", "fr"), ("FR", "fr"), ("zh_Hans", "zh"), ("*all*", ""), ("", "")]
)
def test_languages_are_known_by_their_first_part(code: str, lang: str) -> None:
    assert language_of(code) == lang
