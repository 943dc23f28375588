"""What triage learns from, outside teams, and reasons that say where their words stand

Revision ID: 0006
Revises: 0005
"""
from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('name', name=op.f('uq_team_name'))
    )
    op.create_table('team_vendor',
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_vendor_team_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_team_vendor_vendor_id')),
    sa.PrimaryKeyConstraint('team_id', 'vendor_id', name=op.f('pk_team_vendor'))
    )
    op.create_index(op.f('ix_team_vendor_vendor_id'), 'team_vendor', ['vendor_id'], unique=False)
    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('level_was', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('intent_was', sa.String(length=30), nullable=True),
    sa.Column('intent', sa.String(length=30), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_correction_agent_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_correction_message_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_correction_ticket_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_correction_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index(op.f('ix_correction_ticket_id'), 'correction', ['ticket_id'], unique=False)
    op.create_index(op.f('ix_correction_vendor_id_id'), 'correction', ['vendor_id', 'id'], unique=False)
    op.create_table('model_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('texts', sa.Integer(), nullable=False),
    sa.Column('corrections', sa.Integer(), nullable=False),
    sa.Column('last_correction_id', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('worse', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_version')),
    sa.UniqueConstraint('version', name=op.f('uq_model_version_version'))
    )
    # Not as batches: SQLite would copy the tables, which others point to.
    op.add_column('ticket', sa.Column('level_proposed', sa.Integer(), nullable=True))
    op.execute('ALTER TABLE agent ADD COLUMN team_id INTEGER CONSTRAINT fk_agent_team_id REFERENCES team (id)')
    op.create_index(op.f('ix_agent_team_id'), 'agent', ['team_id'], unique=False)
    # Reasons were sentences; from now on they say where their words stand. The next message brings new ones.
    op.execute("UPDATE ticket SET level_reasons = '[]'")


def downgrade() -> None:
    op.execute("UPDATE ticket SET level_reasons = '[]'")
    op.drop_index(op.f('ix_agent_team_id'), 'agent')
    op.execute('ALTER TABLE agent DROP COLUMN team_id')
    op.execute('ALTER TABLE ticket DROP COLUMN level_proposed')
    for name in ('model_version', 'correction', 'team_vendor', 'team'):
        op.drop_table(name)
