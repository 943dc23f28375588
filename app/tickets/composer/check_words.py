"""What a doubt about a text is called, as a sentence for the agent who is about to send it."""

from app.tickets.composer.checks import Doubt, Finding
from app.web.i18n import gettext, language_name

LONGEST = 90


def doubt_words(finding: Finding, lang: str) -> str:
    """Why an agent should look again."""
    found = _quoted(finding)
    match finding.doubt:
        case Doubt.LANGUAGE:
            return gettext(
                "This looks like %(seen)s, and the buyer writes %(language)s.",
                seen=language_name(finding.words[0]), language=language_name(lang),
            )  # fmt: skip
        case Doubt.AWAY:
            return gettext("This leads the buyer away from the marketplace: %(found)s", found=found)
        case Doubt.PLACEHOLDER:
            return gettext("Something is still to be filled in: %(found)s", found=found)
        case Doubt.GREETING:
            return gettext("The greeting names nobody: %(found)s", found=found)
        case Doubt.LEFT:
            return gettext("This still stands in your own language: %(found)s", found=found)
        case Doubt.PROMISE:
            return gettext(
                "This promises news, and no date is kept: %(found)s. Send it with a date, so that "
                "the desk reminds you.",
                found=found,
            )
        case Doubt.SHOUTING:
            return gettext(
                "Capitals and exclamation marks read as shouting: %(found)s", found=found
            )
        case Doubt.QUESTION:
            return gettext("The buyer also asked, and may get no answer: %(found)s", found=found)


def _quoted(finding: Finding) -> str:
    pieces = (" ".join(piece.split()) for piece in finding.words[:3])
    return ", ".join(f"“{piece[:LONGEST]}”" for piece in pieces)
