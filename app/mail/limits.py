"""A cheap look at the raw bytes before the library parses them.

The library's parser asks every open container about every line, so a mail of nested containers
takes minutes. What no mail program makes is refused here, by name, in linear time.
"""

import re

from app.mail.errors import HeadersTooLong, TooManyLines, TooManyParts

# Longer texts are cut for display; the bytes of the mail keep everything. A letter is written with
# twelve signs at most: four bytes, each as "=F0".
TEXT_LIMIT = 500_000
MOST_READ = 12 * TEXT_LIMIT
MAX_PARTS = 100
MAX_DEPTH = 10
MAX_HEADER = 64 * 1024
# 25 MB in base64 have 350,000 lines of 76 letters.
MAX_LINES = 1_000_000
# Containers (multipart, message/*) side by side or nested, and the cost of each per line.
MAX_CONTAINERS = 60
MAX_CONTAINER_LINES = 6_000_000
_CONTAINER = re.compile(rb"content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")


def check(raw: bytes) -> None:
    """Raise one of `errors` where reading `raw` would cost more than a mail may cost."""
    end = _BLANK.search(raw, 0, MAX_HEADER + 4)
    if end is None and len(raw) > MAX_HEADER:
        raise HeadersTooLong("The header of this mail is longer than 64 KB.")
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if lines > MAX_LINES:
        raise TooManyLines("This mail has more lines than a mail of 25 MB can have.")
    containers = len(_CONTAINER.findall(raw))
    if containers > MAX_CONTAINERS or containers * lines > MAX_CONTAINER_LINES:
        raise TooManyParts("This mail has more containers than any mail program makes.")
    if raw.count(b"\n--") > MAX_PARTS and _boundary_lines(raw) > 2 * MAX_PARTS:
        raise TooManyParts("This mail has more than 100 parts.")


def _boundary_lines(raw: bytes) -> int:
    """How many lines open a part. Signature marks ("-- ") and rules of hyphens are none."""
    declared = set(re.findall(rb'boundary\s*=\s*"?([^"\r\n;]{1,200})', raw, re.IGNORECASE))
    found = re.findall(rb"\n--([^\r\n]{1,200})", raw)
    names = {name.rstrip() for name in declared}
    return sum(1 for line in found if line.rstrip() in names)
