"""Standards, daily readings and steps; charter, training and going live

Vendors that had tickets before are live since their beginning.

Revision ID: 0022
Revises: 0021
"""
from alembic import op
import sqlalchemy as sa

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

PROPOSED = sa.text("state = 'proposed'")


def upgrade() -> None:
    op.create_table('standard',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=True),
    sa.Column('measure', sa.String(length=20), nullable=False),
    sa.Column('warn', sa.Float(), nullable=False),
    sa.Column('bound', sa.Float(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('least', sa.Integer(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['ended_by_id'], ['agent.id'], name=op.f('fk_standard_ended_by_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['agent.id'], name=op.f('fk_standard_set_by_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_standard_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard'))
    )
    op.create_index(op.f('ix_standard_measure_vendor_id'), 'standard', ['measure', 'vendor_id'])
    op.create_table('standard_reading',
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('measure', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('standard_id', sa.Integer(), nullable=False),
    sa.Column('share', sa.Float(), nullable=True),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=6), nullable=False),
    sa.ForeignKeyConstraint(['standard_id'], ['standard.id'], name=op.f('fk_standard_reading_standard_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_standard_reading_vendor_id')),
    sa.PrimaryKeyConstraint('vendor_id', 'measure', 'day', name=op.f('pk_standard_reading'))
    )
    op.create_index(op.f('ix_standard_reading_day'), 'standard_reading', ['day'])
    op.create_table('step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('measure', sa.String(length=20), nullable=False),
    sa.Column('standard_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('share', sa.Float(), nullable=True),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['agent.id'], name=op.f('fk_step_decided_by_id')),
    sa.ForeignKeyConstraint(['standard_id'], ['standard.id'], name=op.f('fk_step_standard_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_step_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step'))
    )
    op.create_index(op.f('ix_step_vendor_id_proposed_at_id'), 'step', ['vendor_id', 'proposed_at', 'id'])
    op.create_index(op.f('ix_step_proposed_at_id'), 'step', ['proposed_at', 'id'])
    op.create_index('uq_step_proposed', 'step', ['vendor_id', 'measure'], unique=True, sqlite_where=PROPOSED, postgresql_where=PROPOSED)
    op.create_table('charter_acceptance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=10), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_charter_acceptance_agent_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_charter_acceptance_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charter_acceptance')),
    sa.UniqueConstraint('vendor_id', 'version', name=op.f('uq_charter_acceptance_vendor_id_version'))
    )
    op.create_table('training',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_training_agent_id')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_training_by_id')),
    sa.PrimaryKeyConstraint('agent_id', name=op.f('pk_training'))
    )
    op.create_table('onboarding',
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('test_ticket_id', sa.Integer(), nullable=True),
    sa.Column('live_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('live_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['live_by_id'], ['agent.id'], name=op.f('fk_onboarding_live_by_id')),
    sa.ForeignKeyConstraint(['test_ticket_id'], ['ticket.id'], name=op.f('fk_onboarding_test_ticket_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_onboarding_vendor_id')),
    sa.PrimaryKeyConstraint('vendor_id', name=op.f('pk_onboarding'))
    )
    op.execute(sa.text(
        'INSERT INTO onboarding (vendor_id, live_at) SELECT id, created_at FROM vendor '
        'WHERE EXISTS (SELECT 1 FROM ticket WHERE ticket.vendor_id = vendor.id)'
    ))


def downgrade() -> None:
    for name in ('onboarding', 'training', 'charter_acceptance', 'step', 'standard_reading', 'standard'):
        op.drop_table(name)
