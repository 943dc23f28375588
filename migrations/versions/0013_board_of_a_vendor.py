"""Indexes of the board for a vendor's own supervisors

Revision ID: 0013
Revises: 0012
"""
from alembic import op
import sqlalchemy as sa

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

UNASSIGNED = sa.text('assignee_id IS NULL AND due_at IS NOT NULL')
UNACKNOWLEDGED = sa.text('level = 2 AND acknowledged_at IS NULL AND unanswered_since IS NOT NULL')


def upgrade() -> None:
    op.drop_index('ix_ticket_unassigned', 'ticket')
    op.create_index('ix_ticket_unassigned', 'ticket', ['vendor_id', 'due_at', 'id'], sqlite_where=UNASSIGNED, postgresql_where=UNASSIGNED)
    op.create_index('ix_ticket_unacknowledged_of', 'ticket', ['vendor_id', 'due_at', 'id'], sqlite_where=UNACKNOWLEDGED, postgresql_where=UNACKNOWLEDGED)
    op.create_index('ix_ticket_undeliverable_of', 'ticket', ['vendor_id', 'active_at', 'id'], sqlite_where=sa.text('undeliverable = 1'), postgresql_where=sa.text('undeliverable'))


def downgrade() -> None:
    op.drop_index('ix_ticket_undeliverable_of', 'ticket')
    op.drop_index('ix_ticket_unacknowledged_of', 'ticket')
    op.drop_index('ix_ticket_unassigned', 'ticket')
    op.create_index('ix_ticket_unassigned', 'ticket', ['due_at', 'id', 'vendor_id'], sqlite_where=UNASSIGNED, postgresql_where=UNASSIGNED)
