"""Days' sums of answers by language

Revision ID: 0019
Revises: 0018
"""
from alembic import op
import sqlalchemy as sa

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('score_lang',
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('hits', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_score_lang_vendor_id')),
    sa.PrimaryKeyConstraint('vendor_id', 'day', 'lang', name=op.f('pk_score_lang'))
    )
    op.create_index(op.f('ix_score_lang_day'), 'score_lang', ['day'])


def downgrade() -> None:
    op.drop_table('score_lang')
