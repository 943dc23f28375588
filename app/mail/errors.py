"""What can be wrong with a mail so that it is not read at all.

These are verdicts about bytes, told to the sending server; they name no address and no content.
"""


class UnreadableMail(ValueError):
    """The bytes are not read further. The message says why, in a sentence."""


class TooManyParts(UnreadableMail):
    """More than 100 parts, or more containers than any mail program makes."""


class TooDeep(UnreadableMail):
    """Parts inside parts, more than ten deep."""


class HeadersTooLong(UnreadableMail):
    """The header of the mail or of one of its parts is longer than 64 KB."""


class TooManyLines(UnreadableMail):
    """More lines than a mail of 25 MB can have, unless somebody means harm."""
