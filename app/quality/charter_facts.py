"""What the desk knows of a vendor's readiness, gathered for the checklist. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, selectinload

from app.accounts.models import Agent, Vendor
from app.config import Settings
from app.extensions import db, part
from app.quality.charter_models import VERSION, Acceptance, Onboarding, Training
from app.quality.charter_rules import Facts, Item, checklist, uncovered
from app.tickets.models import DeliveryState, Message, MessageKind, Ticket
from app.translation.engine import routes
from app.translation.packages import PackageStore


@dataclass(frozen=True)
class Person:
    """Somebody who answers for the vendor, and whether they were trained."""

    agent: Agent
    trained: bool


@dataclass(frozen=True)
class Readiness:
    """A vendor with its list."""

    vendor: Vendor
    onboarding: Onboarding
    acceptance: Acceptance | None
    people: Sequence[Person]
    items: Sequence[Item]


def readiness_of(vendor: Vendor) -> Readiness:
    """The list of one vendor, as it stands now. Five queries and a look at the packages."""
    onboarding = onboarding_of(vendor)
    acceptance = acceptance_of(vendor)
    people = _people(vendor)
    facts = _facts(vendor, people, accepted=acceptance is not None, onboarding=onboarding)
    return Readiness(vendor, onboarding, acceptance, people, checklist(facts))


def onboarding_of(vendor: Vendor) -> Onboarding:
    """The vendor's row; a fresh one, not added, when there is none."""
    return db.session.get(Onboarding, vendor.id) or Onboarding(vendor_id=vendor.id)


def acceptance_of(vendor: Vendor) -> Acceptance | None:
    """Who accepted today's charter."""
    return db.session.scalar(select(Acceptance).filter_by(vendor_id=vendor.id, version=VERSION))


def _people(vendor: Vendor) -> list[Person]:
    query = (
        select(Agent, Training.agent_id)
        .outerjoin(Training, Training.agent_id == Agent.id)
        .where(Agent.vendor_id == vendor.id, Agent.disabled_at.is_(None))
        .order_by(Agent.name)
        .options(selectinload(Agent.languages), lazyload(Agent.vendor))
    )
    return [Person(agent, trained is not None) for agent, trained in db.session.execute(query)]


def _facts(
    vendor: Vendor, people: Sequence[Person], *, accepted: bool, onboarding: Onboarding
) -> Facts:
    settings: Settings = part("settings")
    supervisors = sum(one.agent.is_supervisor for one in people)
    reads = {lang for one in people for lang in one.agent.reads}
    installed = PackageStore(settings.packages_dir).installed()
    pairs = routes(dict.fromkeys((package.source, package.target) for package in installed))
    return Facts(
        missing_contacts=tuple(vendor.missing_contacts),
        charter_accepted=accepted,
        agents=len(people) - supervisors,
        supervisors=supervisors,
        untrained=tuple(one.agent.name for one in people if not one.trained),
        uncovered=uncovered(settings.desk_languages, reads, pairs),
        waited=_waited(onboarding.test_ticket_id),
        within=timedelta(hours=vendor.answer_within_hours or settings.answer_within_hours),
    )


def _waited(ticket_id: int | None) -> timedelta | None:
    """From the first words of the test's buyer to the first answer that left."""
    answered = select(func.min(Message.created_at)).where(
        Message.ticket_id == ticket_id,
        Message.kind == MessageKind.REPLY,
        Message.delivery == DeliveryState.SENT,
    )
    query = select(Ticket.opened_at, answered.scalar_subquery()).where(Ticket.id == ticket_id)
    row = db.session.execute(query).one_or_none() if ticket_id else None
    return row[1] - row[0] if row and row[1] else None
