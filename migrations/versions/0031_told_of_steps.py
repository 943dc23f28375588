"""People are told of steps by their bells, and a step knows the calls that told the marketplace

Revision ID: 0031
Revises: 0030
"""
import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'step_call',
        sa.Column('call_id', sa.Integer(), nullable=False),
        sa.Column('step_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(['call_id'], ['webhook_call.id'], name='fk_step_call_call_id'),
        sa.ForeignKeyConstraint(['step_id'], ['step.id'], name='fk_step_call_step_id'),
        sa.PrimaryKeyConstraint('call_id', name='pk_step_call'),
    )
    op.create_index('ix_step_call_step_id', 'step_call', ['step_id'])
    op.execute('ALTER TABLE telling ADD COLUMN step_id INTEGER CONSTRAINT fk_telling_step_id REFERENCES step (id)')
    op.create_index(
        'ix_telling_step', 'telling', ['step_id'],
        sqlite_where=sa.text('step_id IS NOT NULL'), postgresql_where=sa.text('step_id IS NOT NULL'),
    )


def downgrade() -> None:
    op.execute("DELETE FROM telling WHERE matter = 'step'")
    op.drop_index('ix_telling_step', 'telling')
    op.execute('ALTER TABLE telling DROP COLUMN step_id')
    op.drop_table('step_call')
