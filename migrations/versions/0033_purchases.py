"""What a ticket's order is of and who carries it, where the marketplace said so, and sums by both

Revision ID: 0033
Revises: 0032
"""
import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'purchase',
        sa.Column('ticket_id', sa.Integer(), nullable=False),
        sa.Column('carrier', sa.String(length=40), nullable=True),
        sa.Column('product', sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name='fk_purchase_ticket_id'),
        sa.PrimaryKeyConstraint('ticket_id', name='pk_purchase'),
    )
    op.create_index('ix_purchase_carrier_ticket_id', 'purchase', ['carrier', 'ticket_id'])
    op.create_index('ix_purchase_product_ticket_id', 'purchase', ['product', 'ticket_id'])
    op.create_table(
        'about_day',
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('about', sa.String(length=8), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('intent', sa.String(length=32), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('opened', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name='fk_about_day_vendor_id'),
        sa.PrimaryKeyConstraint('vendor_id', 'day', 'about', 'name', 'intent', 'lang', name='pk_about_day'),
    )
    op.create_index('ix_about_day_about_day', 'about_day', ['about', 'day'])
    op.create_index('ix_about_day_about_name_day', 'about_day', ['about', 'name', 'day'])


def downgrade() -> None:
    op.drop_table('about_day')
    op.drop_table('purchase')
