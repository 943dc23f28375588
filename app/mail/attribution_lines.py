"""Recognises the lines around a quote: attributions, header blocks, rules, quote marks.

Answers questions about single lines for `quotes`. Every pattern is bounded and every window is at
most six lines, so the work grows with the text and with nothing else.
"""

import re
from functools import cached_property
from typing import Protocol

from app.mail import attributions, header_blocks
from app.mail.attributions import words

_WINDOW = 5  # lines of one attribution
_LOOKED_AT = 600  # letters of a line that are looked at
# A colon, an address, a number, a quote mark, or a drawn line; an attribution begins with one.
_STRIKING = re.compile(r"[:：@\d>]|^[-_=*‐-―]")
_ORIGINAL_WORDS = frozenset(words(attributions.ORIGINAL))
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def _any_of(block: str) -> str:
    """The longest first, so that "je napisao" is not taken for "napisao"."""
    return "|".join(re.escape(word) for word in sorted(words(block), key=len, reverse=True))


# Scripts without spaces have no edges of words to ask for.
_JOINED = _any_of(attributions.WROTE_JOINED)
_WORD = rf"(?:(?<![^\W_])(?:{_any_of(attributions.WROTE)})(?![^\W_])|{_JOINED})"
_WROTE_WORDS = frozenset(word for word in words(attributions.WROTE) if " " not in word)
_WROTE_PHRASES = tuple(word for word in words(attributions.WROTE) if " " in word)
_WROTE_PHRASES += tuple(words(attributions.WROTE_JOINED))
_TOKEN = re.compile(r"[^\W\d_]+(?:\([^\W\d_]{1,3}\))?")
_ENDS_WITH_WROTE = re.compile(rf"{_WORD}\s?[:：]?$", re.IGNORECASE)
_QUOTING = re.compile(rf"(?:{_any_of(attributions.QUOTING)}) ", re.IGNORECASE)
_ORIGINAL = re.compile(rf"[-_=*‐-―\s]{{2,80}}(?:{_any_of(attributions.ORIGINAL)})\b.{{0,40}}", re.I)
_ORIGINAL_BARE = re.compile(rf"(?:{_any_of(attributions.ORIGINAL)})\s?[:：]?", re.IGNORECASE)
_FORWARDED = re.compile(
    rf"[-_=*\s]{{0,80}}(?:begin )?(?:{_any_of(attributions.FORWARDED)})\s?[:：]?[-_=*\s]{{0,80}}",
    re.I,
)
_PRONOUN = re.compile(
    rf"(?<![\w@.'’-])(?:{_any_of(attributions.PRONOUNS)})(?![\w@.-])", re.IGNORECASE
)
_RULE = re.compile(r"[-_=*‐-―]{5,}|(?:[-_] ){5,}[-_]?")
_DATE = re.compile(
    r"\d{1,2}[:.h時시]\s?\d{2}|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}"
    r"|\d{1,2}\s?[月월]|\d年"
)
_TIME = re.compile(r"\d{1,2}\s?[:.h時시点]\s?\d{2}|\d{1,2}\s?(?:h|Uhr|時|시)\b")
_ADDRESS = re.compile(r"[^\s<>()@\"]{1,100}@[^\s<>()@\"]{1,150}")
_ENCLOSED = re.compile(
    r"[<(\[]\s?(?:mailto:)?[^\s<>()@]{1,100}@[^\s<>()]{1,200}[>)\]]{1,3}[^<>:：]{0,40}[:：]?$"
    r"|@[\w.-]{1,100}\s?[:：]$"
)
_SHARED = re.compile(
    r"(?P<said>.{0,400}?\S)\s?(?P<dashes>-{2,10}\s?|(?<=\s))"
    r"(?P<quote>On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)"
    r"[^\n]{5,300}\bwrote:\s?)"
)
# Yahoo's phone program writes the quote behind its attribution.
_SHARED_QUOTE = re.compile(
    rf"([^\n]{{10,300}}@[^\s<>]{{1,150}}>\s?(?:{_any_of(attributions.WROTE)})\s?:)\s{{2,9}}(\S.*)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s{0,3}>")
_LINK_REST = re.compile(r"\s?\(https?://[^\s()]{1,300}\)\s?>?\s?|[^\s()]{1,300}\)\s?")


def split_shared_line(line: str) -> list[str]:
    """Lines that lost the break between them: "Thanks! On Mon … wrote:", "… wrote:   Dear Kim"."""
    if " On " in line or "-On " in line:
        match = _SHARED.fullmatch(line[:_LOOKED_AT].rstrip())
        said = match and not line.lstrip().startswith((">", "-")) and _DATE.search(match["quote"])
        if match and said:
            return [match["said"].rstrip("- "), match["dashes"] + match["quote"]]
    if ":  " in line and "@" in line:
        match = _SHARED_QUOTE.fullmatch(line[:_LOOKED_AT])
        if match and _DATE.search(match[1]) and len(line) <= _LOOKED_AT:
            return [match[1], match[2]]
    return [line]


