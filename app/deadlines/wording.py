"""How the board and the bell say things, in the reader's language. Reads and writes nothing."""

from datetime import timedelta

from app.deadlines.board import COUNT_UP_TO, Selection
from app.deadlines.tiles import Group, Tile
from app.web.i18n import gettext, span_words


def tile_names() -> dict[Tile, str]:
    """What stands on the tiles."""
    return {
        Tile.OVERDUE: gettext("Overdue now"),
        Tile.UNACKNOWLEDGED: gettext("Level 2, not acknowledged"),
        Tile.PROMISES: gettext("Promises due today"),
        Tile.NEAR: gettext("Due in under 2 h"),
        Tile.SHIFT: gettext("Due in under 8 h"),
        Tile.UNASSIGNED: gettext("Unassigned"),
        Tile.UNDELIVERABLE: gettext("Not delivered"),
    }


def group_names() -> dict[Group, str]:
    """What stands over the groups."""
    return {
        Group.OVERDUE: gettext("Overdue"),
        Group.NEAR: gettext("In the next 2 hours"),
        Group.TODAY: gettext("Later today"),
        Group.TOMORROW: gettext("Tomorrow"),
        Group.LATER: gettext("Later"),
        Group.UNDELIVERABLE: gettext("Not delivered"),
    }


def count_words(count: int) -> str:
    """A number that was counted up to a limit."""
    return f"{COUNT_UP_TO}+" if count > COUNT_UP_TO else str(count)


def ago_words(span: timedelta | None) -> str:
    """How long ago the deadlines were looked at."""
    if span is None:
        return gettext("Deadlines were not watched yet.")
    if span < timedelta(minutes=2):
        seconds = max(0, int(span.total_seconds()))
        return gettext("Deadlines watched %(seconds)d s ago", seconds=seconds)
    return gettext("Deadlines last watched %(span)s ago", span=span_words(span))


def empty_words(chosen: Selection, due_in: timedelta | None) -> str:
    """What stands where rows would be: "Nothing overdue. Next deadline in 1 h 40." """
    if chosen.is_narrowed or chosen.only not in {None, Tile.OVERDUE}:
        said = gettext("Nothing here.")
    else:
        said = gettext("Nothing overdue.")
    if due_in is None or due_in <= timedelta(0):
        return said
    return said + " " + gettext("Next deadline in %(span)s.", span=span_words(due_in))


def presence_words(worked: timedelta | None) -> str:
    """Whether an assignee sits there, by the last thing that they did."""
    if worked is None:
        return gettext("not seen yet")
    if worked <= timedelta(minutes=15):
        return gettext("at work")
    return gettext("last seen %(span)s ago", span=span_words(worked))
