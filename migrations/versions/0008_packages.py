"""Packages that are to be installed, and how good the installed ones are

Revision ID: 0008
Revises: 0007
"""
from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

PENDING = sa.text("state IN ('waiting', 'working')")


def upgrade() -> None:
    op.create_table('package_job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=8), nullable=False),
    sa.Column('is_removal', sa.Boolean(), nullable=False),
    sa.Column('source_lang', sa.String(length=8), nullable=True),
    sa.Column('target_lang', sa.String(length=8), nullable=True),
    sa.Column('version', sa.String(length=31), nullable=False),
    sa.Column('file', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('done_bytes', sa.BigInteger(), nullable=False),
    sa.Column('total_bytes', sa.BigInteger(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('fault', sa.JSON(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['agent.id'], name=op.f('fk_package_job_asked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_package_job'))
    )
    op.create_index('uq_package_job_pending', 'package_job', ['source_lang', 'target_lang'], unique=True, sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index('ix_package_job_due', 'package_job', ['due_at', 'id'], unique=False, sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_table('package_quality',
    sa.Column('source_lang', sa.String(length=8), nullable=False),
    sa.Column('target_lang', sa.String(length=8), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sentences', sa.Integer(), nullable=False),
    sa.Column('translated', sa.Integer(), nullable=False),
    sa.Column('likeness', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('source_lang', 'target_lang', name=op.f('pk_package_quality'))
    )


def downgrade() -> None:
    for name in ('package_quality', 'package_job'):
        op.drop_table(name)
