"""What deadlines keep: promises, acknowledgements, silences, vendors' terms and the manner of telling

Revision ID: 0005
Revises: 0004
"""
from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

UNTOLD = "told_at IS NULL AND manner <> 'passed'"


def upgrade() -> None:
    op.create_table('vendor_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_vendor_event_agent_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_vendor_event_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vendor_event'))
    )
    with op.batch_alter_table('vendor_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vendor_event_vendor_id_id'), ['vendor_id', 'id'], unique=False)

    op.create_table('silence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('clock_was', sa.DateTime(timezone=True), nullable=False),
    sa.Column('within_was', sa.Integer(), nullable=False),
    sa.Column('sampled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('overruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_silence_agent_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['agent.id'], name=op.f('fk_silence_reviewed_by_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_silence_ticket_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_silence_vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_silence'))
    )
    with op.batch_alter_table('silence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_silence_ticket_id'), ['ticket_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_silence_vendor_id_at'), ['vendor_id', 'at'], unique=False)

    op.create_table('promise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('next_stage', sa.String(length=16), nullable=True),
    sa.Column('next_stage_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_promise_agent_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_promise_message_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['message.id'], name=op.f('fk_promise_settled_by_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_promise_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise'))
    )
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.create_index('ix_promise_settled', ['settled_at'], unique=False)
        batch_op.create_index('ix_promise_sweep', ['next_stage_at'], unique=False, sqlite_where=sa.text('next_stage_at IS NOT NULL'), postgresql_where=sa.text('next_stage_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_promise_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('acknowledgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('promise_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('wording', sa.String(length=8), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_acknowledgement_agent_id')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_acknowledgement_by_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_acknowledgement_message_id')),
    sa.ForeignKeyConstraint(['promise_id'], ['promise.id'], name=op.f('fk_acknowledgement_promise_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_acknowledgement_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acknowledgement')),
    sa.UniqueConstraint('message_id', name=op.f('uq_acknowledgement_message_id'))
    )
    with op.batch_alter_table('acknowledgement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acknowledgement_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_acknowledgement_ticket_id'), ['ticket_id'], unique=False)

    # Not as batches: SQLite would copy the tables, which others point to.
    op.add_column('alert', sa.Column('manner', sa.String(length=8), nullable=False, server_default='passed'))
    op.add_column('alert', sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_alert_untold', 'alert', ['manner', 'id'], unique=False, sqlite_where=sa.text(UNTOLD), postgresql_where=sa.text(UNTOLD))
    op.add_column('message', sa.Column('within_was', sa.Integer(), nullable=True))
    op.execute('ALTER TABLE ticket ADD COLUMN continued_in_id INTEGER CONSTRAINT fk_ticket_continued_in_id REFERENCES ticket (id)')
    op.execute('ALTER TABLE ticket DROP COLUMN overdue_at')
    carry_over()


def carry_over() -> None:
    """Open promises get a row of their own; the stages of a ticket are the reply clock's alone."""
    op.execute("""
        INSERT INTO promise (ticket_id, agent_id, made_at, due_at, outcome, next_stage, next_stage_at)
        SELECT ticket.id, (SELECT agent_id FROM ticket_event WHERE ticket_id = ticket.id
                           AND kind = 'promised' ORDER BY id DESC LIMIT 1),
               promised_at, promised_for, 'open', 'half', promised_at
        FROM ticket WHERE promised_for IS NOT NULL
    """)
    op.execute("""
        UPDATE ticket SET next_stage_at = unanswered_since,
                          next_stage = CASE WHEN unanswered_since IS NULL THEN NULL ELSE 'half' END
        WHERE clock = 'promise'
    """)
    op.execute("""
        UPDATE message SET within_was =
            (SELECT within_hours FROM ticket WHERE ticket.id = message.ticket_id)
        WHERE clock_was IS NOT NULL
    """)


def downgrade() -> None:
    op.add_column('ticket', sa.Column('overdue_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('ALTER TABLE ticket DROP COLUMN continued_in_id')
    op.execute('ALTER TABLE message DROP COLUMN within_was')
    op.drop_index('ix_alert_untold', 'alert')
    for name in ('told_at', 'manner'):
        op.execute(f'ALTER TABLE alert DROP COLUMN {name}')
    for name in ('acknowledgement', 'promise', 'silence', 'vendor_event'):
        op.drop_table(name)
