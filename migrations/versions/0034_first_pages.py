"""A picture of a document's first page beside the document

Revision ID: 0034
Revises: 0033
"""
import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('attachment') as batch:
        batch.add_column(sa.Column('preview_key', sa.String(32), nullable=True))
        batch.create_unique_constraint('uq_attachment_preview_key', ['preview_key'])


def downgrade() -> None:
    with op.batch_alter_table('attachment') as batch:
        batch.drop_constraint('uq_attachment_preview_key', type_='unique')
        batch.drop_column('preview_key')
