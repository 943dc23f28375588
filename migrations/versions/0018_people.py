"""Sessions, wrong log-ins, second factors, links to come in by, absence and habits of people

Revision ID: 0018
Revises: 0017
"""
from alembic import op
import sqlalchemy as sa

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

OUTGOING = "delivery IN ('queued', 'sending')"
COLUMNS = ('theme', 'single_keys', 'work_hours', 'away_since', 'away_until', 'second_sealed', 'second_step')


def upgrade() -> None:
    op.add_column('agent', sa.Column('theme', sa.String(length=8), nullable=False, server_default=''))
    op.add_column('agent', sa.Column('single_keys', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('agent', sa.Column('work_hours', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('agent', sa.Column('away_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('agent', sa.Column('away_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('agent', sa.Column('second_sealed', sa.LargeBinary(), nullable=True))
    op.add_column('agent', sa.Column('second_step', sa.BigInteger(), nullable=True))
    op.create_index(op.f('ix_agent_name_id'), 'agent', ['name', 'id'])
    op.create_table('agent_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_agent_event_agent_id')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_agent_event_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent_event'))
    )
    op.create_index(op.f('ix_agent_event_agent_id_id'), 'agent_event', ['agent_id', 'id'])
    op.create_table('visit',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_visit_agent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit'))
    )
    op.create_index(op.f('ix_visit_agent_id'), 'visit', ['agent_id'])
    op.create_table('login_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failure'))
    )
    op.create_index(op.f('ix_login_failure_account_at'), 'login_failure', ['account', 'at'])
    op.create_index(op.f('ix_login_failure_address_at'), 'login_failure', ['address', 'at'])
    op.create_index(op.f('ix_login_failure_at'), 'login_failure', ['at'])
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_recovery_code_agent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index(op.f('ix_recovery_code_agent_id'), 'recovery_code', ['agent_id'])
    op.create_table('entry_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivery', sa.String(length=8), nullable=True),
    sa.Column('mail_id', sa.String(length=200), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_entry_link_agent_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agent.id'], name=op.f('fk_entry_link_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_link')),
    sa.UniqueConstraint('mail_id', name=op.f('uq_entry_link_mail_id'))
    )
    op.create_index(op.f('ix_entry_link_agent_id_created_at'), 'entry_link', ['agent_id', 'created_at'])
    op.create_index('ix_entry_link_outgoing', 'entry_link', ['delivery', 'next_try_at'], sqlite_where=sa.text(OUTGOING), postgresql_where=sa.text(OUTGOING))


def downgrade() -> None:
    for name in ('entry_link', 'recovery_code', 'login_failure', 'visit', 'agent_event'):
        op.drop_table(name)
    op.drop_index(op.f('ix_agent_name_id'), 'agent')
    for name in COLUMNS:
        op.drop_column('agent', name)
