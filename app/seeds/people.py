"""The demo desk's vendors and the people who work there. Invented, every one of them."""

from dataclasses import dataclass

from app.accounts.demo import DEMO_PASSWORD
from app.accounts.models import Agent, Role, Vendor
from app.extensions import db


@dataclass(frozen=True)
class Person:
    """One demo account: who, what they may do, and what they read (best language first)."""

    name: str
    reads: tuple[str, ...]
    role: Role = Role.AGENT
    level: int = 1
    timezone: str = "Europe/Paris"


@dataclass(frozen=True)
class Shop:
    """A demo vendor with its contact card and its people."""

    slug: str
    name: str
    lang: str
    postal_address: str
    phone: str
    hours: str
    people: tuple[Person, ...]


SHOPS = (
    Shop(
        "lavande", "Maison Lavande", "fr", "3 chemin des Tilleuls, 84999 Valbrune, France",
        "+33 4 65 71 00 00", "Mon–Fri 9:00–18:00 (Paris)",
        (
            Person("Ana", ("fr", "en")),
            Person("Bo", ("fr", "en", "de"), level=2),
            Person("Lea", ("fr", "en"), Role.SUPERVISOR, 2),
        ),
    ),
    Shop(
        "nordlicht", "Nordlicht Werkzeug", "de", "Am Alten Speicher 7, 24999 Nordhafen, Germany",
        "+49 461 999 000", "Mon–Sat 8:00–17:00 (Berlin)",
        (
            Person("Omar", ("de", "en"), timezone="Europe/Berlin"),
            Person("Frieda", ("de", "nl", "en"), level=2, timezone="Europe/Berlin"),
            Person("Ulla", ("de", "en"), Role.SUPERVISOR, 2, "Europe/Berlin"),
        ),
    ),
    Shop(
        "azulejo", "Casa Azulejo", "es", "", "+34 910 000 000", "",
        (
            Person("Ines", ("es", "pt"), level=2, timezone="Europe/Madrid"),
            Person("Paco", ("es", "it", "en"), timezone="Europe/Madrid"),
            Person("Sol", ("es", "en"), Role.SUPERVISOR, 2, "Europe/Madrid"),
        ),
    ),
)  # fmt: skip
OPERATOR = Person("Odile", ("en", "fr"), Role.SUPERVISOR, 2)
UI_LANGUAGES = frozenset({"en", "fr", "de", "es", "it"})


def hire_everybody() -> list[Vendor]:
    """The demo desk's vendors and accounts, not committed. All share one published password."""
    vendors = [_open(shop) for shop in SHOPS]
    db.session.add(_agent(OPERATOR, "dragoman", None))
    db.session.flush()
    return vendors


def _open(shop: Shop) -> Vendor:
    vendor = Vendor(
        slug=shop.slug, name=shop.name, lang=shop.lang, postal_address=shop.postal_address,
        phone=shop.phone, hours=shop.hours, email=f"contact@{shop.slug}.example",
    )  # fmt: skip
    vendor.agents = [_agent(person, shop.slug, vendor) for person in shop.people]
    db.session.add(vendor)
    return vendor


def _agent(person: Person, place: str, vendor: Vendor | None) -> Agent:
    agent = Agent(
        name=person.name, email=f"{person.name.lower()}@{place}.example", vendor=vendor,
        role=person.role, handles_level=person.level, timezone=person.timezone, is_demo=True,
        ui_lang=person.reads[0] if person.reads[0] in UI_LANGUAGES else "en",
    )  # fmt: skip
    agent.read_languages(person.reads)
    agent.set_password(DEMO_PASSWORD)
    return agent
