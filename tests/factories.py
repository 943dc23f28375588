"""The fixed cast, and short ways to put it on a stage.

Ana answers level 1 and Bo level 2 at Maison Lavande, where Lea supervises; Omar works for another
vendor; Odile is the operator's supervisor. Kim is the buyer.
"""

from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy.orm import joinedload

from app.accounts.models import Agent, Role, Vendor
from app.extensions import db
from app.lib.clock import now
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import door_address, mask_address
from app.relay.models import Mask
from app.tickets.conversation import Answer, reply
from app.tickets.models import Message, Ticket
from app.triage.intake import Arrival, take_in, understand

PASSWORD = "correct horse battery staple"
KIM = "kim.buyer@mailbox.example"
# argon2 takes its time on purpose; the cast shares one hash.
_hashes: dict[str, str] = {}


@dataclass
class Cast:
    """Everybody of the fixed cast."""

    lavande: Vendor
    nordlicht: Vendor
    ana: Agent
    bo: Agent
    lea: Agent
    omar: Agent
    odile: Agent


def make_cast() -> Cast:
    """The cast, committed."""
    lavande = Vendor(
        slug="lavande", name="Maison Lavande", lang="fr", phone="+33 4 65 71 00 00",
        email="contact@lavande.example", hours="9-18", postal_address="Valbrune",
    )  # fmt: skip
    nordlicht = Vendor(slug="nordlicht", name="Nordlicht", lang="de")
    db.session.add_all([lavande, nordlicht])
    cast = Cast(
        lavande,
        nordlicht,
        ana=_agent("Ana", lavande, reads=("fr", "en")),
        bo=_agent("Bo", lavande, reads=("fr", "en"), level=2),
        lea=_agent("Lea", lavande, reads=("fr",), role=Role.SUPERVISOR, level=2),
        omar=_agent("Omar", nordlicht, reads=("de", "en"), level=2),
        odile=_agent("Odile", None, reads=("en",), role=Role.SUPERVISOR, level=2),
    )
    db.session.commit()
    return cast


def _agent(
    name: str, vendor: Vendor | None, *, reads: tuple[str, ...], role: Role = Role.AGENT,
    level: int = 1,
) -> Agent:  # fmt: skip
    agent = Agent(name=name, email=f"{name.lower()}@desk.example", vendor=vendor, role=role,
                  handles_level=level, ui_lang="en", password_hash="")  # fmt: skip
    agent.read_languages(reads)
    if not _hashes:
        agent.set_password(PASSWORD)
        _hashes["shared"] = agent.password_hash
    agent.password_hash = _hashes["shared"]
    db.session.add(agent)
    return agent


def make_ticket(
    vendor: Vendor, text: str = "Hello, where is my order? It is late.", *, sender: str = KIM
) -> Ticket:
    """A ticket from `sender`'s first words, taken in now and committed."""
    return write_in(Arrival(vendor, sender, subject="My order", text=text, at=now())).ticket


def write_in(arrival: Arrival) -> Message:
    """A buyer's words, understood, taken in and committed."""
    message = take_in(arrival, understand(arrival))
    db.session.commit()
    return message


def answer(ticket: Ticket, agent: Agent, text: str = "Your order arrives tomorrow.") -> Message:
    """The agent's approved answer, queued and committed."""
    message = reply(ticket, agent, Answer(text=text, lang=ticket.lang), at=now())
    db.session.commit()
    return message


def write_mail(
    to: str, text: str = "Hello, where is my order? It is late.", *, sender: str = KIM,
    subject: str = "My order", **headers: str,
) -> bytes:  # fmt: skip
    """A plain mail as a buyer's program makes it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Kim <{sender}>", to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return bytes(mail)


def mail_in(vendor: Vendor, text: str = "Hello, where is my order? It is late.") -> Ticket:
    """Kim's mail comes through the vendor's door and is read. The ticket that it opened."""
    address = door_address(vendor)
    receive(write_mail(address, text), Envelope(address, KIM))
    read_waiting()
    query = db.select(Ticket).order_by(Ticket.id.desc()).limit(1)
    # Forgotten by the session when memory was swept in between, it would come without its vendor.
    return db.session.scalars(query.options(joinedload(Ticket.vendor))).one()


def mask_of(ticket: Ticket) -> str:
    """The mask that the ticket's buyer writes to, in the clear."""
    return mask_address(db.session.scalars(db.select(Mask).filter_by(ticket_id=ticket.id)).one())
