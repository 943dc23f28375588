"""The lines that figures are made of, and their sums by day

Revision ID: 0017
Revises: 0016
"""
from alembic import op
import sqlalchemy as sa

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'score_line',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ticket_id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('agent_id', sa.Integer(), nullable=True),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('measure', sa.String(16), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('hit', sa.Boolean(), nullable=False),
        sa.Column('value', sa.Integer(), nullable=True),
        sa.Column('excused', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_score_line_ticket_id')),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_score_line_vendor_id')),
        sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_score_line_agent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_score_line')),
    )
    op.create_index(op.f('ix_score_line_ticket_id'), 'score_line', ['ticket_id'])
    op.create_index('ix_score_line_day', 'score_line', ['vendor_id', 'day'])
    op.create_index('ix_score_line_measure', 'score_line', ['vendor_id', 'measure', 'day', 'id', 'excused', 'value'])
    op.create_table(
        'score_day',
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('agent_id', sa.Integer(), nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('measure', sa.String(16), nullable=False),
        sa.Column('counted', sa.Integer(), nullable=False),
        sa.Column('hits', sa.Integer(), nullable=False),
        sa.Column('excused', sa.Integer(), nullable=False),
        sa.Column('valued', sa.Integer(), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_score_day_vendor_id')),
        sa.PrimaryKeyConstraint('vendor_id', 'agent_id', 'level', 'day', 'measure', name=op.f('pk_score_day')),
    )
    op.create_index('ix_score_day_overview', 'score_day', ['agent_id', 'level', 'day'])
    op.create_table(
        'theme_day',
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('intent', sa.String(32), nullable=False),
        sa.Column('lang', sa.String(8), nullable=False),
        sa.Column('opened', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_theme_day_vendor_id')),
        sa.PrimaryKeyConstraint('vendor_id', 'day', 'intent', 'lang', name=op.f('pk_theme_day')),
    )
    op.create_index(op.f('ix_theme_day_day'), 'theme_day', ['day'])
    op.create_table(
        'review',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('ticket_id', sa.Integer(), nullable=False),
        sa.Column('agent_id', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('understood', sa.Integer(), nullable=False),
        sa.Column('correct', sa.Integer(), nullable=False),
        sa.Column('friendly', sa.Integer(), nullable=False),
        sa.Column('next_step', sa.Integer(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_review_ticket_id')),
        sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_review_agent_id')),
        sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_review_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
        sa.UniqueConstraint('ticket_id', 'agent_id', name=op.f('uq_review_ticket_id_agent_id')),
    )
    op.create_index(op.f('ix_review_agent_id_at'), 'review', ['agent_id', 'at'])
    op.create_table(
        'report',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('agent_id', sa.Integer(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('subject', sa.String(200), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('delivery', sa.String(8), nullable=False),
        sa.Column('mail_id', sa.String(200), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('failure', sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_report_vendor_id')),
        sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_report_agent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
        sa.UniqueConstraint('agent_id', 'month', name=op.f('uq_report_agent_id_month')),
        sa.UniqueConstraint('mail_id', name=op.f('uq_report_mail_id')),
    )
    op.create_index(
        'ix_report_outgoing', 'report', ['delivery', 'next_try_at'],
        sqlite_where=sa.text("delivery IN ('queued', 'sending')"),
        postgresql_where=sa.text("delivery IN ('queued', 'sending')"),
    )


def downgrade() -> None:
    op.drop_table('report')
    op.drop_table('review')
    op.drop_table('theme_day')
    op.drop_table('score_day')
    op.drop_table('score_line')
