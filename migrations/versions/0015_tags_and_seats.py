"""Tags, seats at a ticket with what was not sent yet, snoozes, notes on buyers, blocked buyers

Revision ID: 0015
Revises: 0014
"""
from alembic import op
import sqlalchemy as sa
import app.lib.clock

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_tag_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag')),
    sa.UniqueConstraint('vendor_id', 'name', name=op.f('uq_tag_vendor_id_name'))
    )
    op.create_table('ticket_tag',
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], name=op.f('fk_ticket_tag_tag_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_tag_ticket_id')),
    sa.PrimaryKeyConstraint('tag_id', 'ticket_id', name=op.f('pk_ticket_tag'))
    )
    op.create_index('ix_ticket_tag_ticket_id', 'ticket_tag', ['ticket_id'])
    op.create_table('seat',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', app.lib.clock.Instant(), nullable=True),
    sa.Column('typed_at', app.lib.clock.Instant(), nullable=True),
    sa.Column('kept_at', app.lib.clock.Instant(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('own_text', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('macro_id', sa.Integer(), nullable=True),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_seat_ticket_id')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_seat_agent_id')),
    sa.PrimaryKeyConstraint('ticket_id', 'agent_id', name=op.f('pk_seat'))
    )
    op.add_column('ticket', sa.Column('snoozed_until', app.lib.clock.Instant(), nullable=True))
    op.add_column('buyer', sa.Column('note', sa.Text(), nullable=False, server_default=''))
    op.add_column('buyer', sa.Column('blocked_at', app.lib.clock.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column('buyer', 'blocked_at')
    op.drop_column('buyer', 'note')
    op.drop_column('ticket', 'snoozed_until')
    op.drop_table('seat')
    op.drop_table('ticket_tag')
    op.drop_table('tag')
