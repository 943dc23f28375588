"""What a person newly wrote, apart from what the mail program quoted under, over or between it.

Nothing is dropped: new, quoted and signature together hold every line. If nothing would be left,
all is new. Lines are looked at once, so hostile text costs no more than its length.
"""

from dataclasses import dataclass, field

from app.mail import signatures
from app.mail.attribution_lines import Marks, split_shared_line

# More lines than a person's mail has; what lies below stays with the part that is open there.
LINE_LIMIT = 5_000


@dataclass(frozen=True)
class Anchors:
    """What we know of our own mails, so that their quotes are found in any language."""

    addresses: tuple[str, ...] = ()  # our masks, or their domain
    names: tuple[str, ...] = ()  # display names under which we write
    delimiters: tuple[str, ...] = ()  # lines that we print at the top of our mails
    sent_texts: tuple[str, ...] = ()  # texts that we sent in this conversation


@dataclass(frozen=True)
class Cut:
    """The three parts of a text; each may be empty, but `new` only for an empty text."""

    new: str
    quoted: str = ""
    signature: str = ""


NO_ANCHORS = Anchors()


def cut(text: str, anchors: Anchors = NO_ANCHORS) -> Cut:
    """Split `text`. Trailing spaces of lines may go, nothing else does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [piece for line in lines for piece in split_shared_line(line)]
    page = _Page(lines, Marks(lines, anchors))
    page.walk()
    new = [line for line, quoted in zip(lines, page.quoted, strict=True) if not quoted]
    if not any(line.strip() for line in new):
        return Cut(_joined(lines))
    old = [line for line, quoted in zip(lines, page.quoted, strict=True) if quoted]
    new, signature = signatures.peel(new)
    return Cut(_joined(new), _joined(old), _joined(signature))


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")


@dataclass
class _Page:
    """Walks down the lines once and says of each whether it is quoted."""

    lines: list[str]
    marks: Marks
    quoted: list[bool] = field(default_factory=list)
    said: bool = False  # something new has been seen above

    def walk(self) -> None:
        self.quoted = [False] * len(self.lines)
        at = 0
        while at < min(len(self.lines), LINE_LIMIT):
            step = self._step(at)
            if step is None:
                break
            at = step
        self._mark_sent_texts()

    def _step(self, at: int) -> int | None:
        """Judge what begins at line `at`; the line to go on with, None at the end."""
        if self.marks.is_prose(at):
            self.said = self.said or bool(self.lines[at].strip())
            return at + 1
        if self.marks.is_quoted(at):
            return self._take_run(at, attributed=False)
        if self.marks.is_forward(at):
            return None
        if self.marks.is_delimiter(at) or self.marks.is_original(at):
            return self._take_rest(at, at + 1)
        end = self.marks.attribution_end(at)
        if end is None:
            self.said = self.said or bool(self.lines[at].strip())
            return at + 1
        start_of_quote = self.marks.next_text(end)
        if start_of_quote is not None and self.marks.is_quoted(start_of_quote):
            self._mark(self._with_rule(at), start_of_quote)
            return self._take_run(start_of_quote, attributed=True)
        return self._take_rest(at, end)

    def _take_rest(self, at: int, end: int) -> int | None:
        """Everything from here is quoted, if something was said above; else these lines stay."""
        if not self.said:
            return end
        self._mark(self._with_rule(at), len(self.lines))
        return None

    def _with_rule(self, at: int) -> int:
        """The quote begins with the ruled line above it, if there is one."""
        above = at - 1
        while above >= 0 and not self.lines[above].strip():
            above -= 1
        return above if above >= 0 and self.marks.is_rule(above) else at

    def _take_run(self, at: int, *, attributed: bool) -> int:
        end = self.marks.run_end(at)
        if attributed or self.marks.is_real_quote(at, end):
            self._mark(at, end)
        else:
            self.said = True
        return end

    def _mark(self, start: int, end: int) -> None:
        self.quoted[start:end] = [True] * (end - start)

    def _mark_sent_texts(self) -> None:
        for start, end in self.marks.sent_runs():
            self._mark(start, end)
