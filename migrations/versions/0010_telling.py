"""Who was told what, how people want to be told, and the digests that tell them

Revision ID: 0010
Revises: 0009
"""
from alembic import op
import sqlalchemy as sa

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

OUTGOING = "delivery IN ('queued', 'sending')"


def upgrade() -> None:
    op.create_table('digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivery', sa.String(length=8), nullable=False),
    sa.Column('mail_id', sa.String(length=200), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_digest_agent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('agent_id', 'slot', name=op.f('uq_digest_agent_id_slot')),
    sa.UniqueConstraint('mail_id', name=op.f('uq_digest_mail_id'))
    )
    op.create_index('ix_digest_outgoing', 'digest', ['delivery', 'next_try_at'], sqlite_where=sa.text(OUTGOING), postgresql_where=sa.text(OUTGOING))
    op.create_table('telling_habit',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('by_mail', sa.Boolean(), nullable=False),
    sa.Column('half_time', sa.Boolean(), nullable=False),
    sa.Column('quiet_from', sa.String(length=5), nullable=False),
    sa.Column('quiet_to', sa.String(length=5), nullable=False),
    sa.Column('muted_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_telling_habit_agent_id')),
    sa.PrimaryKeyConstraint('agent_id', name=op.f('pk_telling_habit'))
    )
    op.create_table('telling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('matter', sa.String(length=8), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=True),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('clock', sa.String(length=8), nullable=True),
    sa.Column('stage', sa.String(length=16), nullable=True),
    sa.Column('reached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('muted', sa.Boolean(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mail_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('digest_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_telling_agent_id')),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_telling_alert_id')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_telling_by_id')),
    sa.ForeignKeyConstraint(['digest_id'], ['digest.id'], name=op.f('fk_telling_digest_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_telling_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_telling')),
    sa.UniqueConstraint('agent_id', 'alert_id', name=op.f('uq_telling_agent_id_alert_id'))
    )
    op.create_index(op.f('ix_telling_agent_id_id'), 'telling', ['agent_id', 'id'])
    op.create_index('ix_telling_mail', 'telling', ['mail_at', 'agent_id'], sqlite_where=sa.text('mail_at IS NOT NULL'), postgresql_where=sa.text('mail_at IS NOT NULL'))
    op.create_index('ix_telling_unread', 'telling', ['agent_id'], sqlite_where=sa.text('read_at IS NULL AND muted = 0'), postgresql_where=sa.text('read_at IS NULL AND NOT muted'))


def downgrade() -> None:
    for name in ('telling', 'telling_habit', 'digest'):
        op.drop_table(name)
