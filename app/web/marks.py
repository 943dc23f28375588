"""Words of people, made safe to show. Everything is escaped first; only pills are added."""

import re

from markupsafe import Markup, escape

from app.web.i18n import gettext

# What privacy puts in place of contact data, and the masked addresses of the relay.
HIDDEN = re.compile(r"\[([a-z ]{1,40} hidden)\]")


def hidden_words(kind: str) -> str:
    """What was hidden, in the interface's language."""
    names = {
        "email address hidden": gettext("email address hidden"),
        "phone number hidden": gettext("phone number hidden"),
        "contact name hidden": gettext("contact name hidden"),
        "link hidden": gettext("link hidden"),
        "bank account hidden": gettext("bank account hidden"),
        "card number hidden": gettext("card number hidden"),
        "personal detail hidden": gettext("personal detail hidden"),
    }
    return names.get(kind, kind)


def with_pills(text: str) -> Markup:
    """`text`, escaped, each "[phone number hidden]" drawn as a pill."""
    pieces: list[Markup] = []
    seen = 0
    for found in HIDDEN.finditer(text):
        pieces.append(escape(text[seen : found.start()]))
        pill = Markup('<span class="pill-hidden">{}</span>').format(hidden_words(found[1]))
        pieces.append(pill)
        seen = found.end()
    pieces.append(escape(text[seen:]))
    return Markup("").join(pieces)
