"""The oracle of every vendor row: nothing of the buyer in anything that a vendor can get.

Knows nothing of how the desk hides things, on purpose: it searches bytes. `found_everywhere` walks
every GET address as agent and supervisor, the mails that left and the log; `found_in` looks at any
other bytes (an API answer, an export). A test asserts that the list is empty.
"""

import base64
import hashlib
import html
import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from itertools import product
from urllib.parse import unquote

from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import Agent, Vendor
from app.extensions import db
from app.tickets.models import Message, Ticket
from app.translation.models import Draft
from tests.browser import Browser
from tests.factories import KIM, Cast
from tests.fakes import MemorySmtp

SEPARATORS = re.compile(r"[\s.\-/()\u00a0\u2010-\u2015·_]+")
INVISIBLE = {"Cf", "Mn", "Me"}
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
TAG = re.compile(r"<[^<>]{0,2000}>")
QUERIES = ("?view=all", "?q=order")
OF_TICKETS = ("?view=all&q=order", "?sort=order", "?view=all&lang=fr")
LISTS = {"queue.show", "search.show"}
WHERE_WORDS_STAND = ("/tickets", "/search", "/deadlines")


@dataclass(frozen=True)
class Marks:
    """What tells who a buyer is. `words` are searched as they stand: a colleague, an IP, a host."""

    address: str = KIM
    phones: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One thing that a vendor could read, and where. The value itself is left out of `repr`."""

    where: str
    kind: str


def found_in(where: str, content: bytes | str, marks: Marks) -> list[Found]:
    """Every form of `marks` in some bytes, however they are dressed."""
    raw = content.encode() if isinstance(content, str) else content
    views = list(_views(raw))
    found = [
        kind
        for kind, needle in _needles(marks)
        if any(needle in view for view in views) or needle in views[0].casefold()
    ]
    digits = [SEPARATORS.sub("", view) for view in views]
    for phone in marks.phones:
        core = re.sub(r"\D", "", phone).lstrip("0")[-9:]
        if len(core) >= 7 and any(core in view for view in digits):
            found.append("phone")
    return [Found(where, kind) for kind in dict.fromkeys(found)]


def _views(raw: bytes) -> Iterator[str]:
    """The bytes as text, as a reader and as a decoder sees them."""
    text = raw.decode("utf-8", "replace")
    shown = html.unescape(html.unescape(text))
    yield text
    yield text.casefold()
    for view in (shown, TAG.sub("", shown), unquote(unquote(shown))):
        yield _plain(view).casefold()
    if b"\0" in raw:  # what we look for is ASCII, of which UTF-16 makes every second byte a nought
        yield raw.decode("utf-16-le", "replace").casefold()
        yield raw.decode("utf-16-be", "replace").casefold()


def _plain(text: str) -> str:
    return NOT_ASCII.sub(_seen, unicodedata.normalize("NFKC", text))


def _seen(sign: re.Match[str]) -> str:
    return "" if unicodedata.category(sign[0]) in INVISIBLE else sign[0]


def _needles(marks: Marks) -> Iterator[tuple[str, str]]:
    address = marks.address.casefold()
    local = address.partition("@")[0]
    yield "address", address
    yield "address", address.replace("@", "%40")
    yield "address", address.replace("@", " at ")
    if len(local) >= 5:
        yield "local part", local
    for spelling in {marks.address, address, address.upper()}:
        data = spelling.encode()
        for make in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            yield "hash", make(data).hexdigest()
        yield "hex", data.hex()
        yield from (("base64", core) for core in _base64_cores(data))
    yield from (("word", word.casefold()) for word in marks.words)


def _base64_cores(data: bytes) -> Iterator[str]:
    """What base64 makes of the bytes, wherever they stand: without the borders."""
    for shift in range(3):
        whole = base64.b64encode(b"x" * shift + data + b"xx").decode()
        yield whole[(shift * 8 + 5) // 6 : ((shift + len(data)) * 8) // 6]


# --- what a vendor can get -----------------------------------------------------------------


def found_everywhere(
    desk: Flask, cast: Cast, marks: Marks, *, log: str = "", people: Iterable[Agent] = (),
    under: tuple[str, ...] = ("/",),
) -> list[Found]:  # fmt: skip
    """Pages of all vendors' people that stand `under` these, the mails that left, the log."""
    vendors = tuple(people) or (cast.ana, cast.bo, cast.lea, cast.omar)
    walk = [address for address in addresses(desk) if address.startswith(under)]
    found = [leak for agent in vendors for leak in found_in_pages(desk, agent, marks, walk)]
    transport = desk.extensions["transport"]
    if isinstance(transport, MemorySmtp):
        found += found_in_mails(transport, marks)
    return found + found_in("log", log, marks)


def found_in_pages(desk: Flask, agent: Agent, marks: Marks, walk: Iterable[str]) -> list[Found]:
    """What `walk` brings, as pages and as fragments."""
    browser = Browser(desk, desk.response_class, use_cookies=True).be(agent)
    found: list[Found] = []
    for address in walk:
        for ask in (browser.get, browser.fragment):
            answer = ask(address)
            head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
            found += found_in(f"{agent.name}: {address}", answer.data + head.encode(), marks)
    return found


def addresses(desk: Flask) -> list[str]:
    """Every GET address of the desk, its places filled with the rows that there are."""
    known = _known_values()
    found = []
    for rule in desk.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            found += _filled(desk, rule, known)
    return sorted(set(found))


def _filled(desk: Flask, rule: Rule, known: dict[str, list[object]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    adapter = desk.url_map.bind("localhost")
    for values in product(*(known.get(name, [1]) for name in names)):
        path = adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
        yield path
        if not names and _reads_queries(desk, rule.endpoint):
            queries = QUERIES + OF_TICKETS if rule.endpoint in LISTS else QUERIES
            yield from (path + query for query in queries)


def _reads_queries(desk: Flask, endpoint: str) -> bool:
    """Whether anything in the view's module looks at what stands behind the question mark."""
    module = inspect.getmodule(inspect.unwrap(desk.view_functions[endpoint]))
    return module is None or "request.args" in inspect.getsource(module)


def _known_values() -> dict[str, list[object]]:
    tables = db.metadata.tables
    known: dict[str, list[object]] = {
        "ticket_id": list(db.session.scalars(db.select(Ticket.id))),
        "message_id": list(db.session.scalars(db.select(Message.id))),
        "draft_id": list(db.session.scalars(db.select(Draft.id))),
        "agent_id": list(db.session.scalars(db.select(Agent.id).order_by(Agent.id).limit(1))),
        "slug": list(db.session.scalars(db.select(Vendor.slug).order_by(Vendor.id).limit(1))),
        "intent": ["order_status"],
        "measure": ["answer"],
        "stored_id": list(db.session.scalars(db.select(tables["stored_mail"].c.id))),
    }
    if "attachment" in tables:
        keys = db.session.scalars(db.select(tables["attachment"].c.key)).all()
        known["key"] = [key for key in keys if key] or ["x"]
    return {name: values or [1] for name, values in known.items()}


def found_in_mails(post: MemorySmtp, marks: Marks) -> list[Found]:
    """What left, without the one header that names whom it goes to."""
    found = []
    for number, sent in enumerate(post.sent):
        mail = message_from_bytes(sent.content, policy=policy.default)
        del mail["To"]
        bodies = [part.get_payload(decode=True) or b"" for part in mail.walk()]
        whole = b"\n".join([mail.as_bytes(), sent.sender.encode(), *bodies])  # type: ignore[list-item]
        found += found_in(f"mail {number}", whole, marks)
    return found
