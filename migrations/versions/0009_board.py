"""Indexes of the supervisors' board

Revision ID: 0009
Revises: 0008
"""
from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

PARTIAL = (
    ('ix_ticket_lang', 'ticket', ['lang', 'due_at', 'id'], 'due_at IS NOT NULL', None),
    ('ix_ticket_unassigned', 'ticket', ['due_at', 'id', 'vendor_id'],
     'assignee_id IS NULL AND due_at IS NOT NULL', None),
    ('ix_ticket_unacknowledged', 'ticket', ['due_at', 'id', 'vendor_id'],
     'level = 2 AND acknowledged_at IS NULL AND unanswered_since IS NOT NULL', None),
    ('ix_ticket_promised', 'ticket', ['promised_for', 'id', 'vendor_id'],
     'promised_for IS NOT NULL', None),
    ('ix_ticket_undeliverable', 'ticket', ['active_at', 'id', 'vendor_id'],
     'undeliverable = 1', 'undeliverable'),
    ('ix_message_failed', 'message', ['created_at'], "delivery IN ('failed', 'held')", None),
)


def upgrade() -> None:
    for name, table, columns, where, on_postgresql in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(where),
                        postgresql_where=sa.text(on_postgresql or where))
    op.create_index(op.f('ix_ticket_event_agent_id_at'), 'ticket_event', ['agent_id', 'at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_ticket_event_agent_id_at'), 'ticket_event')
    for name, table, *_ in reversed(PARTIAL):
        op.drop_index(name, table)
