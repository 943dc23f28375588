"""Text that came in a special dress: format=flowed (RFC 3676) and uuencoded files inside a text."""

import binascii
import re

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.*)")
_UU_LINE = re.compile(r"[\x20-\x60]{2,90}")


def unflow(text: str, *, delsp: bool) -> str:
    """Join the soft line breaks; quoted depth is kept, space-stuffing removed. A blank line
    ends a paragraph, also where a careless program left a space before it."""
    out: list[str] = []
    joining = False
    last_depth = 0
    for line in text.split("\n"):
        depth, body = _depth(line)
        joins = joining and depth == last_depth and body not in ("", "-- ")
        soft = body.endswith(" ") and body != "-- "
        kept = body[:-1] if soft and delsp else body
        if joins:
            out[-1] += kept
        else:
            out.append(">" * depth + (" " if depth and kept else "") + kept)
        joining, last_depth = soft, depth
    return "\n".join(out)


def _depth(line: str) -> tuple[int, str]:
    body = line.lstrip(">")
    return len(line) - len(body), body.removeprefix(" ")


def take_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and those files as (name, content)."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begin = _BEGIN.fullmatch(lines[at].rstrip("\r"))
        end = _uu_end(lines, at + 1) if begin else None
        if begin is None or end is None:
            kept.append(lines[at])
            at += 1
        else:
            files.append((begin[1].strip(), _uu_bytes(lines[at + 1 : end])))
            at = end + 1
    return "\n".join(kept), files


def _uu_end(lines: list[str], start: int) -> int | None:
    """The line that says `end`, if only uuencoded lines lie between; at least one of them."""
    for at in range(start, len(lines)):
        line = lines[at].rstrip("\r")
        if line.strip() == "end" and at > start:
            return at
        if line.strip() and not _UU_LINE.fullmatch(line) and line.strip() != "`":
            return None
    return None


def uuencoded_bytes(content: bytes) -> bytes:
    """A part whose transfer encoding is uuencode: what stands between `begin` and `end`."""
    lines = content.decode("latin-1").split("\n")
    begin = next((at for at, line in enumerate(lines) if _BEGIN.match(line)), -1)
    return _uu_bytes([line for line in lines[begin + 1 :] if line.strip() not in ("end", "`")])


def _uu_bytes(lines: list[str]) -> bytes:
    out = bytearray()
    for line in lines:
        try:
            out += binascii.a2b_uu(line.rstrip("\r\n"))
        except (binascii.Error, ValueError):
            continue
    return bytes(out)
