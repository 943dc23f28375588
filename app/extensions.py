"""The Flask extensions, made once and bound to an app in the factory.

Knows no table and no route. Every table derives from `Model`.
"""

from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """One metadata with one naming rule, so that migrations name what they drop."""

    metadata = MetaData(naming_convention=NAMES)


# Rows stay readable after a commit: views draw them, queues work through them.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def part(name: str) -> Any:
    """A part of the running desk that the factory put in: settings, vault, transport …

    Whoever needs one wraps this in a function with the right type; a test puts a fake in its place.
    """
    return current_app.extensions[name]
