"""How Alembic reaches the desk's database: through the app that `flask db` runs in."""

from alembic import context
from flask import current_app

from app.lib.clock import Instant

database = current_app.extensions["migrate"].db


def plain_types(kind, item, _context):
    """Migrations name plain column types, so that they run without the code of their time."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate in one transaction. SQLite alters tables by copying them."""
    engine = database.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            render_item=plain_types,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
