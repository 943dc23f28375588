"""How the desk says what happened to a clock, and why it refused to touch one."""

from app.tickets.promises import SilenceReason
from app.web.i18n import gettext


def silence_names() -> dict[SilenceReason, str]:
    """Why a message needs no reply, as the form offers it."""
    return {
        SilenceReason.THANKS: gettext("The buyer only says thank you"),
        SilenceReason.SOLVED: gettext("The buyer says that it is solved"),
        SilenceReason.DUPLICATE: gettext("The same message came before"),
        SilenceReason.ELSEWHERE: gettext("It was answered elsewhere"),
        SilenceReason.MACHINE: gettext("A machine wrote it"),
        SilenceReason.UNWANTED: gettext("It is advertising or abuse"),
    }


def events() -> dict[str, str]:
    """The history's lines about clocks."""
    return {
        "wrote": gettext("The buyer wrote again"),
        "undone": gettext("Took an answer back before it left"),
        "acknowledged": gettext("Told the buyer who looks after it"),
        "promise_withdrawn": gettext("The promise never reached the buyer"),
        "silenced": gettext("Said that no reply is needed"),
        "silence_overruled": gettext("Said that a reply is needed after all, the clock runs on"),
        "merged": gettext("Another ticket of the buyer was merged into this one"),
        "merged_away": gettext("Merged into another ticket of the buyer"),
        "split": gettext("Messages were split off into a ticket of their own"),
        "split_off": gettext("Split off from another ticket of the buyer"),
        "moved": gettext("Moved to another vendor"),
    }


def rules() -> dict[str, str]:
    """What the clock's rules refuse, by the English sentence."""
    return {
        "Nobody waits for an answer here.": gettext("Nobody waits for an answer here."),
        "Only the person who sent an answer can take it back.": gettext(
            "Only the person who sent an answer can take it back."
        ),
        "This answer has left already.": gettext("This answer has left already."),
        "The buyer was promised news. Send it before you close the ticket.": gettext(
            "The buyer was promised news. Send it before you close the ticket."
        ),
        "The date of the next news is more than a year away.": gettext(
            "The date of the next news is more than a year away."
        ),
    }