class Known(Protocol):
    """What is known of our own mails; see quotes.Anchors."""

    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def delimiters(self) -> tuple[str, ...]: ...
    @property
    def sent_texts(self) -> tuple[str, ...]: ...


def plain(line: str) -> str:
    """A line for comparing: one space between words, no stars of bold type, no hidden letters."""
    line = line[:_LOOKED_AT].replace("*", "")
    return " ".join((line if line.isascii() else _UNSEEN.sub("", line)).split())


def says_wrote(text: str) -> bool:
    """A word for "wrote" stands in the text. Looked up, since one long pattern takes ten times as
    long."""
    text = text.lower()
    if any(phrase in text for phrase in _WROTE_PHRASES):
        return True
    return not _WROTE_WORDS.isdisjoint(_TOKEN.findall(text))


def ends_with_wrote(text: str) -> bool:
    """The text ends with such a word, and perhaps a colon."""
    return bool(_ENDS_WITH_WROTE.search(text[-40:]))


class Marks:
    """The lines of one text and what each of them is."""

    def __init__(self, lines: list[str], known: Known) -> None:
        self._lines = lines
        self._plain = [plain(line) for line in lines]
        self._addresses = tuple(a.lower() for a in known.addresses if len(a) > 3)
        self._names = tuple(plain(n).lower() for n in known.names if len(n) > 2)
        self._delimiters = tuple(plain(d).lower() for d in known.delimiters if len(d.strip()) > 7)
        self._sent_texts = known.sent_texts
        self._knows_us = bool(self._names or self._delimiters)

    def is_prose(self, at: int) -> bool:
        """The line cannot begin anything that a mail program wrote; most lines are such."""
        text = self._plain[at]
        if _STRIKING.search(text) or text.lower() in _ORIGINAL_WORDS:
            return False
        return not (self._knows_us and (self.is_delimiter(at) or self._names_us(text)))

    def is_quoted(self, at: int) -> bool:
        """The line begins with ">"."""
        if ">" not in self._lines[at][:4]:
            return False
        return bool(_QUOTED.match(self._lines[at])) and not self._plain[at].endswith("<<")

    def is_rule(self, at: int) -> bool:
        """The line is drawn: hyphens, underscores, equals signs."""
        return bool(_RULE.fullmatch(self._plain[at]))

    def is_delimiter(self, at: int) -> bool:
        """The line that our own mails carry at their top."""
        text = self._plain[at].lower()
        return any(mark in text for mark in self._delimiters)

    def is_original(self, at: int) -> bool:
        """ "-----Original Message-----" and its like, or these words above a header block."""
        text = self._plain[at]
        if len(text) > 160:
            return False
        if _ORIGINAL.fullmatch(text):
            return True
        return (
            bool(_ORIGINAL_BARE.fullmatch(text)) and self._labelled_end(self._after(at)) is not None
        )

    def is_forward(self, at: int) -> bool:
        """From here on the writer passes somebody's mail on."""
        text = self._plain[at]
        if len(text) > 160 or not _FORWARDED.fullmatch(text):
            return False
        return text.startswith(("-", "_", "=")) or text.endswith((":", "："))

    def next_text(self, at: int) -> int | None:
        """The first line from `at` on, at most four below, that is not blank."""
        for line in range(at, min(at + 5, len(self._lines))):
            if self._plain[line]:
                return line
        return None

    def _after(self, at: int) -> int:
        found = self.next_text(at + 1)
        return len(self._lines) if found is None else found

    def attribution_end(self, at: int) -> int | None:
        """The line after the attribution or header block that begins at `at`, or None."""
        if not self._plain[at]:
            return None
        return self._labelled_end(at) or self._sentence_end(at)

    def _labelled_end(self, at: int) -> int | None:
        known = header_blocks.end(self._plain, at)
        if known is not None or not self._addresses:
            return known
        text = header_blocks.labelled_text(self._plain, at)
        return at + 3 if text and self._names_our_address(text) else None

    def _names_our_address(self, text: str) -> bool:
        return bool(self._addresses) and any(a in text.lower() for a in self._addresses)

    def _names_us(self, text: str) -> bool:
        return bool(self._names) and any(name in text.lower() for name in self._names)

    def _sentence_end(self, at: int) -> int | None:
        """ "On … somebody wrote:", over up to five lines."""
        if not self._may_begin(at):
            return None
        text = ""
        line = at
        for _ in range(_WINDOW):
            text = f"{text} {self._plain[line]}".strip()
            below = self.next_text(line + 1)
            if len(text) > _LOOKED_AT:
                return None
            followed = below is not None and self._is_quote_below(text, below)
            if self._is_attribution(text, followed=followed):
                return line + 1
            follows = self._next_of_sentence(line)
            if follows is None:
                return None
            line = follows
        return None

    def _is_quote_below(self, text: str, below: int) -> bool:
        """The next text is quoted; a ">" that closes the "<" of an address above is not."""
        closes = text.count("<") > text.count(">") and ends_with_wrote(self._plain[below])
        return self.is_quoted(below) and not closes

    def _next_of_sentence(self, line: int) -> int | None:
        """The line on which an attribution may go on: the next, or past a blank one a "<"."""
        if line + 1 < len(self._lines) and self._plain[line + 1]:
            quoted = self.is_quoted(line + 1) and not ends_with_wrote(self._plain[line + 1])
            return None if quoted or re.search(r"[!?]$", self._plain[line]) else line + 1
        below = self.next_text(line + 1)
        return below if below is not None and self._plain[below].startswith("<") else None

    def _may_begin(self, at: int) -> bool:
        text = self._plain[at]
        if _DATE.search(text[:80]) or text.startswith("--"):
            return True
        return "@" in text or self._names_us(text) or says_wrote(text)

    def _is_attribution(self, text: str, *, followed: bool) -> bool:
        bare = text.strip("-—– ")
        colon = bare.endswith((":", "："))
        if not (colon or followed or ends_with_wrote(bare)):
            return False
        if self._names_our_address(text) and (colon or followed):
            return True
        dated = bool(_DATE.search(bare))
        if self._names_us(text) and colon and (dated or followed):
            return True
        wrote = ends_with_wrote(bare) or (colon and says_wrote(bare))
        if wrote and text.startswith("--") and text.endswith("--"):
            return True
        if followed and not _QUOTING.match(bare):
            return self._is_followed_attribution(bare, dated=dated, wrote=wrote, colon=colon)
        return self._is_lone_attribution(bare, dated=dated, wrote=wrote)

    @staticmethod
    def _is_lone_attribution(text: str, *, dated: bool, wrote: bool) -> bool:
        """With nothing quoted below, it takes an address, or a time and a name that is no "I"."""
        enclosed = bool(_ENCLOSED.search(text))
        if enclosed and (dated or _QUOTING.match(text)):
            return True
        return wrote and bool(_TIME.search(text)) and _is_about_somebody(text)

    @staticmethod
    def _is_followed_attribution(text: str, *, dated: bool, wrote: bool, colon: bool) -> bool:
        """Above lines with ">" little is needed to be sure."""
        address = bool(_ADDRESS.search(text))
        if dated:
            return wrote or colon or address
        return wrote and (address or (colon and len(text) < 120))

    def run_end(self, at: int) -> int:
        """The line after the run of quoted lines that begins at `at`, with the blank ones."""
        line = at
        while line < len(self._lines):
            if self._plain[line] and not self.is_quoted(line) and not self._continues(line):
                break
            line += 1
        return line

    def _continues(self, at: int) -> bool:
        """A piece of the quoted line above that lost its ">" on the way."""
        undecoded = at > 0 and self._lines[at - 1].endswith("=") and self.is_quoted(at - 1)
        return undecoded or self._continues_link(at)

    def _continues_link(self, at: int) -> bool:
        """A link that a program broke, between two quoted lines."""
        below = at + 1 < len(self._lines) and self.is_quoted(at + 1)
        if not below or not _LINK_REST.fullmatch(self._lines[at][:_LOOKED_AT]):
            return False
        above = self._plain[at - 1]
        return "(http" in self._plain[at] or above.rfind("(") > above.rfind(")")

    def is_real_quote(self, at: int, end: int) -> bool:
        """A run without attribution: two lines, or a single one that is no "> 50 EUR". Under a
        colon ">" may be how a person draws a list."""
        above = next(
            (self._plain[i] for i in range(at - 1, max(at - 4, -1), -1) if self._plain[i]), ""
        )
        if above.endswith(":") and not _DATE.search(above):
            return False
        run = [line for line in self._lines[at:end] if line.strip()]
        if len(run) > 1 or self._quoted_lines > 1:
            return True
        return bool(re.match(r"\s{0,3}> ?[^\W\d_]", run[0])) and len(run[0]) > 4

    @cached_property
    def _quoted_lines(self) -> int:
        return sum(1 for at in range(len(self._lines)) if self.is_quoted(at))

    def sent_runs(self) -> list[tuple[int, int]]:
        """Stretches of lines that stand in a text that we sent, quoted without any mark."""
        ours = {plain(line) for text in self._sent_texts for line in text.splitlines()}
        ours.discard("")
        if not ours:
            return []
        runs: list[tuple[int, int]] = []
        at = 0
        while at < len(self._lines):
            end = self._sent_run_end(at, ours)
            if sum(len(line) for line in self._plain[at:end]) >= 25:
                runs.append((at, end))
            at = max(end, at + 1)
        return runs

    def _sent_run_end(self, at: int, ours: set[str]) -> int:
        end = line = at
        while line < len(self._lines) and (not self._plain[line] or self._plain[line] in ours):
            line += 1
            if self._plain[line - 1]:
                end = line
        return end


def _is_about_somebody(text: str) -> bool:
    """An attribution without address names a person; a story says "I", "you", "your"."""
    return not _PRONOUN.search(_DATE.sub(" ", text))
