"""A vendor's memory of approved sentences and its glossary; a buyer's language as a person set it

Revision ID: 0007
Revises: 0006
"""
from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('segment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('source_lang', sa.String(length=8), nullable=False),
    sa.Column('target_lang', sa.String(length=8), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('is_back', sa.Boolean(), nullable=False),
    sa.Column('origin', sa.String(length=8), nullable=False),
    sa.Column('learned_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_segment_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_segment')),
    sa.UniqueConstraint('digest', name=op.f('uq_segment_digest'))
    )
    op.create_index(op.f('ix_segment_vendor_id_id'), 'segment', ['vendor_id', 'id'], unique=False)
    op.create_table('segment_word',
    sa.Column('segment_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.BigInteger(), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['segment_id'], ['segment.id'], name=op.f('fk_segment_word_segment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('segment_id', 'word', name=op.f('pk_segment_word')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_segment_word_word_length_segment_id'), 'segment_word', ['word', 'length', 'segment_id'], unique=False)
    op.create_table('segment_scope',
    sa.Column('segment_id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['segment_id'], ['segment.id'], name=op.f('fk_segment_scope_segment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('segment_id', 'scope', name=op.f('pk_segment_scope')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_segment_scope_scope'), 'segment_scope', ['scope'], unique=False)
    op.create_table('term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('source_lang', sa.String(length=8), nullable=False),
    sa.Column('target_lang', sa.String(length=8), nullable=False),
    sa.Column('folded', sa.String(length=240), nullable=False),
    sa.Column('text', sa.String(length=80), nullable=False),
    sa.Column('rendering', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_term_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('vendor_id', 'source_lang', 'target_lang', 'folded', name=op.f('uq_term_vendor_id_source_lang_target_lang_folded'))
    )
    op.create_index(op.f('ix_term_vendor_id_folded_id'), 'term', ['vendor_id', 'folded', 'id'], unique=False)
    op.create_table('lesson',
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_lesson_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_lesson'))
    )
    # It held what was detected first; from now on only what a person said, which then sticks.
    op.execute('UPDATE buyer SET lang = NULL')


def downgrade() -> None:
    for name in ('lesson', 'term', 'segment_scope', 'segment_word', 'segment'):
        op.drop_table(name)
