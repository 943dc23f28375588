"""Slots: how they are written, and how they are filled so that the sentence agrees.

Knows the notation of `phrasebook/STYLE.md`. It must never guess a value: what is missing is
either an error or stays visible as the slot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.phrasebook.grammar import GENDERS, ending_index, refuse_unknown, with_article
from app.phrasebook.model import Item, SlotError
from app.phrasebook.vocabulary import SLOTS

SLOT = re.compile(r"\{([^{}]*)\}")
_ITEM = re.compile(r"[iI]tem(?::([A-Za-z]+))?(?:\.([a-z]+))?")


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as it was written: `{item:The.acc}` is name item, form the, case acc, capital."""

    name: str
    form: str = ""
    case: str = ""
    endings: tuple[str, ...] = ()
    capital: bool = False


def parse_slot(inner: str) -> Slot:
    """Read what stands between the braces. Raises `SlotError` in a sentence."""
    if inner in SLOTS:
        return Slot(inner)
    if inner.startswith("item?"):
        return Slot("item", endings=tuple(inner.removeprefix("item?").split("|")))
    match = _ITEM.fullmatch(inner)
    if match is None:
        raise SlotError(f"“{{{inner}}}” is no slot. There are: {', '.join(SLOTS)}.")
    form = match[1] or ""
    capital = form[:1].isupper() or inner[0] == "I"
    return Slot("item", form=form.lower(), case=match[2] or "", capital=capital)


def check_slot(slot: Slot, lang: str) -> None:
    """Raise `SlotError` if `lang` cannot fill this slot."""
    if slot.name != "item":
        return
    refuse_unknown(lang, form=slot.form, case=slot.case)
    if slot.endings:
        ending_index(GENDERS[lang][0], lang, len(slot.endings))


def slots_of(text: str, lang: str) -> frozenset[str]:
    """The names of the slots in `text`. Raises `SlotError` for the first one written wrongly."""
    names = set()
    for match in SLOT.finditer(text):
        slot = parse_slot(match[1])
        check_slot(slot, lang)
        names.add(slot.name)
    if "{" in SLOT.sub("", text) or "}" in SLOT.sub("", text):
        raise SlotError("A brace is open or closed without its other half.")
    return frozenset(names)


def _fill_item(slot: Slot, lang: str, item: Item) -> str:
    noun = item.nouns[lang]
    if slot.endings:
        return slot.endings[ending_index(noun.gender, lang, len(slot.endings))]
    words = with_article(noun, lang, form=slot.form, case=slot.case)
    return words[:1].upper() + words[1:] if slot.capital else words


def render(
    text: str,
    lang: str,
    *,
    values: Mapping[str, str],
    items: Mapping[str, Item] | None = None,
    keep_missing: bool = False,
) -> str:
    """`text` with its slots filled.

    `values` maps slot names to finished strings in `lang`; `values["item"]` is an item's id in
    `items`. A slot without a value raises `SlotError`, or stays as written if `keep_missing`.
    """

    def fill(match: re.Match[str]) -> str:
        slot = parse_slot(match[1])
        if slot.name not in values:
            if keep_missing:
                return match[0]
            raise SlotError(f"There is no value for {{{slot.name}}}.")
        if slot.name != "item":
            return values[slot.name]
        check_slot(slot, lang)
        item = (items or {}).get(values["item"])
        if item is None:
            raise SlotError(f"The item “{values['item']}” is not in items.yaml.")
        return _fill_item(slot, lang, item)

    return SLOT.sub(fill, text)
