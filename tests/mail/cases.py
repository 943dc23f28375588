"""The stored mails of tests/mails: each .eml stands beside the text that its reader newly wrote."""

from pathlib import Path

from app.mail.quotes import Anchors

FOLDER = Path(__file__).parent.parent / "mails"
FIXTURES = sorted(FOLDER.glob("*.eml"))
OURS = Anchors(
    addresses=("@reply.market.test",),
    names=("Cup & Kettle via Market",),
    delimiters=(
        "##- Please write above this line -##",
        "##- Bitte oberhalb dieser Zeile schreiben -##",
    ),
)


def raw(name: str) -> bytes:
    """The mail stored as `name`.eml."""
    return (FOLDER / f"{name}.eml").read_bytes()
