"""Sender checks, notices to buyers, and pauses

Revision ID: 0002
Revises: 0001
"""
from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('token_index', sa.String(length=64), nullable=True),
    sa.Column('token_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivery', sa.String(length=8), nullable=False),
    sa.Column('mail_id', sa.String(length=200), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_notice_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('mail_id', name=op.f('uq_notice_mail_id')),
    sa.UniqueConstraint('token_index', name=op.f('uq_notice_token_index'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_ticket', ['ticket_id', 'created_at'], unique=False)
        batch_op.create_index('ix_notice_outgoing', ['delivery', 'next_try_at'], unique=False, sqlite_where=sa.text("delivery IN ('queued', 'sending')"), postgresql_where=sa.text("delivery IN ('queued', 'sending')"))

    op.create_table('put_off',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_put_off'))
    )
    with op.batch_alter_table('mask', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('way_back', schema=None) as batch_op:
        batch_op.alter_column('message_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('notice_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_way_back_notice_id'), 'notice', ['notice_id'], ['id'])

    with op.batch_alter_table('stored_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('notice_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('sender_check', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sender_index', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('asked_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_stored_mail_notice_id'), 'notice', ['notice_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_stored_mail_asked_id'), 'notice', ['asked_id'], ['id'])
        batch_op.create_index('ix_stored_mail_asked', ['asked_id'], unique=False, sqlite_where=sa.text('asked_id IS NOT NULL'), postgresql_where=sa.text('asked_id IS NOT NULL'))


def downgrade() -> None:
    with op.batch_alter_table('stored_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_stored_mail_asked', sqlite_where=sa.text('asked_id IS NOT NULL'), postgresql_where=sa.text('asked_id IS NOT NULL'))
        batch_op.drop_constraint(batch_op.f('fk_stored_mail_asked_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_stored_mail_notice_id'), type_='foreignkey')
        batch_op.drop_column('asked_id')
        batch_op.drop_column('sender_index')
        batch_op.drop_column('sender_check')
        batch_op.drop_column('notice_id')

    op.execute('DELETE FROM way_back WHERE message_id IS NULL')
    with op.batch_alter_table('way_back', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_way_back_notice_id'), type_='foreignkey')
        batch_op.drop_column('notice_id')
        batch_op.alter_column('message_id', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('mask', schema=None) as batch_op:
        batch_op.drop_column('paused_at')

    op.drop_table('put_off')
    op.drop_table('notice')
