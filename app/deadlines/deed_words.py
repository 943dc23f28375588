"""What became of a deed, in sentences. Reads and writes nothing."""

from app.deadlines.deeds import Done
from app.tickets import present
from app.tickets.models import NotAllowed
from app.web.i18n import gettext, ngettext


def done_words(what: str, done: Done) -> str:
    """ "12 nudged. 3 were nudged in the last quarter of an hour. 1 is not on your desk." """
    said = [_done(what, done.done)] + [_left(why, count) for why, count in done.left.items()]
    if done.gone:
        gone = ngettext(
            "%(num)d is not on your desk any more.",
            "%(num)d are not on your desk any more.",
            done.gone,
        )
        said.append(gone)
    return " ".join(said)


def _done(what: str, count: int) -> str:
    match what:
        case "nudge":
            return ngettext("%(num)d ticket nudged.", "%(num)d tickets nudged.", count)
        case "give":
            return ngettext("%(num)d ticket reassigned.", "%(num)d tickets reassigned.", count)
        case "take":
            return ngettext("%(num)d ticket is yours now.", "%(num)d tickets are yours now.", count)
        case _:
            return ngettext("%(num)d ticket acknowledged.", "%(num)d tickets acknowledged.", count)


def _left(why: str, count: int) -> str:
    match why:
        case "lately":
            return ngettext(
                "%(num)d was nudged in the last quarter of an hour.",
                "%(num)d were nudged in the last quarter of an hour.",
                count,
            )
        case "nobody":
            return ngettext(
                "%(num)d has nobody but you to nudge.",
                "%(num)d have nobody but you to nudge.",
                count,
            )
        case "other_team":
            return ngettext(
                "%(num)d belongs to a vendor for whom this person does not work.",
                "%(num)d belong to a vendor for whom this person does not work.",
                count,
            )
        case "theirs":
            return ngettext("%(num)d was theirs already.", "%(num)d were theirs already.", count)
        case "no_words":
            return ngettext(
                "%(num)d is in a language without a prepared text: acknowledge it by hand.",
                "%(num)d are in a language without a prepared text: acknowledge them by hand.",
                count,
            )
        case _:
            return ngettext(
                "%(num)d owes no acknowledgement.", "%(num)d owe no acknowledgement.", count
            )


def rule_words(error: NotAllowed) -> str:
    """A rule's sentence in the reader's language."""
    known = {
        "An excuse needs a reason.": gettext("An excuse needs a reason."),
        "Only a deadline that has passed can be excused.": gettext(
            "Only a deadline that has passed can be excused."
        ),
        "This deadline is excused already.": gettext("This deadline is excused already."),
        "Somebody looked this over already.": gettext("Somebody looked this over already."),
        "Only a level-2 ticket is acknowledged; answer this one.": gettext(
            "Only a level-2 ticket is acknowledged; answer this one."
        ),
    }
    return known.get(str(error)) or present.rule_words(error)
