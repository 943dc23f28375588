"""Who visits a desk that is measured: logged in without a password; every page must answer."""

from flask import Flask

from app.accounts.entering import VISIT
from app.accounts.models import Agent
from app.accounts.visits import open_visit
from app.extensions import db


def signed_in(app: Flask, agent_id: int):
    client = app.test_client()
    with app.app_context():
        visit = open_visit(db.session.get_one(Agent, agent_id)).id
        db.session.commit()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = str(agent_id), True
        session[VISIT] = visit
    return client


def ok(response) -> None:
    if response.status_code != 200:
        raise RuntimeError(f"The page answered {response.status_code}.")
