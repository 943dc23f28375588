"""Known second addresses, mails under one id, doubts about what was hidden, numbers of an order

Revision ID: 0011
Revises: 0010
"""

from alembic import op
import sqlalchemy as sa

from app.lib.clock import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_sender",
        sa.Column("mask_id", sa.Integer(), nullable=False),
        sa.Column("sender_index", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mask_id"], ["mask.id"], name=op.f("fk_known_sender_mask_id")),
        sa.PrimaryKeyConstraint("mask_id", "sender_index", name=op.f("pk_known_sender")),
    )
    with op.batch_alter_table("stored_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mail_id_index", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("doubted_at", Instant(), nullable=True))
        batch_op.create_index(
            "ix_stored_mail_mail_id",
            ["mail_id_index"],
            unique=False,
            sqlite_where=sa.text("mail_id_index IS NOT NULL"),
            postgresql_where=sa.text("mail_id_index IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_stored_mail_doubted",
            ["id"],
            unique=False,
            sqlite_where=sa.text("doubted_at IS NOT NULL"),
            postgresql_where=sa.text("doubted_at IS NOT NULL"),
        )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("known_numbers", sa.JSON(), nullable=False, server_default="[]")
        )


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("known_numbers")
    with op.batch_alter_table("stored_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_mail_doubted")
        batch_op.drop_index("ix_stored_mail_mail_id")
        batch_op.drop_column("doubted_at")
        batch_op.drop_column("mail_id_index")
    op.drop_table("known_sender")
