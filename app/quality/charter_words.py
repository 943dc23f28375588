"""How the checklist is said in the interface's language. Decides nothing."""

from app.quality.charter_rules import Item, Need
from app.tickets.present import contact_words
from app.web.i18n import gettext, language_name


def need_words(need: Need) -> str:
    """What must be there."""
    match need:
        case Need.CARD:
            return gettext("The contact card is complete")
        case Need.CHARTER:
            return gettext("The charter is accepted")
        case Need.PEOPLE:
            return gettext("At least one supervisor answers for the shop")
        case Need.TRAINED:
            return gettext("Everybody was trained")
        case Need.LANGUAGES:
            return gettext("Every language of the desk is read or translated")
        case Need.TEST:
            return gettext("A test ticket was answered in time")


def open_words(item: Item) -> str:
    """What is still missing, by name."""
    match item.need:
        case Need.CARD:
            return contact_words(list(item.open))
        case Need.LANGUAGES:
            return ", ".join(language_name(lang) for lang in item.open)
        case _:
            return ", ".join(item.open)


def refusal_words(error: Exception) -> str:
    """Why something cannot be done, in the reader's language; rules know English."""
    return {
        "This vendor is live already.": gettext("This vendor is live already."),
        "Something on the list is still open.": gettext("Something on the list is still open."),
    }.get(str(error), str(error))
