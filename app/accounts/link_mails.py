"""Mails the links that let people in. The link is made when its mail leaves and kept nowhere.
Commits."""

from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.letters import Words, post
from app.accounts.links import EntryLink, LinkKind, desk_url, token_of
from app.accounts.models import Agent
from app.config import Settings
from app.extensions import db, part
from app.lib.clock import now
from app.lib.outgoing import Pace, claim_due, give_up
from app.web.i18n import gettext, zoned_moment

PACE = Pace(longest_wait=timedelta(minutes=15), give_up_after=timedelta(days=1))


def send_links(*, limit: int = 20) -> int:
    """Send up to `limit` links whose time has come. How many were tried."""
    whose = joinedload(EntryLink.agent).options(lazyload(Agent.languages), lazyload(Agent.vendor))
    links = claim_due(EntryLink, whose, limit=limit)
    for link in links:
        _send(link)
        db.session.commit()
    return len(links)


def _send(link: EntryLink) -> None:
    if link.used_at or link.expires_at <= now() or link.agent.disabled_at:
        give_up(link, "over")
        return
    post(link, link.agent, words_of(link), pace=PACE)


def words_of(link: EntryLink) -> Words:
    """The mail's words, in its person's language."""
    settings: Settings = part("settings")
    person = link.agent
    with force_locale(person.ui_lang):
        said = {
            "name": person.name, "market": settings.market_name,
            "url": f"{desk_url()}/enter/{token_of(link)}",
            "until": zoned_moment(link.expires_at, person.timezone), "zone": person.timezone,
        }  # fmt: skip
        subject, body = _invitation(said) if link.kind == LinkKind.INVITATION else _reset(said)
    return Words(subject, body, person.ui_lang)


def _invitation(said: dict[str, str]) -> tuple[str, str]:
    return gettext("Your account at the desk of %(market)s", market=said["market"]), gettext(
        "Hello %(name)s,\n\nyou have an account at the support desk of %(market)s. Choose a "
        "password here:\n\n%(url)s\n\nThe link works once, until %(until)s (%(zone)s).",
        **said,
    )


def _reset(said: dict[str, str]) -> tuple[str, str]:
    return gettext("A new password for the desk of %(market)s", market=said["market"]), gettext(
        "Hello %(name)s,\n\nsomebody, we hope you, asked for a new password at the support desk of "
        "%(market)s. Choose it here:\n\n%(url)s\n\nThe link works once, until %(until)s (%(zone)s)."
        "\n\nIf it was not you, do nothing: your password stays as it is.",
        **said,
    )
