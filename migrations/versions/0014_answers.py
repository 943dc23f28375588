"""When tickets were answered, for the forecast

Revision ID: 0014
Revises: 0013
"""
from alembic import op
import sqlalchemy as sa

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

ANSWERED = sa.text('answered_at IS NOT NULL')


def upgrade() -> None:
    op.create_index('ix_ticket_answered', 'ticket', ['answered_at', 'vendor_id'], sqlite_where=ANSWERED, postgresql_where=ANSWERED)


def downgrade() -> None:
    op.drop_index('ix_ticket_answered', 'ticket')
