"""Attachments, what operators did with mails, and the marketplace's REST door

Revision ID: 0003
Revises: 0002
"""
from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('withheld', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_attachment_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('key', name=op.f('uq_attachment_key')),
    sa.UniqueConstraint('message_id', 'position', name=op.f('uq_attachment_message_id_position'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_column('attachments')

    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('name', name=op.f('uq_api_token_name')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_table('api_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('body_index', sa.String(length=64), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_api_request_ticket_id')),
    sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], name=op.f('fk_api_request_token_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_request')),
    sa.UniqueConstraint('token_id', 'key_hash', name=op.f('uq_api_request_token_id_key_hash'))
    )
    op.create_table('relay_audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stored_mail_id', sa.Integer(), nullable=True),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deed', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_relay_audit_agent_id')),
    sa.ForeignKeyConstraint(['stored_mail_id'], ['stored_mail.id'], name=op.f('fk_relay_audit_stored_mail_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_relay_audit_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relay_audit'))
    )
    with op.batch_alter_table('relay_audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relay_audit_stored_mail_id'), ['stored_mail_id'], unique=False)

    with op.batch_alter_table('stored_mail', schema=None) as batch_op:
        batch_op.create_index('ix_stored_mail_message', ['message_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('stored_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_stored_mail_message')

    with op.batch_alter_table('relay_audit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_relay_audit_stored_mail_id'))

    op.drop_table('relay_audit')
    op.drop_table('api_request')
    op.drop_table('api_token')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attachments', sa.JSON(), nullable=False, server_default='[]'))

    op.drop_table('attachment')
