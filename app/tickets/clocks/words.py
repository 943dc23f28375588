"""How the desk says what happened to a clock, and why it refused to touch one."""

from app.tickets.clocks.promises import SilenceReason
from app.tickets.models import TicketEvent
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
        "linked": gettext("Linked with another ticket"),
    }


HANDED = frozenset({"merged", "merged_away", "split", "split_off", "linked"})


def handed(event: TicketEvent) -> str:
    """A history's line that names another ticket."""
    number = event.data.get("source", event.data.get("to"))
    return f"{events()[event.kind]}: #{number}"


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
        "A ticket cannot be merged into itself.": gettext("A ticket cannot be merged into itself."),
        "Only tickets of the same buyer are merged.": gettext(
            "Only tickets of the same buyer are merged."
        ),
        "This ticket was merged already.": gettext("This ticket was merged already."),
        "An answer of this ticket is still on its way. Try again when it has left.": gettext(
            "An answer of this ticket is still on its way. Try again when it has left."
        ),
        "Only messages that wait for an answer can be split off.": gettext(
            "Only messages that wait for an answer can be split off."
        ),
        "One message of the buyer must stay in the ticket.": gettext(
            "One message of the buyer must stay in the ticket."
        ),
        "Only the operator moves a ticket to another vendor.": gettext(
            "Only the operator moves a ticket to another vendor."
        ),
        "The ticket is this vendor’s already.": gettext("The ticket is this vendor’s already."),
        "This buyer’s data was erased.": gettext("This buyer’s data was erased."),
        "A ticket cannot be linked with itself.": gettext("A ticket cannot be linked with itself."),
        "There is no such ticket on your desk.": gettext("There is no such ticket on your desk."),
        "Choose the vendor.": gettext("Choose the vendor."),
        "The date of the next news is more than a year away.": gettext(
            "The date of the next news is more than a year away."
        ),
    }
