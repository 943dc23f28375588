"""What a person's history says, in the interface's language."""

from app.accounts.models import AgentEvent
from app.web.i18n import gettext


def change_words(event: AgentEvent) -> str:
    """One line of the history as a sentence; its code where nobody has words for it."""
    names = {
        "invited": gettext("Invited"),
        "link": gettext("A link to choose a password was made"),
        "password": gettext("Password changed"),
        "second_on": gettext("Second factor set up"),
        "second_off": gettext("Second factor taken away"),
        "codes_renewed": gettext("New recovery codes"),
        "closed": gettext("Switched off"),
        "reopened": gettext("Switched on again"),
        "away": gettext("Away"),
        "back": gettext("Back again"),
    }
    if event.kind == "changed":
        was, said = (" ".join(map(str, event.data.get(key, ()))) for key in ("was", "now"))
        return gettext("Changed: %(was)s → %(now)s", was=was, now=said)
    return names.get(event.kind, event.kind)
