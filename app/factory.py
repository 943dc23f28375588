"""The factory: a desk made from its settings. Nothing imports this but `wsgi` and tests."""

from pathlib import Path
from typing import Any

from flask import Flask

from app import health
from app.accounts import (
    aim_views,
    link_views,
    people_views,
    profile_views,
    second_views,
    vendor_views,
)
from app.accounts import views as accounts_views
from app.api import views as api_views
from app.cli import add_commands
from app.config import Settings
from app.deadlines import across_views, bell_views, deed_views, figure_views, silence_views
from app.deadlines import views as deadlines_views
from app.extensions import db, migrate
from app.lib.database import prepare_sqlite
from app.lib.memory import give_big_blocks_back
from app.parts import make_parts
from app.quality import (
    charter_views,
    coaching_views,
    scorecard_views,
    standards_views,
    survey_desk_views,
    survey_views,
    theme_views,
)
from app.relay import reveal_views, stored_views
from app.relay import views as relay_views
from app.tickets import file_views, handing_views, more_views
from app.tickets import views as tickets_views
from app.tickets.access import TicketNotFound
from app.tickets.clocks import views as clock_views
from app.tickets.composer import check_views, seat_views
from app.tickets.languages import package_views, wording_views
from app.tickets.macros import views as macro_views
from app.tickets.queue import deed_views as queue_deed_views
from app.tickets.queue import views as queue_views
from app.tickets.search import views as search_views
from app.triage import away_views
from app.triage import views as triage_views
from app.web.errors import error_page
from app.web.setup import prepare_web
from app.web.static import static_path

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BLUEPRINTS = (
    health.blueprint,
    accounts_views.blueprint,
    link_views.blueprint,
    profile_views.blueprint,
    second_views.blueprint,
    people_views.blueprint,
    away_views.blueprint,
    vendor_views.blueprint,
    aim_views.blueprint,
    queue_views.blueprint,
    queue_deed_views.blueprint,
    search_views.blueprint,
    tickets_views.blueprint,
    clock_views.blueprint,
    handing_views.blueprint,
    file_views.blueprint,
    package_views.blueprint,
    check_views.blueprint,
    seat_views.blueprint,
    more_views.blueprint,
    macro_views.blueprint,
    wording_views.blueprint,
    triage_views.blueprint,
    scorecard_views.blueprint,
    theme_views.blueprint,
    coaching_views.blueprint,
    survey_views.blueprint,
    survey_desk_views.blueprint,
    standards_views.blueprint,
    charter_views.blueprint,
    deadlines_views.blueprint,
    across_views.blueprint,
    bell_views.blueprint,
    deed_views.blueprint,
    figure_views.blueprint,
    silence_views.blueprint,
    relay_views.blueprint,
    stored_views.blueprint,
    reveal_views.blueprint,
    api_views.blueprint,
)


def create_app(settings: Settings, **parts: Any) -> Flask:
    """A desk that obeys `settings`. `parts` replace the real ones by name, as tests do."""
    give_big_blocks_back()
    app = Flask(__name__.partition(".")[0], static_url_path=static_path())
    add_commands(app)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # errors would quote people's data
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
    )
    app.extensions.update(make_parts(settings) | parts)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
    prepare_web(app)
    # Another vendor's ticket and none at all look the same, whatever page was asked for.
    app.register_error_handler(TicketNotFound, lambda _error: error_page(404))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
