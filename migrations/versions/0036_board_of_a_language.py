"""The board of one language counts promises and what was not delivered from indexes of their own

Revision ID: 0036
Revises: 0035
"""
from alembic import op
import sqlalchemy as sa

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

PROMISED = 'promised_for IS NOT NULL'


def upgrade() -> None:
    op.create_index('ix_ticket_promised_lang', 'ticket', ['lang', 'promised_for', 'id'], sqlite_where=sa.text(PROMISED), postgresql_where=sa.text(PROMISED))
    op.create_index('ix_ticket_undeliverable_lang', 'ticket', ['lang', 'active_at', 'id'], sqlite_where=sa.text('undeliverable = 1'), postgresql_where=sa.text('undeliverable'))


def downgrade() -> None:
    op.drop_index('ix_ticket_undeliverable_lang', 'ticket')
    op.drop_index('ix_ticket_promised_lang', 'ticket')
