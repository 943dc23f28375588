"""The lines of a page while its tags go by: blocks, lists, tables, quotes, hidden elements.

Given tags one after another by `html.to_text`; forgives tags that are never closed or never opened.
"""

import html as entities
import re
from dataclasses import dataclass


def names(text: str) -> frozenset[str]:
    """A set of words."""
    return frozenset(text.split())


_BLOCKS = names(
    "div section article header footer main aside nav address center form fieldset figure dl dt dd"
    " table tbody thead tfoot tr ul ol li caption body html o:p"
)
_PARAGRAPHS = names("p h1 h2 h3 h4 h5 h6 pre blockquote ul ol table")
_VOID = names("br hr img input meta link wbr col area base")
_ATTRIBUTE = re.compile(
    r"(?<![\w-])([a-zA-Z-]{1,30})\s{0,5}=\s{0,5}"
    r"(?:\"([^\"]{0,3000})\"|'([^']{0,3000})'|([^\s\"'>]{1,2000}))"
)
_HIDING = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all"
    r"|(?:font-size|max-height)\s{0,3}:\s{0,3}0(?![.\d]*[1-9])|opacity\s{0,3}:\s{0,3}0(?![.\d])"
)
_HIDDEN_WORD = re.compile(r"(?<![\w=\"'-])hidden(?![\w-])")
_SPACE = re.compile(r"[ \t\r\n\f]+")
# Fillers of preview texts.
_UNSEEN = re.compile("[\u200b-\u200f\u034f\ufeff\u00ad\u2007\u00a0]+")
_BLANKS = re.compile(r"\n{3,}")
_INDENT_ONLY = re.compile(r"border\s{0,3}:\s{0,3}(?:none|0)|margin\s{0,3}:\s{0,3}0[^;]{0,20}40px")
# Deeper quotes all look the same to a reader.
_DEEPEST_QUOTE = 8
# No mail program opens more; what is opened beyond is read as if it were not there.
_DEEPEST_STACK = 2_000


@dataclass
class _Open:
    name: str
    hides: bool = False
    quotes: bool = False
    counter: int = 0
    link: str = ""
    link_at: int = 0


