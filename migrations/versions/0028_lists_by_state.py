"""Lists of one state are read from an index of their own

Revision ID: 0028
Revises: 0027
"""
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_ticket_state', 'ticket', ['state', 'active_at', 'id', 'vendor_id', 'level', 'lang', 'intent', 'assignee_id', 'opened_at'])


def downgrade() -> None:
    op.drop_index('ix_ticket_state', 'ticket')
