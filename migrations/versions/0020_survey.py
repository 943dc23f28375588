"""The question after a closing and its answer; a person's rows with every vendor by index

Revision ID: 0020
Revises: 0019
"""
from alembic import op
import sqlalchemy as sa

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

LONG = sa.text('tangibles IS NOT NULL OR reliability IS NOT NULL OR responsiveness IS NOT NULL OR assurance IS NOT NULL OR empathy IS NOT NULL')
ANSWERED = sa.text('answered_at IS NOT NULL')


def upgrade() -> None:
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('buyer_id', sa.Integer(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('words_lang', sa.String(length=8), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('tangibles', sa.Integer(), nullable=True),
    sa.Column('reliability', sa.Integer(), nullable=True),
    sa.Column('responsiveness', sa.Integer(), nullable=True),
    sa.Column('assurance', sa.Integer(), nullable=True),
    sa.Column('empathy', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_survey_agent_id')),
    sa.ForeignKeyConstraint(['buyer_id'], ['buyer.id'], name=op.f('fk_survey_buyer_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_survey_draft_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_survey_ticket_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_survey_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('key', name=op.f('uq_survey_key')),
    sa.UniqueConstraint('ticket_id', 'closed_at', name=op.f('uq_survey_ticket_id_closed_at'))
    )
    op.create_index(op.f('ix_survey_vendor_id_answered_at_id'), 'survey', ['vendor_id', 'answered_at', 'id'])
    op.create_index('ix_survey_of_vendor', 'survey', ['vendor_id', 'asked_at', 'agent_id', 'score'])
    op.create_index('ix_survey_asked', 'survey', ['asked_at', 'vendor_id', 'score'])
    op.create_index('ix_survey_long', 'survey', ['asked_at', 'vendor_id'], sqlite_where=LONG, postgresql_where=LONG)
    op.create_index(op.f('ix_survey_agent_id_asked_at'), 'survey', ['agent_id', 'asked_at'])
    op.create_index(op.f('ix_survey_buyer_id_asked_at'), 'survey', ['buyer_id', 'asked_at'])
    op.create_index('ix_survey_answered', 'survey', ['answered_at', 'id'], sqlite_where=ANSWERED, postgresql_where=ANSWERED)
    op.create_index(op.f('ix_buyer_address_index'), 'buyer', ['address_index'])


def downgrade() -> None:
    op.drop_index(op.f('ix_buyer_address_index'), 'buyer')
    op.drop_table('survey')
