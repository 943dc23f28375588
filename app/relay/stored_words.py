"""How the stored-mail page says what became of a mail. Sentences only; loads and writes nothing."""

from app.relay.acting import SAME_ID
from app.relay.audit import Deed
from app.relay.models import MailState
from app.tickets.present import Sign
from app.web.i18n import gettext


def state_sign(state: str) -> Sign:
    """A mail's state as a chip."""
    signs = {
        MailState.WAITING: Sign(gettext("Waits to be read"), "hourglass", "calm"),
        MailState.WORKING: Sign(gettext("Is being read"), "clock", "calm"),
        MailState.DONE: Sign(gettext("Done"), "check", "good"),
        MailState.IGNORED: Sign(gettext("Noted, without effect"), "eye-off", "calm"),
        MailState.HELD: Sign(gettext("Held"), "pause", "soon"),
        MailState.EXPIRED: Sign(gettext("Held too long, let go"), "cross", "late"),
        MailState.FAILED: Sign(gettext("Could not be read"), "alert", "late"),
    }
    return signs.get(MailState(state), Sign(state, "question", "calm"))


def reason_words(reason: str) -> str:
    """Why, as a sentence. A reason that has none yet is shown as the code that it is."""
    code, _, detail = reason.partition(":")
    if detail == SAME_ID:
        detail = gettext("another mail came under the same Message-ID")
    sentence = _sentences().get(code)
    if sentence is None:
        return gettext("Reason: %(code)s", code=reason) if reason else ""
    return f"{sentence} ({detail})" if detail else sentence


def _sentences() -> dict[str, str]:
    return {
        "buyer": gettext("The buyer’s own words: they are in the ticket."),
        "api": gettext("Came through the marketplace’s form, not by mail."),
        "postmaster": gettext("Written to postmaster or abuse: a person must read it."),
        "delivery_report": gettext("A delivery report: the answer’s state was updated."),
        "bounced": gettext("The buyer’s server refused an answer: the clock went back."),
        "bounced_before": gettext("A further report on an answer that had come back already."),
        "delayed": gettext("The buyer’s server delays an answer; nothing changed."),
        "not_a_report": gettext("Came to a return path and is no delivery report."),
        "stray_report": gettext("A delivery report on nothing that this desk sent."),
        "blocked": gettext("From a buyer whom the vendor blocked; it can be read again."),
        "loop": gettext("One of the desk’s own mails came back."),
        "automatic": gettext("Written by a machine, an out-of-office answer for instance."),
        "null_sender": gettext("Sent without a return address, as machines do."),
        "no_single_sender": gettext("Names no sender, or more than one."),
        "encrypted": gettext("Encrypted: nobody here can read it. The buyer was told."),
        "partial": gettext("A piece of a mail, or a pointer to one."),
        "other_sender": gettext("Came from another address than the buyer’s. The buyer is asked."),
        "unproven_sender": gettext(
            "Says that it is from the buyer and cannot prove it. The buyer is asked."
        ),
        "answer": gettext("The buyer’s answer to a question of the desk."),
        "rated": gettext("A number, as the answer to how satisfied the buyer was: it is counted."),
        "answer_of": gettext("An answer to a question of the desk, and not from the buyer."),
        "unreadable": gettext("No mail program would have made it: it could not be read."),
        "erased": gettext("Erased before it was read."),
        "released": gettext("Released: it is in the ticket."),
        "confirmed": gettext("The buyer confirmed it: it is in the ticket."),
        "denied": gettext("The buyer said no to a question: the mail was let go."),
        "discarded": gettext("The buyer did not write it: it was let go."),
        "expired": gettext("Nobody confirmed it in time."),
    }


def refusal_words(error: Exception) -> str:
    """Why something cannot be done with a mail, in the reader's language; rules know English."""
    return _refusals().get(str(error), str(error))


def _refusals() -> dict[str, str]:
    return {
        "The list is searched by mask only, never by a person’s address.": gettext(
            "The list is searched by mask only, never by a person’s address."
        ),
        "This is no mask: a mask has 23 letters and digits before its @.": gettext(
            "This is no mask: a mask has 23 letters and digits before its @."
        ),
        "Only a mail that failed, was ignored or is held can be read again.": gettext(
            "Only a mail that failed, was ignored or is held can be read again."
        ),
        "The mail itself is not kept any more, so it cannot be read again.": gettext(
            "The mail itself is not kept any more, so it cannot be read again."
        ),
        "Only a mail that is held can be released.": gettext(
            "Only a mail that is held can be released."
        ),
        "The mail itself is not kept any more, so it cannot be released.": gettext(
            "The mail itself is not kept any more, so it cannot be released."
        ),
        "The worker reads this mail at this moment; try again in a minute.": gettext(
            "The worker reads this mail at this moment; try again in a minute."
        ),
        "This mail came to no open mask.": gettext("This mail came to no open mask."),
        "This mail came to no revoked mask.": gettext("This mail came to no revoked mask."),
        "Nothing is paused in this conversation.": gettext(
            "Nothing is paused in this conversation."
        ),
        "This mail names no sender, so nobody could be answered.": gettext(
            "This mail names no sender, so nobody could be answered."
        ),
        "This mail cannot be read, so it cannot be passed on.": gettext(
            "This mail cannot be read, so it cannot be passed on."
        ),
        "This mail came to no conversation, so it stays here.": gettext(
            "This mail came to no conversation, so it stays here."
        ),
        "This mail is not held any more.": gettext("This mail is not held any more."),
    }


def deed_words(deed: str) -> str:
    """One line of a mail's history."""
    return {
        Deed.READ_SOURCE: gettext("Read the source"),
        Deed.REPLAYED: gettext("Had it read again"),
        Deed.RELEASED: gettext("Released it into the ticket"),
        Deed.ERASED: gettext("Erased the mail"),
        Deed.REVOKED: gettext("Revoked the mask"),
        Deed.REOPENED: gettext("Opened the mask again"),
        Deed.UNPAUSED: gettext("Had answers leave again"),
    }.get(Deed(deed), deed)


def address_words(kind: str) -> str:
    """To what kind of address a mail came."""
    return {
        "mask": gettext("a buyer’s mask"),
        "door": gettext("the vendor’s door"),
        "way_back": gettext("a return path"),
        "question": gettext("a question’s address"),
        "postmaster": gettext("postmaster or abuse"),
        "api": gettext("the REST door"),
    }.get(kind, kind)
