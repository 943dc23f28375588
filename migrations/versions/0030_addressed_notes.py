"""Whom a note is for, where it is for the other side of the desk

Revision ID: 0030
Revises: 0029
"""
import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('message', sa.Column('addressee', sa.String(8), nullable=True))


def downgrade() -> None:
    op.drop_column('message', 'addressee')
