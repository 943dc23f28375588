"""From bytes to readable text, whatever the mail claims about its letters.

Knows the names that mail programs give to charsets, and the wrong ones. Must never raise.
"""

import codecs
import re

# What is written in mails -> the codec that reads what those programs really send.
_ALIASES = {
    "us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "utf8": "utf-8",
    "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "ansi": "cp1252", "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6", "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949",
    "korean": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "gb_2312-80": "gb18030", "chinese": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs",
    "x-big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "windows-31j": "cp932", "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp", "unicode-1-1-utf-7": "utf-7", "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "koi8": "koi8_r",
}  # fmt: skip
# Codecs of Python that are no charsets of mail, or that take quadratic time on hostile input.
_REFUSED = {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_STORABLE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")


def codec_for(charset: str | None) -> str | None:
    """The name of a text codec for `charset` as written in a mail; None if there is none."""
    name = (charset or "").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    is_text = getattr(info, "_is_text_encoding", True)
    return info.name if is_text and info.name not in _REFUSED else None


def decode(content: bytes, charset: str | None) -> str:
    """`content` as text: as declared, else as UTF-8, else as the Latin letters of Windows.

    The text holds no NUL and no lone surrogate, which no database and no page could take.
    """
    return _STORABLE.sub("\ufffd", _decoded(content, charset).replace("\x00", ""))


def _decoded(content: bytes, charset: str | None) -> str:
    declared = codec_for(charset)
    for name in (declared, "utf-8"):
        text = _strictly(content, name)
        if text is not None:
            return text
    if declared and not declared.startswith(("utf-8", "utf-7", "iso2022")):
        return _loosely(content, declared)
    return _mislabelled(content)


def _strictly(content: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return content.decode(name)
    except (UnicodeError, ValueError, LookupError):
        return None


def _loosely(content: bytes, name: str) -> str:
    try:
        return content.decode(name, "replace")
    except (UnicodeError, ValueError, LookupError):
        return content.decode("cp1252", "replace")


def _mislabelled(content: bytes) -> str:
    """Bytes that are not the UTF-8 they claim: cut short (some of it is), or Latin (none is)."""
    text = content.decode("utf-8", "replace")
    proper = sum(1 for letter in text if letter > "\x7f" and letter != "\ufffd")
    if proper or not _HIGH.search(content):
        return text
    return content.decode("cp1252", "replace")
