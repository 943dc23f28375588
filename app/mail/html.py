"""HTML of mails: to plain text, and to a page that is safe to show.

The text is made in one linear pass over at most 500,000 letters, without a tree, because trees of
hostile mails cost minutes. Words in neighbouring spans stay joined: a space between them would
hide an address from redaction. Never fetches anything.
"""

import html as entities
import re
from collections.abc import Iterator
from typing import NamedTuple

import nh3

from app.mail.html_text import TextBuilder, names

LIMIT = 500_000
# The cleaner takes quadratic time on nested elements; no mail program nests deeper.
MAX_NESTING = 400
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_CLOSES_ITSELF = names(
    "p li td th tr dd dt option br img hr input meta link col area base wbr tbody thead"
)
# Nearly all tags of a mail; the others take the slow way, which knows every trick.
_SIMPLE = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)((?:[^<>\"']{0,300}|[^<>\"']{1,60}\"[^<>\"]{0,300}\"\s?))>"
)
_OPENS = re.compile(r"<(?=[a-zA-Z/!?])")
_NEXT_MARK = re.compile(r"[>\"']")
_SKIPPED = names("script style title head noscript template svg math object")
_ALLOWED_TAGS = names(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre q s small"
    " span strong sub sup table tbody td tfoot th thead tr u ul"
)


class Token(NamedTuple):
    """A run of text, or a tag: `name` is empty for text, `closing` marks `</name>`."""

    text: str
    name: str = ""
    closing: bool = False


def to_text(html: str) -> str:
    """The page as the reader sees it: blocks as lines, quotes as "> ", hidden words last."""
    builder = TextBuilder()
    skipping = ""
    for token in tokens(html[:LIMIT]):
        if skipping:
            if (token.closing and token.name == skipping) or token.name == "body":
                skipping = ""
        elif not token.name:
            builder.text(entities.unescape(token.text))
        elif token.closing:
            builder.close(token.name)
        elif token.name in _SKIPPED:
            skipping = token.name
        else:
            builder.open(token.name, token.text)
    return builder.result()


def tokens(html: str) -> Iterator[Token]:
    """Text and tags, in linear time; what never ends (a tag, a comment) is dropped to the end."""
    at = 0
    while at < len(html):
        mark = _OPENS.search(html, at)
        if mark is None:
            yield Token(html[at:])
            return
        start = mark.start()
        if start > at:
            yield Token(html[at:start])
        at, token = _token(html, start)
        if token:
            yield token


def _token(html: str, start: int) -> tuple[int, Token | None]:
    """The token at the "<" of `start`, and where the next one begins."""
    simple = _SIMPLE.match(html, start)
    if simple:
        return simple.end(), Token(simple[3], simple[2].lower(), bool(simple[1]))
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return (len(html), None) if end < 0 else (end + 3, None)
    if html[start + 1 : start + 2] in ("!", "?"):
        end = html.find(">", start)
        return (len(html), None) if end < 0 else (end + 1, None)
    tag = _TAG.match(html, start)
    if tag is None:
        return start + 1, Token("<")
    end = _tag_end(html, tag.end())
    name = tag[2].lower()
    return end + 1, Token(html[tag.end() : end], name, bool(tag[1]))


def _tag_end(html: str, at: int) -> int:
    """The ">" that ends a tag, past quoted values; the end of the page where there is none."""
    while True:
        mark = _NEXT_MARK.search(html, at)
        if mark is None:
            return len(html)
        if mark[0] == ">":
            return mark.start()
        # A stray quote: only one after "=" opens a value.
        opens = html[max(0, mark.start() - 3) : mark.start()].rstrip().endswith("=")
        closing = html.find(mark[0], mark.end(), mark.end() + 5_000) if opens else -1
        at = mark.end() if closing < 0 else closing + 1


def clean(html: str) -> str:
    """The page without anything remote, styled or active: no pictures, scripts, styles, forms.

    Pages nested deeper than any mail program nests come back as plain text.
    """
    html = html[:LIMIT]
    if nesting(html) > MAX_NESTING:
        return f"<pre>{entities.escape(to_text(html))}</pre>"
    return nh3.clean(
        html,
        tags=set(_ALLOWED_TAGS),
        clean_content_tags=set(_SKIPPED - {"head"}) | {"style", "script"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )


def nesting(html: str) -> int:
    """How deep the page nests, elements that close themselves not counted; not counted further
    than what is too deep."""
    open_now: dict[str, int] = {}
    depth = deepest = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _CLOSES_ITSELF:
            continue
        if not match[1]:
            open_now[name] = open_now.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_NESTING:
                break
        elif open_now.get(name):
            open_now[name] -= 1
            depth -= 1
    return deepest
