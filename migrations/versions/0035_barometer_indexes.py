"""The barometer sums from indexes that hold all it asks for

Revision ID: 0035
Revises: 0034
"""
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_theme_day_summed', 'theme_day', ['intent', 'day', 'lang', 'opened'])
    op.drop_index('ix_about_day_about_name_day', 'about_day')
    op.create_index('ix_about_day_summed', 'about_day', ['about', 'name', 'day', 'lang', 'opened'])


def downgrade() -> None:
    op.drop_index('ix_about_day_summed', 'about_day')
    op.create_index('ix_about_day_about_name_day', 'about_day', ['about', 'name', 'day'])
    op.drop_index('ix_theme_day_summed', 'theme_day')
