"""Blocks of labelled lines above a quoted mail: From, Sent, To, Subject, in many languages.

Looks at a few lines and says whether a mail program put them together. A person writes labelled
lines too ("From: Berlin", "Date: 3 May"), so two labels alone are not enough.
"""

import re

from app.mail import attributions
from app.mail.attributions import words

_REACH = 14  # lines of one block
_ROLE = {name: role for role, block in attributions.FIELDS.items() for name in words(block)}
_LABEL = re.compile(r"([^\W\d_][^:：<>@]{0,30}?)\s?[:：]\s?(.*)")


def end(lines: list[str], at: int) -> int | None:
    """The line after the block that begins at `at`, or None. Lines are plain (see `plain`)."""
    roles: dict[str, str] = {}
    line, folded = at, 0
    while line < min(at + _REACH, len(lines)) and lines[line]:
        role, value = _label(lines[line])
        if role is None:
            folded += 1
            if line == at or folded > 2:
                break
        else:
            roles[role] = f"{roles.get(role, '')} {value}"
            folded = 0
        line += 1
    return line if _is_block(roles, " ".join(lines[at:line])) else None


def _label(text: str) -> tuple[str | None, str]:
    match = _LABEL.fullmatch(text)
    if match is None:
        return None, ""
    return _ROLE.get(match[1].strip(" _|").lower()), match[2]


def _is_block(roles: dict[str, str], text: str) -> bool:
    known = roles.keys() - {"other"}
    if len(known) < 2 or not known & {"from", "date"}:
        return False
    if "from" not in known:
        return "@" in roles.get("to", "") or {"to", "subject"} <= known
    return "@" in text or (len(known) >= 3 and "subject" in known)


def labelled_text(lines: list[str], at: int) -> str:
    """Three labelled lines or more from `at` on, joined, in whatever language; else nothing."""
    labelled = [line for line in lines[at : at + 4] if _LABEL.fullmatch(line) and len(line) < 200]
    return " ".join(labelled) if len(labelled) >= 3 else ""
