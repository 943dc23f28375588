"""Stages told to a machine

Revision ID: 0016
Revises: 0015
"""
from alembic import op
import sqlalchemy as sa

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

ON_ITS_WAY = sa.text("delivery IN ('queued', 'sending')")


def upgrade() -> None:
    op.create_table('webhook_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivery', sa.String(length=8), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_call')),
    sa.UniqueConstraint('name', name=op.f('uq_webhook_call_name'))
    )
    op.create_index('ix_webhook_call_outgoing', 'webhook_call', ['delivery', 'next_try_at'], sqlite_where=ON_ITS_WAY, postgresql_where=ON_ITS_WAY)


def downgrade() -> None:
    op.drop_table('webhook_call')
