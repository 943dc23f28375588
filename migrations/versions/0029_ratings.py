"""What buyers said so far stands in the histories of their tickets, so that figures follow from it

Revision ID: 0029
Revises: 0028
"""
import sqlalchemy as sa
from alembic import op

from app.lib.clock import Instant

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

SURVEY = sa.table(
    'survey', sa.column('id'), sa.column('ticket_id'), sa.column('vendor_id'), sa.column('agent_id'),
    sa.column('score'), sa.column('asked_at', Instant), sa.column('answered_at', Instant),
)
EVENT = sa.table(
    'ticket_event', sa.column('ticket_id'), sa.column('kind'), sa.column('at', Instant),
    sa.column('data', sa.JSON),
)


def upgrade() -> None:
    answered = sa.select(SURVEY).where(SURVEY.c.score.is_not(None)).order_by(SURVEY.c.id)
    rows = [_rated(row) for row in op.get_bind().execute(answered)]
    if rows:
        op.bulk_insert(EVENT, rows)


def _rated(row: sa.Row) -> dict:
    said = {
        'survey': row.id, 'score': row.score, 'vendor': row.vendor_id, 'agent': row.agent_id,
        'asked': row.asked_at.isoformat(),
    }
    return {'ticket_id': row.ticket_id, 'kind': 'rated', 'at': row.answered_at, 'data': said}


def downgrade() -> None:
    op.execute("DELETE FROM ticket_event WHERE kind = 'rated'")
