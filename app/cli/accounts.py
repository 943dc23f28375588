"""`flask accounts`: the first people of a desk that is not a demo."""

import click
from flask.cli import AppGroup
from sqlalchemy import delete, select

from app.accounts.models import Agent, Role, Team, TeamVendor, Vendor
from app.accounts.tokens import ApiToken
from app.accounts.tokens import add_token as make_token
from app.extensions import db
from app.lib.clock import now

group = AppGroup("accounts", help="Vendors and the people who work for them.")


@group.command("add-vendor")
@click.argument("slug")
@click.argument("name")
@click.option("--lang", default="en", help="The language that the vendor works in.")
def add_vendor(slug: str, name: str, lang: str) -> None:
    """Add the vendor NAME, whose buyers first write to SLUG@RELAY_DOMAIN."""
    if db.session.scalar(select(Vendor).filter_by(slug=slug)):
        raise click.ClickException(f"There is a vendor with the door “{slug}” already.")
    db.session.add(Vendor(slug=slug.lower(), name=name, lang=lang))
    db.session.commit()


@group.command("add-team")
@click.argument("name")
@click.option("--serves", required=True, help="The vendors' doors: lavande,nordlicht")
def add_team(name: str, serves: str) -> None:
    """Add an outside team, or say anew which vendors it answers for."""
    vendor_ids = {_vendor_id(slug.strip()) for slug in serves.split(",") if slug.strip()}
    team = db.session.scalar(select(Team).filter_by(name=name)) or Team(name=name)
    db.session.add(team)
    db.session.flush()
    db.session.execute(delete(TeamVendor).where(TeamVendor.team_id == team.id))
    db.session.add_all(TeamVendor(team_id=team.id, vendor_id=vendor_id) for vendor_id in vendor_ids)
    db.session.commit()


@group.command("add-agent")
@click.argument("email")
@click.argument("name")
@click.option("--vendor", "slug", help="The vendor's door; leave it out for the operator's people.")
@click.option("--team", help="The outside team that they work for, instead of a vendor.")
@click.option("--supervisor", is_flag=True)
@click.option("--level", type=click.IntRange(1, 2), default=1)
@click.option("--reads", default="en", help="Languages, the best one first: de,en,fr")
@click.password_option()
def add_agent(email: str, name: str, reads: str, **said: str | int | bool | None) -> None:
    """Add a person who logs in with EMAIL."""
    if db.session.scalar(select(Agent).filter_by(email=email)):
        raise click.ClickException(f"Somebody logs in with {email} already.")
    if said["team"] and said["slug"]:
        raise click.ClickException("Somebody works for a vendor or for a team, not for both.")
    langs = tuple(code.strip() for code in reads.split(",") if code.strip())
    agent = Agent(
        email=email, name=name, vendor_id=_vendor_id(said["slug"]), team_id=_team_id(said["team"]),
        handles_level=said["level"],
        role=Role.SUPERVISOR if said["supervisor"] else Role.AGENT, ui_lang=langs[0],
    )  # fmt: skip
    agent.read_languages(langs)
    agent.set_password(str(said["password"]))
    db.session.add(agent)
    db.session.commit()


@group.command("add-token")
@click.argument("name")
def add_token(name: str) -> None:
    """Make a token for the REST door and print it once; NAME says which program has it."""
    if db.session.scalar(select(ApiToken).filter_by(name=name)):
        raise click.ClickException(f"There is a token called “{name}” already.")
    token = make_token(name)
    db.session.commit()
    click.echo(token)


@group.command("revoke-token")
@click.argument("name")
def revoke_token(name: str) -> None:
    """Refuse the token NAME from now on."""
    token = db.session.scalar(select(ApiToken).filter_by(name=name))
    if token is None:
        raise click.ClickException(f"There is no token called “{name}”.")
    token.revoked_at = token.revoked_at or now()
    db.session.commit()


def _team_id(name: object) -> int | None:
    if name is None:
        return None
    team = db.session.scalar(select(Team).filter_by(name=name))
    if team is None:
        raise click.ClickException(f"There is no team called “{name}”.")
    return team.id


def _vendor_id(slug: object) -> int | None:
    if slug is None:
        return None
    vendor = db.session.scalar(select(Vendor).filter_by(slug=slug))
    if vendor is None:
        raise click.ClickException(f"There is no vendor with the door “{slug}”.")
    return vendor.id
