"""Vendors' own aims, and silences by their moment

Revision ID: 0023
Revises: 0022
"""
from alembic import op
import sqlalchemy as sa

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('vendor', sa.Column('own_aim', sa.JSON(none_as_null=True), nullable=True))
    op.create_index(op.f('ix_silence_at'), 'silence', ['at'])
    op.drop_column('silence', 'sampled_at')


def downgrade() -> None:
    op.add_column('silence', sa.Column('sampled_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_index(op.f('ix_silence_at'), 'silence')
    op.drop_column('vendor', 'own_aim')
