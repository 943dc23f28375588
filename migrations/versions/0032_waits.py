"""The reply clock's next stage stands in a narrow table of its own

Revision ID: 0032
Revises: 0031
"""
from alembic import op
import sqlalchemy as sa

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

RUNNING = 'next_stage_at IS NOT NULL'


def upgrade() -> None:
    op.create_table('wait',
        sa.Column('ticket_id', sa.Integer(), nullable=False),
        sa.Column('next_stage', sa.String(length=16), nullable=True),
        sa.Column('next_stage_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id']),
        sa.PrimaryKeyConstraint('ticket_id')
    )
    op.execute('INSERT INTO wait (ticket_id, next_stage, next_stage_at) '
               'SELECT id, next_stage, next_stage_at FROM ticket WHERE unanswered_since IS NOT NULL')
    op.create_index('ix_wait_sweep', 'wait', ['next_stage_at'], sqlite_where=sa.text(RUNNING), postgresql_where=sa.text(RUNNING))
    op.drop_index('ix_ticket_sweep', 'ticket')
    op.drop_column('ticket', 'next_stage_at')
    op.drop_column('ticket', 'next_stage')


def downgrade() -> None:
    op.add_column('ticket', sa.Column('next_stage', sa.String(length=16), nullable=True))
    op.add_column('ticket', sa.Column('next_stage_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE ticket SET next_stage = (SELECT next_stage FROM wait WHERE ticket_id = ticket.id), '
               'next_stage_at = (SELECT next_stage_at FROM wait WHERE ticket_id = ticket.id)')
    op.create_index('ix_ticket_sweep', 'ticket', ['next_stage_at'], sqlite_where=sa.text(RUNNING), postgresql_where=sa.text(RUNNING))
    op.drop_table('wait')
