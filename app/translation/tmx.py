"""Translation memories as other programs write and read them: TMX 1.4.

Reads a stream piece by piece, so that a file of any size costs the same memory, and writes one the
same way. It must never follow an entity or a link in a file, and says of a bad file in which line
it is bad. A fact's mark is written as `<ph x="1" type="dragoman:fact">`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import IO, Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from app.translation.segments import MARK

PIECE = 64 * 1024
LONGEST = 4_000  # characters of a segment; what is longer is no sentence
FACT = "dragoman:fact"
_CODES = {"bpt", "ept", "ph", "it", "ut"}  # their content is markup of another program
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class TmxError(Exception):
    """A file cannot be read as TMX. Says in a sentence why, and in which line."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence in several languages, as far as the file has them. Marks are `[fact 1]`."""

    line: int
    source_lang: str
    texts: dict[str, str] = field(default_factory=dict)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The languages (from, to): from the source's, or the first one's, to each other."""
        source = self.source_lang if self.source_lang in self.texts else next(iter(self.texts), "")
        yield from ((source, target) for target in self.texts if target != source)


def read_units(stream: IO[bytes]) -> Iterator[Unit]:
    """The units of a TMX file in order. Raises TmxError, after the units before the bad line."""
    parser = _Parser(forbid_dtd=False)
    reader = _Reader(parser)
    parser.setContentHandler(reader)
    while piece := stream.read(PIECE):
        fault = _fault_of(lambda piece=piece: parser.feed(piece), reader)
        yield from reader.taken()
        if fault:
            raise fault
    if fault := _fault_of(parser.close, reader):
        raise fault
    if not reader.has_begun:
        raise TmxError(1, "the file is empty.")


def _fault_of(step: Any, reader: "_Reader") -> TmxError | None:
    try:
        step()
    except TmxError as fault:
        return fault
    except DefusedXmlException:
        return TmxError(reader.line, "entities are not allowed in the file.")
    except SAXParseException as fault:
        return TmxError(fault.getLineNumber() or 1, f"this is not XML ({fault.getMessage()}).")
    except (LookupError, ValueError):
        return TmxError(reader.line, "the file’s characters cannot be read.")
    return None


class _Parser(DefusedExpatParser):  # type: ignore[misc]
    def defused_external_entity_ref_handler(self, *_reference: object) -> int:
        """TMX files name their DTD; it is never fetched and stands for nothing."""
        return 1


class _Reader(ContentHandler):
    """Collects units while the parser walks through the file."""

    def __init__(self, parser: "_Parser") -> None:
        super().__init__()
        self.has_begun = False
        self._parser = parser
        self._units: list[Unit] = []
        self._unit: Unit | None = None
        self._default = self._lang = ""
        self._text: list[str] | None = None
        self._codes = 0

    @property
    def line(self) -> int:
        """Where the parser is."""
        return int(self._parser.getLineNumber() or 1)

    def taken(self) -> list[Unit]:
        """The units that are complete, each handed over once."""
        units, self._units = self._units, []
        return units

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's name
        if not self.has_begun and name != "tmx":
            raise TmxError(self.line, f"this is no TMX file, it begins with <{name}>.")
        self.has_begun = True
        if self._text is not None:
            self._start_inline(name, attrs)
        elif name == "header":
            self._default = language_of(attrs.get("srclang", ""))
        elif name == "tu":
            source = language_of(attrs.get("srclang", "")) or self._default
            self._unit = Unit(self.line, source)
        elif name == "tuv":
            self._lang = language_of(attrs.get("xml:lang") or attrs.get("lang") or "")
        elif name == "seg" and self._unit is not None:
            self._text = []

    def _start_inline(self, name: str, attrs: AttributesImpl) -> None:
        if self._codes or name in _CODES:
            self._codes += 1
        if self._text is not None and name == "ph" and attrs.get("type") == FACT:
            self._text.append(f"[fact {attrs.get('x', '')}]")

    def characters(self, content: str) -> None:
        if self._text is not None and not self._codes:
            self._text.append(content)

    def skippedEntity(self, _name: str) -> None:  # noqa: N802
        """`&nbsp;` and its like, which a file leaves to a DTD that is not fetched."""
        self.characters(" ")

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._codes:
            self._codes -= 1
        elif name == "seg" and self._text is not None:
            self._keep("".join(self._text))
            self._text = None
        elif name == "tu" and self._unit is not None:
            self._units.append(self._unit)
            self._unit = None

    def _keep(self, text: str) -> None:
        if self._unit is not None and self._lang and len(text) <= LONGEST:
            self._unit.texts[self._lang] = " ".join(text.split(" ")).strip()


def language_of(code: str) -> str:
    """ "fr-FR" and "FR" are fr; "*all*" is none."""
    found = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", code.strip())
    return found[0].lower() if found else ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment to be written: two patterns with their languages."""

    id: int
    source_lang: str
    target_lang: str
    source: str
    text: str
    learned_at: datetime


def write(segments: Iterable[Kept], *, version: str = "1") -> Iterator[bytes]:
    """A TMX 1.4 file of the segments, in pieces."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        f'<header creationtool="Dragoman" creationtoolversion="{version}" segtype="sentence" '
        'o-tmf="Dragoman" adminlang="en" srclang="*all*" datatype="plaintext"/>\n<body>\n'
    ).encode()
    for kept in segments:
        yield _unit_of(kept).encode()
    yield b"</body>\n</tmx>\n"


def _unit_of(kept: Kept) -> str:
    sides = ((kept.source_lang, kept.source), (kept.target_lang, kept.text))
    variants = "".join(
        f'<tuv xml:lang="{escape(lang)}"><seg>{_written(text)}</seg></tuv>' for lang, text in sides
    )
    return (
        f'<tu tuid="{kept.id}" srclang="{escape(kept.source_lang)}" '
        f'creationdate="{kept.learned_at:%Y%m%dT%H%M%SZ}">{variants}</tu>\n'
    )


def _written(pattern: str) -> str:
    clean = escape(_FORBIDDEN.sub("", pattern), quote=False)
    return MARK.sub(rf'<ph x="\1" type="{FACT}">\g<0></ph>', clean)