class TextBuilder:
    """Takes tags and texts, gives lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._hidden: list[str] = []
        self._stack: list[_Open] = []
        self._open_names: dict[str, int] = {}
        self._quotes = 0
        self._hiding = 0
        self._pre = 0
        self._space = False
        self._gap = False  # a blank line is due before the next one
        self._depth = 0  # of quotes, of the last line

    def text(self, text: str) -> None:
        """A run of letters; entities already resolved."""
        if self._hiding:
            self._hidden.append(text)
        elif self._pre:
            self._pre_text(text)
        else:
            self._flow(text)

    def _flow(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        if text.startswith(" "):
            self._space = True
        core = text.strip(" ")
        if core:
            self._put(core)
            self._space = text.endswith(" ")

    def _put(self, text: str) -> None:
        if self._space and self._line:
            self._line.append(" ")
        self._space = False
        self._line.append(text)

    def _pre_text(self, text: str) -> None:
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self._line.append(first)
        for line in rest:
            self._end_line()
            self._line.append(line)

    def open(self, name: str, raw: str) -> None:
        """An opening tag; `raw` is what stands between its name and ">"."""
        if name == "br":
            self._end_line()
        elif name == "hr":
            self._rule()
        elif name == "img":
            self._picture(raw)
        elif name not in _VOID:
            self._open_element(name, raw)

    def _open_element(self, name: str, raw: str) -> None:
        values = attributes(raw) if raw else {}
        item = _Open(name, hides=_hides(raw, values))
        item.quotes = name == "blockquote" and not _INDENT_ONLY.search(values.get("style", ""))
        self._start_block(name)
        if len(self._stack) >= _DEEPEST_STACK:
            return
        self._stack.append(item)
        self._open_names[name] = self._open_names.get(name, 0) + 1
        self._quotes += item.quotes
        self._hiding += item.hides
        self._pre += name == "pre"
        if name == "li":
            self._bullet()
        elif name == "a":
            item.link = values.get("href", "").strip()
            item.link_at = len(self._line)

    def _start_block(self, name: str) -> None:
        if name in ("p", "li", "tr", "td", "th"):
            self._close_implied(name)
        if name in ("td", "th"):
            self._cell()
        elif name in _PARAGRAPHS and not (name in ("ul", "ol") and self._open_names.get("li")):
            self._blank_line()
        elif name in _BLOCKS:
            self._fresh_line()

    def _close_implied(self, name: str) -> None:
        """An element that cannot hold its own kind ends the one before."""
        if self._stack and self._stack[-1].name == name:
            self.close(name)

    def close(self, name: str) -> None:
        """A closing tag; whatever is still open inside is closed with it."""
        if name == "p" and not self._open_names.get("p"):
            return
        if not self._open_names.get(name):
            return
        while self._stack:
            item = self._stack.pop()
            self._leave(item)
            if item.name == name:
                return

    def _leave(self, item: _Open) -> None:
        if item.name == "a":
            self._link_target(item)
        if item.name in _PARAGRAPHS and not (
            item.name in ("ul", "ol") and self._open_names.get("li")
        ):
            self._blank_line()
        elif item.name in _BLOCKS:
            self._fresh_line()
        self._open_names[item.name] -= 1
        self._quotes -= item.quotes
        self._hiding -= item.hides
        self._pre -= item.name == "pre"

    def _link_target(self, item: _Open) -> None:
        """Where a link leads is told where its words do not say it."""
        shown = "".join(self._line[item.link_at :]).strip()
        url = entities.unescape(item.link)
        web = url.lower().startswith(("http://", "https://")) and len(url) <= 300
        if shown and web and not self._hiding and "." not in shown and not _SPACE.search(url):
            self._line.append(f" <{url}>")

    def _bullet(self) -> None:
        listed = self._open_names.get("ul") or self._open_names.get("ol")
        near = self._stack[-40:] if listed else []
        lists = [item for item in near if item.name in ("ul", "ol")]
        mark = "- "
        if lists and lists[-1].name == "ol":
            lists[-1].counter += 1
            mark = f"{lists[-1].counter}. "
        self._fresh_line()
        self._line.append("  " * min(max(len(lists) - 1, 0), 8) + mark)
        self._space = False

    def _cell(self) -> None:
        if any(piece.strip() for piece in self._line):
            self._line.append("  ")
        self._space = False

    def _rule(self) -> None:
        self._fresh_line()
        self._line.append("_" * 32)
        self._end_line()

    def _picture(self, raw: str) -> None:
        alt = _SPACE.sub(" ", attributes(raw).get("alt", "")).strip()
        if alt and not self._hiding:
            is_emoji = len(alt) <= 4 and not alt.isascii()
            self._put(alt if is_emoji else f"[{alt[:300]}]")
        elif alt:
            self._hidden.append(alt)

    def _end_line(self) -> None:
        text = "".join(self._line).replace("\xa0", " ").rstrip()
        depth = min(self._quotes, _DEEPEST_QUOTE)
        if self._gap and self._lines and self._lines[-1].strip("> "):
            self._lines.append(("> " * min(depth, self._depth)).rstrip())
        self._gap = False
        self._lines.append(("> " * depth + text).rstrip())
        self._depth = depth
        self._line = []
        self._space = False

    def _fresh_line(self) -> None:
        if any(piece.strip(" ") for piece in self._line):
            self._end_line()
        else:
            self._line = []
            self._space = False

    def _blank_line(self) -> None:
        self._fresh_line()
        self._gap = True

    def result(self) -> str:
        """All lines; what was hidden comes last, as a quote, so that it is folded away."""
        self._fresh_line()
        text = _BLANKS.sub("\n\n", "\n".join(self._lines)).strip("\n")
        hidden = _SPACE.sub(" ", _UNSEEN.sub("", " ".join(self._hidden))).strip()
        return f"{text}\n\n> {hidden}".strip("\n") if hidden else text


def attributes(raw: str) -> dict[str, str]:
    """The values of a tag, names in lower case, entities resolved; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw[:6_000]):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), entities.unescape(value))
    return found


def _hides(raw: str, values: dict[str, str]) -> bool:
    if "style" in values and _HIDING.search(values["style"].lower()):
        return True
    return (
        "hidden" in raw
        and bool(_HIDDEN_WORD.search(raw))
        and "hidden"
        not in "".join(values.get(name, "") for name in ("class", "id", "style", "title"))
    )
