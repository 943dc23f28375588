"""Lists that are narrowed are read from indexes alone; saved views

Revision ID: 0027
Revises: 0026
"""
from alembic import op
import sqlalchemy as sa

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

FACETS = ('vendor_id', 'level', 'lang', 'intent', 'assignee_id', 'state', 'opened_at')
RUNS = sa.text('due_at IS NOT NULL')
OLD = {
    'ix_ticket_queue': (['vendor_id', 'due_at', 'id'], RUNS),
    'ix_ticket_mine': (['assignee_id', 'due_at', 'id'], RUNS),
    'ix_ticket_board': (['due_at', 'id'], RUNS),
    'ix_ticket_lang': (['lang', 'due_at', 'id'], RUNS),
    'ix_ticket_recent': (['vendor_id', 'active_at', 'id'], None),
    'ix_ticket_recent_all': (['active_at', 'id'], None),
}
NEW = {
    'ix_ticket_queue': (['vendor_id', 'due_at', 'id'], RUNS),
    'ix_ticket_mine': (['assignee_id', 'due_at', 'id', 'snoozed_until'], RUNS),
    'ix_ticket_board': (['due_at', 'id'], RUNS),
    'ix_ticket_lang': (['lang', 'active_at', 'id'], None),
    'ix_ticket_intent': (['intent', 'active_at', 'id'], None),
    'ix_ticket_assignee': (['assignee_id', 'active_at', 'id'], None),
    'ix_ticket_recent': (['vendor_id', 'active_at', 'id'], None),
    'ix_ticket_recent_all': (['active_at', 'id'], None),
}


def _create(name, columns, where):
    op.create_index(name, 'ticket', columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    for name in OLD:
        op.drop_index(name, 'ticket')
    for name, (columns, where) in NEW.items():
        _create(name, [*columns, *(facet for facet in FACETS if facet not in columns)], where)
    op.create_table(
        'saved_view',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('agent_id', sa.Integer(), sa.ForeignKey('agent.id'), nullable=False),
        sa.Column('vendor_id', sa.Integer(), sa.ForeignKey('vendor.id'), nullable=True),
        sa.Column('team_id', sa.Integer(), sa.ForeignKey('team.id'), nullable=True),
        sa.Column('name', sa.String(40), nullable=False),
        sa.Column('query', sa.String(300), nullable=False),
        sa.Column('shared', sa.Boolean(), nullable=False),
        sa.UniqueConstraint('agent_id', 'name', name='uq_saved_view_agent_id'),
    )
    op.create_index('ix_saved_view_vendor_id', 'saved_view', ['vendor_id'])


def downgrade() -> None:
    op.drop_table('saved_view')
    for name in NEW:
        op.drop_index(name, 'ticket')
    for name, (columns, where) in OLD.items():
        _create(name, columns, where)
