"""Why a file was withheld, in a sentence's half for whoever looks at the ticket."""

from app.web.i18n import gettext


def withheld_words(reason: str) -> str:
    """What stands behind "withheld:" for a reason of `app.mail` or `app.attachments`."""
    said = {
        "contact-card": gettext("a contact card"),
        "calendar": gettext("an invitation, which would write to its sender"),
        "outlook-container": gettext("an Outlook container, which holds the sender’s details"),
        "signature": gettext("a mail signature file"),
        "encrypted": gettext("it is encrypted"),
        "message": gettext("a forwarded mail, which names people"),
        "report": gettext("a delivery report"),
        "web-page": gettext("a web page, which could run or load something"),
        "executable": gettext("a program"),
        "office": gettext("an office document, which names its author and may run something"),
        "picture-format": gettext("a picture in a format that the desk does not draw"),
        "picture-size": gettext("a picture too big to be drawn"),
        "picture-broken": gettext("a picture that cannot be drawn"),
        "archive": gettext("a packed archive"),
        "active-document": gettext("a document that is locked, runs scripts or carries files"),
        "names-the-buyer": gettext("a document that names the buyer’s address"),
        "too-many": gettext("more than ten files came with this mail"),
        "too-big": gettext("the files of this mail are too big"),
        "erased": gettext("erased at the buyer’s request"),
    }
    return said.get(reason, gettext("a kind of file that is not shown"))
