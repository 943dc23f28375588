"""Indexes that answer the board's counts, however narrow, without the rows

Revision ID: 0025
Revises: 0023
"""
from alembic import op
import sqlalchemy as sa

revision = '0025'
down_revision = '0023'
branch_labels = None
depends_on = None

WAITING = sa.text('due_at IS NOT NULL')
UNASSIGNED = sa.text('assignee_id IS NULL AND due_at IS NOT NULL')
UNACKNOWLEDGED = sa.text('level = 2 AND acknowledged_at IS NULL AND unanswered_since IS NOT NULL')
PROMISED = sa.text('promised_for IS NOT NULL')
ASKED = ['assignee_id', 'lang', 'level', 'acknowledged_at', 'unanswered_since']

BEFORE = {
    'unassigned': (['vendor_id', 'due_at', 'id'], UNASSIGNED),
    'unacknowledged': (['due_at', 'id', 'vendor_id'], UNACKNOWLEDGED),
    'unacknowledged_of': (['vendor_id', 'due_at', 'id'], UNACKNOWLEDGED),
    'promised': (['promised_for', 'id', 'vendor_id'], PROMISED),
}
AFTER = {
    'due_lang': (['lang', 'due_at', 'id', 'vendor_id', 'assignee_id', 'level'], WAITING),
    'vendor_lang': (['vendor_id', 'lang', 'due_at', 'id', 'assignee_id', 'level'], WAITING),
    'unacknowledged': (['due_at', 'id', 'vendor_id', *ASKED], UNACKNOWLEDGED),
    'unacknowledged_of': (['vendor_id', 'due_at', 'id', *ASKED], UNACKNOWLEDGED),
    'promised': (['vendor_id', 'promised_for', 'id', 'assignee_id', 'lang', 'level'], PROMISED),
}


def upgrade() -> None:
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    _replace(AFTER, BEFORE)


def _replace(old, new) -> None:
    for name in old:
        op.drop_index(f'ix_ticket_{name}', 'ticket')
    for name, (columns, where) in new.items():
        op.create_index(f'ix_ticket_{name}', 'ticket', columns, sqlite_where=where, postgresql_where=where)
