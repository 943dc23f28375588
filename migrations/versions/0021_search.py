"""The full-text index: FTS5 on SQLite, tsvector with GIN on PostgreSQL

An older desk's tickets are put into it by `flask search rebuild`.

Revision ID: 0021
Revises: 0020
"""
from alembic import op
import sqlalchemy as sa

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

FTS5 = (
    "CREATE VIRTUAL TABLE ticket_search USING fts5(words, tokenize=\"ascii tokenchars '=_'\")",
)
TSVECTOR = (
    "CREATE TABLE ticket_search (ticket_id integer PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX ix_ticket_search_words ON ticket_search USING gin (words) WITH (fastupdate = off)",
    "ALTER TABLE ticket_search ALTER COLUMN words SET STATISTICS 1000",
)


def upgrade() -> None:
    word = sa.String(40, collation='C').with_variant(sa.String(40), 'sqlite')
    op.create_table('search_word', sa.Column('word', word, primary_key=True))
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in FTS5 if on_sqlite else TSVECTOR:
        op.execute(statement)


def downgrade() -> None:
    op.execute('DROP TABLE ticket_search')
    op.drop_table('search_word')
