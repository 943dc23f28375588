"""What a request to the REST door says, checked field by field. Pure.

Every refusal is a sentence that names the field and never repeats its value: answers are logged by
other people's programs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.privacy.addresses import AddressError, normalise

LONGEST_TEXT = 20_000
MOST_NUMBERS = 30
FIELDS = frozenset(
    {"vendor", "order", "buyer", "locale", "text", "subject", "numbers", "carrier", "product"}
)


class BadRequest(ValueError):
    """The request cannot be carried out as it stands. Its text is for whoever sent it."""


@dataclass(frozen=True)
class Wanted:
    """A conversation that the marketplace asks for. `buyer` is the address in one spelling."""

    vendor: str
    order: str
    buyer: str
    locale: str
    text: str
    subject: str = ""
    numbers: tuple[str, ...] = ()
    carrier: str | None = None
    product: str | None = None


def read_conversation(body: Any, *, relay_domain: str) -> Wanted:
    """The fields of a JSON body. Raises BadRequest for the first that cannot be used."""
    asked = _object(body, FIELDS)
    return Wanted(
        vendor=_line(asked, "vendor", most=40),
        order=_line(asked, "order", most=60),
        buyer=_address(asked, "buyer", relay_domain),
        locale=_locale(asked),
        text=_text(asked),
        subject=_line(asked, "subject", most=200) if asked.get("subject") else "",
        numbers=_numbers(asked.get("numbers", [])),
        carrier=_name(asked, "carrier", most=40),
        product=_name(asked, "product", most=80),
    )


def read_addresses(body: Any, *names: str, relay_domain: str) -> tuple[str, ...]:
    """A JSON body of mail addresses alone, in the order of `names`. Raises BadRequest."""
    asked = _object(body, frozenset(names))
    return tuple(_address(asked, name, relay_domain) for name in names)


def _object(body: Any, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise BadRequest("The body must be a JSON object.")
    if unknown := set(body) - known:
        # Only how many: a name that somebody made up may be a value.
        raise BadRequest(
            f"The body has {len(unknown)} unknown fields; these are known: "
            f"{', '.join(sorted(known))}."
        )
    return body


def _string(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(f"“{name}” must be a string that is not empty.")
    return value.strip()


def _line(asked: Mapping[str, Any], name: str, *, most: int) -> str:
    value = _string(asked, name)
    if len(value) > most or not value.isprintable():
        raise BadRequest(f"“{name}” must be one line of at most {most} characters.")
    return value


def _name(asked: Mapping[str, Any], name: str, *, most: int) -> str | None:
    """What something is called, None where it is not said. Vendors read it, so that it holds no
    address."""
    value = _line(asked, name, most=most) if asked.get(name) else None
    if value and "@" in value:
        raise BadRequest(f"“{name}” must not hold an address.")
    return value


def _numbers(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > MOST_NUMBERS:
        raise BadRequest(f"“numbers” must be a list of at most {MOST_NUMBERS} strings.")
    return tuple(_line({"numbers": one}, "numbers", most=60) for one in given)


def _text(asked: Mapping[str, Any]) -> str:
    text = _string(asked, "text").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        raise BadRequest(f"“text” must have at most {LONGEST_TEXT} characters.")
    if "\x00" in text or not _is_whole(text):
        raise BadRequest("“text” has signs that are no text.")
    return text


def _is_whole(text: str) -> bool:
    """False for half of a surrogate pair, which no database takes."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _address(asked: Mapping[str, Any], name: str, relay_domain: str) -> str:
    try:
        address = normalise(_string(asked, name))
    except AddressError as fault:
        raise BadRequest(f"“{name}” cannot be used. {fault}") from None
    if address.rpartition("@")[2] == relay_domain:
        raise BadRequest(f"“{name}” is one of the desk's own addresses; give the buyer's real one.")
    return address


def _locale(asked: Mapping[str, Any]) -> str:
    tag = _line(asked, "locale", most=20).replace("_", "-").lower()
    lang = tag.partition("-")[0]
    if not (lang.isascii() and lang.isalpha() and 2 <= len(lang) <= 3):
        raise BadRequest("“locale” must be a language tag such as fr or fr-CH.")
    return lang
