"""The lines of a digest that is forgotten are found by it

Revision ID: 0037
Revises: 0036
"""
from alembic import op
import sqlalchemy as sa

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

MAILED = 'digest_id IS NOT NULL'


def upgrade() -> None:
    op.create_index('ix_telling_digest', 'telling', ['digest_id'], sqlite_where=sa.text(MAILED), postgresql_where=sa.text(MAILED))


def downgrade() -> None:
    op.drop_index('ix_telling_digest', 'telling')
