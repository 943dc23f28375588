"""Deadlines that were excused, and nudges by ticket

Revision ID: 0012
Revises: 0011
"""
from alembic import op
import sqlalchemy as sa

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

NUDGE = "matter = 'nudge'"


def upgrade() -> None:
    op.create_table('excuse',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('clock', sa.String(length=8), nullable=False),
    sa.Column('clock_started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_excuse_agent_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_excuse_ticket_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_excuse_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_excuse')),
    sa.UniqueConstraint('ticket_id', 'clock', 'clock_started_at', name=op.f('uq_excuse_ticket_id_clock_clock_started_at'))
    )
    op.create_index(op.f('ix_excuse_vendor_id_at'), 'excuse', ['vendor_id', 'at'])
    op.create_index('ix_telling_nudge', 'telling', ['ticket_id', 'at'], sqlite_where=sa.text(NUDGE), postgresql_where=sa.text(NUDGE))


def downgrade() -> None:
    op.drop_index('ix_telling_nudge', 'telling')
    op.drop_table('excuse')
