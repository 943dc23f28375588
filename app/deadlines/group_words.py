"""How the board's groups say things, in the reader's language. Reads and writes nothing."""

from app.deadlines.groups import By, GroupLine
from app.web.i18n import gettext, language_name


def by_names() -> dict[By, str]:
    """What the board can be grouped by."""
    return {
        By.VENDOR: gettext("By vendor"),
        By.AGENT: gettext("By assignee"),
        By.LANG: gettext("By language"),
        By.LEVEL: gettext("By level"),
    }


def line_words(by: By, line: GroupLine) -> str:
    """The name of a group."""
    if line.key is None:
        return gettext("nobody yet")
    match by:
        case By.LANG:
            return language_name(line.key)
        case By.LEVEL:
            return gettext("Level %(number)s", number=line.key)
        case _:
            return line.name or "?"
