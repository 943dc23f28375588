"""Macros

Revision ID: 0004
Revises: 0003
"""
from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('macro',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('intent', sa.String(length=30), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_macro_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_macro')),
    sa.UniqueConstraint('vendor_id', 'key', 'lang', name=op.f('uq_macro_vendor_id_key_lang'))
    )
    with op.batch_alter_table('macro', schema=None) as batch_op:
        batch_op.create_index('ix_macro_lang', ['lang'], unique=False)
        batch_op.create_index('ix_macro_shared', ['key', 'lang'], unique=True,
                              sqlite_where=sa.text('vendor_id IS NULL'),
                              postgresql_where=sa.text('vendor_id IS NULL'))


def downgrade() -> None:
    op.drop_table('macro')
