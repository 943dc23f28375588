"""How the desk says what was put on a ticket besides answers: tags, snoozes, blocks."""

from app.web.i18n import gettext


def events() -> dict[str, str]:
    """The history's lines."""
    return {
        "tagged": gettext("Put a tag on it"),
        "untagged": gettext("Took a tag off"),
        "snoozed": gettext("Put it aside for a while"),
        "woken": gettext("Took it up again"),
        "blocked": gettext("Blocked this buyer’s mails"),
        "unblocked": gettext("Let this buyer’s mails in again"),
        "spam": gettext("Called it spam and closed it"),
        "told_operator": gettext("Wrote to the operator"),
        "told_vendor": gettext("Wrote to the vendor"),
    }


def rules() -> dict[str, str]:
    """What the rules refuse, by the English sentence."""
    return {
        "Put it aside until a time that is still to come.": gettext(
            "Put it aside until a time that is still to come."
        ),
        "A ticket is never put aside beyond its deadline.": gettext(
            "A ticket is never put aside beyond its deadline."
        ),
        "A tag needs a word.": gettext("A tag needs a word."),
        "This macro is gone.": gettext("This macro is gone."),
        "Something changed since you looked at it.": gettext(
            "Something changed since you looked at it."
        ),
    }
