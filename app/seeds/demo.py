"""The demo desk, made through the public doors: mails come in, agents answer, mail goes out.

The clock is turned back and runs through the script's moments; nothing is written past the rules.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import func, select

from app.accounts.models import Agent, Vendor
from app.deadlines.sweep import sweep
from app.extensions import db
from app.lib.clock import set_clock, system_clock
from app.phrasebook import load
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.masks import door_address
from app.relay.models import StoredMail
from app.relay.outbound import deliver_due
from app.seeds.people import hire_everybody
from app.seeds.script import Act, Story, write_script
from app.tickets.access import get_ticket
from app.tickets.conversation import Answer, acknowledge, note, reply
from app.tickets.languages.translating import translate_drafts
from app.tickets.models import Message, Ticket
from app.translation.draft import translate_waiting

PHRASEBOOK = Path(__file__).parent.parent.parent / "phrasebook"
Progress = Callable[[int, int], None]


def seed_demo(*, progress: Progress) -> bool:
    """Make the demo desk unless there is a desk already. True when it was made."""
    if db.session.scalar(select(func.count()).select_from(Vendor)):
        return False
    vendors = hire_everybody()
    db.session.commit()
    try:
        _play(write_script(load(PHRASEBOOK)), vendors, progress)
    finally:
        set_clock(system_clock)
    sweep(system_clock())
    while translate_waiting(translate_drafts):
        pass
    return True


def _play(stories: list[Story], vendors: list[Vendor], progress: Progress) -> None:
    """Every act of every story in the order of time."""
    opened_at = system_clock()
    acts = sorted(
        ((act.ago, story.number, story, act) for story in stories for act in story.acts),
        key=lambda entry: (-entry[0], entry[1]),
    )
    tickets: dict[int, int] = {}
    for done, (ago, number, story, act) in enumerate(acts):
        at = opened_at - ago
        set_clock(lambda at=at: at)  # type: ignore[misc]
        if act.what == "buyer":
            tickets[number] = _write(story, act, vendors[story.shop], at)
        else:
            _work(tickets[number], act, at)
            deliver_due()
        progress(done + 1, len(acts))


def _write(story: Story, act: Act, vendor: Vendor, at: datetime) -> int:
    """The buyer's mail comes through the vendor's door and is read. The ticket's number."""
    address = door_address(vendor)
    stored_id = receive(_mail(story, act, address, at), Envelope(address, _buyer(story)))
    read_waiting()
    stored = db.session.get_one(StoredMail, stored_id)
    message = db.session.get_one(Message, stored.message_id)
    return message.ticket_id


def _buyer(story: Story) -> str:
    return f"kim{story.number}@mail.example"


def _mail(story: Story, act: Act, to: str, at: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Kim <{_buyer(story)}>", to, story.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<demo-{story.number}-{int(at.timestamp())}@mail.example>"
    mail.set_content(act.text)
    return bytes(mail)


def _work(ticket_id: int, act: Act, at: datetime) -> None:
    agent = _worker_of(ticket_id)
    ticket = get_ticket(agent, ticket_id)
    answer = Answer(text=act.text, lang=ticket.lang)
    match act.what:
        case "answer":
            reply(ticket, agent, answer, at=at)
        case "acknowledge":
            acknowledge(ticket, agent, answer, until=at + timedelta(days=2), at=at)
        case "note":
            note(ticket, agent, act.text, at=at)
        case "close":
            ticket.close(at=at, agent_id=agent.id)
    db.session.commit()


def _worker_of(ticket_id: int) -> Agent:
    query = select(Agent).join(Ticket, Ticket.assignee_id == Agent.id).where(Ticket.id == ticket_id)
    return db.session.scalars(query).unique().one()
