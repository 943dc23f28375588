"""Ways around the marketplace in a text that is about to leave: a vendor's own mail address, link,
telephone. Pure.

The same detectors that hide a buyer's details look at an agent's words. What is plainly a contact
(an address with its @, a link, a messenger's name) does not leave; what only may be one (an
address spelled out, digits that look like a telephone) leaves when the agent says so, and the
ticket's history keeps that. What the vendor has published is no secret and passes.
"""

from dataclasses import dataclass

from app.privacy.redact import find_contacts

PLAIN = frozenset({"url", "handle", "iban", "card"})


@dataclass(frozen=True)
class Contact:
    """One thing found: its kind, as it stands in the text, and whether it is beyond doubt."""

    kind: str
    text: str
    certain: bool


def contacts_in(text: str, *, lang: str, exempt: frozenset[str]) -> list[Contact]:
    """What of a text would let the buyer be reached, or paid, outside the marketplace."""
    found = find_contacts(text, lang=lang, exempt=exempt)
    pieces = [(span.kind, text[span.start : span.end]) for span in found]
    return [Contact(kind, piece, certain=kind in PLAIN or "@" in piece) for kind, piece in pieces]
