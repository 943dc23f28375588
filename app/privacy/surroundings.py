"""What the words around a number say about it.

Knows how to walk from a number to the words before and after it, past the words that only link
("number", "is", "the"), until one says telephone or reference, or the sentence ends. It must never
look further than a window, so that many numbers cost linear time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.privacy.cues import CONTACT, LINK, MINE, NUMBER, REFERENCE, WEAK, Lexicon, fold, lexicon
from app.privacy.found import BLANK

BEFORE, AFTER = 90, 50
MOST = 5_000  # surroundings that are read in one text
_LINKS_PASSED = 7
_SMALL = 3  # a number this short is a quantity or a page, not another reference

# A word with digits on it (TEXT2026) and one in capitals with a hyphen (CALL-ME-20) are codes.
_TOKEN = re.compile(
    r":\s*\n|[\u3041-\u30ff\u4e00-\u9fff]+|[A-Z]{2,}-[A-Z0-9-]+|"
    r"[^\W\d\u3041-\u30ff\u4e00-\u9fff]+(?:['’.-][^\W\d\u3041-\u30ff\u4e00-\u9fff]+)*(?:-?\d[\w-]*)?|\d+|[,;，、；]|[№\#📞☎📱☏✆@★]|\s[-–—]\s|\n|"
    + BLANK
)
_SENTENCE_END = re.compile(
    r"[!?。！？؟；]|\n\s*\n|"
    + BLANK
    + r"|(?<=[^\W\d]{5})\.\s+(?=[^\s\d(+])|(?<=\d)\.\s+(?=[^\W\d])|(?<=[)\"”»])\.\s"
)
_FIRST_END = re.compile(r"[!?。！？؟\n]|\.\s|\.$|;|\d|" + BLANK)
_MODEL = re.compile(r"\b[A-Z]{1,2}[ -]\Z")
_UNSPACED_RUN = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_BREAKS = frozenset({",", ";", "，", "、", "；", "\n"})


@dataclass(frozen=True, slots=True)
class Told:
    """What stands around one number.

    attached   contact, reference or None: the word it belongs to
    near       reference with one unknown word between
    contact    a wish to be called, anywhere in the sentence before
    loose      a reference word further away in the same clause
    after      contact or reference following it; `after_attached` when nothing stands between
    stranger   the word right before it says nothing
    labelled   an unknown word and "number" stand right before it: "hinge no. 4711"
    numbered   "number" stands before it with nothing that says whose
    crossed    another number stands between it and its word
    """

    attached: str | None = None
    near: bool = False
    contact: bool = False
    loose: bool = False
    after: str | None = None
    after_attached: bool = False
    stranger: bool = False
    labelled: bool = False
    numbered: bool = False
    crossed: bool = False


# Which figures stand around a number says next to nothing, only that they do.
_ALIKE = str.maketrans("123456789", "000000000")
# What is told of the numbers of a text that has too many: whoever lists them means to be called.
_CROWDED = Told(contact=True)


class Surroundings:
    """Reads around the numbers of one text in one language, what looks alike once."""

    def __init__(self, text: str, lang: str | None) -> None:
        self._text = text
        self._words: Lexicon = lexicon(lang)
        # Of this text only: no word of a buyer's is kept.
        self._known: dict[str, str] = {}
        self._told: dict[tuple[str, str], Told] = {}

    def attached(self, start: int) -> str | None:
        return self._before(self._text[max(0, start - BEFORE) : start]).attached

    def told(self, start: int, end: int) -> Told:
        """What is said of the number at `[start:end]`."""
        before = self._text[max(0, start - BEFORE) : start]
        after = self._text[end : end + AFTER]
        alike = before.translate(_ALIKE), after.translate(_ALIKE)
        told = self._told.get(alike)
        if told is None and len(self._told) < MOST:
            told = self._told[alike] = self._read(before, after)
        return told or _CROWDED

    def _read(self, before: str, behind: str) -> Told:
        walk = self._before(before)
        after, after_attached = self._after(behind)
        return Told(
            attached=walk.attached,
            near=walk.near,
            contact=walk.contact,
            loose=walk.loose,
            after=after,
            after_attached=after_attached,
            stranger=walk.stranger,
            labelled=walk.labelled,
            numbered=walk.numbered,
            crossed=walk.crossed,
        )

    def _before(self, window: str) -> "_Walk":
        walk = _Walk()
        for kind in self._kinds_back(window):
            walk.step(kind)
            if walk.attached:
                break
        return walk

    def _kinds_back(self, window: str) -> Iterator[str]:
        ends = [match.end() for match in _SENTENCE_END.finditer(window)]
        tokens = list(self._tokens(window[ends[-1] :] if ends else window))
        for token in reversed(tokens):
            yield self._kind(token)

    def _after(self, window: str) -> tuple[str | None, bool]:
        stop = _FIRST_END.search(window)
        near = True
        window = window[: stop.start()] if stop else window
        # "0151 2345 678 for the WA 4300": a model, though WA is a messenger elsewhere.
        for token in self._tokens(_MODEL.sub("", window) if stop else window):
            kind = self._kind(token)
            if kind in (CONTACT, REFERENCE):
                return kind, near
            near = near and kind in (LINK, NUMBER, MINE)
        return None, False

    def _tokens(self, window: str) -> Iterator[str]:
        for match in _TOKEN.finditer(window):
            token = match.group()
            if _UNSPACED_RUN.match(token):
                yield from self._unspaced(token)
            else:
                yield token

    def _unspaced(self, run: str) -> Iterator[str]:
        """Known words of a run without spaces; what lies between two of them is one unknown."""
        run, done = fold(run), 0
        for match in self._words.unspaced.finditer(run):
            if match.start() > done:
                yield run[done : match.start()]
            yield match.group()
            done = match.end()
        if done < len(run):
            yield run[done:]

    def _kind(self, token: str) -> str:
        kind = self._known.get(token)
        if kind is None:
            kind = self._known[token] = self._judge(token)
        return kind

    def _judge(self, token: str) -> str:
        if token[0] == ":":  # a label with its number on the next line
            return LINK
        if token.startswith("\n"):
            return "line"
        if token in _BREAKS:
            return "break"
        if token == BLANK or token[0].isdigit():
            return "digits" if token == BLANK or len(token) > _SMALL else LINK
        if not token.strip(" -–—"):
            return "dash"
        if token[-1].isdigit() or (token.isupper() and "-" in token):
            return "unknown"
        kind = self._words.kind(token)
        first = re.split(r"[.-]", token, maxsplit=1)[0]
        if kind != CONTACT and len(first) > 1 and self._words.kind(first) == CONTACT:
            return CONTACT  # "Signal-Nummer", "Tel.Nr."
        if kind == CONTACT and len(token) == 1 and token.isalpha() and token.isascii():
            return "letter"
        return kind or self._parts(token)

    def _parts(self, token: str) -> str:
        """For "appelez-moi", "tél.bureau": the last part that says something."""
        parts = [part for part in re.split(r"['’.-]", token) if part]
        # The M of "M. 0171 …" is a mobile, that of "m'avez" is none.
        kinds = [self._words.kind(part) if len(part) > 1 else LINK for part in parts]
        said = [kind for kind in kinds if kind in (CONTACT, REFERENCE)]
        if said and len(kinds) > 1:
            return said[-1]
        return (
            LINK if len(kinds) > 1 and all(kind in (LINK, NUMBER) for kind in kinds) else "unknown"
        )


class _Walk:
    """One walk from a number to the left: where it stands and what it has met."""

    def __init__(self) -> None:
        self.attached: str | None = None
        self.near = self.contact = self.loose = self.stranger = self.crossed = False
        self.labelled = self.numbered = False
        self._last = ""
        self._unknown = self._links = 0
        self._clause_over = self._line_over = False

    def step(self, kind: str) -> None:
        if kind == WEAK:
            kind = REFERENCE if self.numbered else LINK
        if kind == "letter":  # "T 0171 …", "M: 0171 …", nowhere else
            kind = "unknown" if self._unknown or self._links else CONTACT
        if kind in (LINK, NUMBER, "dash"):
            self.numbered = self.numbered or (kind == NUMBER and self._unknown == 0)
            self._links += 1
            self._last = kind
            return
        if kind in ("break", "line"):
            self._clause_over = True
            self._line_over = self._line_over or kind == "line"
        elif kind == "digits":
            self.crossed = True
        elif kind == "unknown":
            self.stranger = self.stranger or not (self._unknown or self._links)
            self.labelled = self.labelled or (self._last == NUMBER and self._unknown == 0)
            self._unknown += 1
            self._last = kind
        else:
            self._cue(CONTACT if kind == MINE else kind, possessive=kind == MINE)

    def _cue(self, kind: str, *, possessive: bool) -> None:
        after_number, self._last = self._last == NUMBER, kind
        direct = self._unknown == 0 and self._links <= _LINKS_PASSED
        if kind == CONTACT:
            if direct and not self.crossed and (not possessive or self.numbered):
                self.attached = CONTACT
            elif possessive and after_number:
                self.contact = True  # "my number is on the door too: 0171 …"
            elif not possessive and not (self.crossed and self._line_over):
                self.contact = True
        elif direct and not self._clause_over and not self.crossed:
            self.attached = REFERENCE
        elif not self._clause_over or self.crossed:
            self.near = self.near or (self._unknown <= 1 and not self._clause_over)
            self.loose = self.loose or not self._clause_over
            self._unknown += 1
