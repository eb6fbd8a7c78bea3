"""Delivery: when a message may go next and why it waits, whose a try is and how far it came, and the shared pace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PENDING = sa.text("state = 'pending'")
_SETTLED = sa.text("settled_at IS NOT NULL")


def upgrade() -> None:
    # With defaults, because SQLite adds no other column that must be filled without making the table anew (and dropping
    # a table there deletes what hangs on it).
    op.add_column("message", sa.Column("channel", sa.String(length=16), nullable=False, server_default=""))
    op.add_column(
        "message", sa.Column("next_at", sa.DateTime(), nullable=False, server_default="1970-01-01 00:00:00.000000")
    )
    op.add_column("message", sa.Column("held_for", sa.String(length=32), nullable=True))
    op.add_column("message", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("message", sa.Column("failure", sa.String(length=16), nullable=True))
    # Only what is not over: the rest may be much, and nobody sends it. ``retry_at`` stays for as long as replicas of
    # the version before may still run; the rows that these write are taken over by ``store.outbox.adopt``.
    op.execute(
        "UPDATE message SET next_at = coalesce(retry_at, created_at),"
        " channel = (SELECT address.channel FROM address WHERE address.id = message.address_id),"
        " tries = (SELECT count(*) FROM attempt WHERE attempt.message_id = message.id)"
        " WHERE state IN ('pending', 'sending')"
    )
    op.create_index(
        "ix_message_next",
        "message",
        ["channel", "lane", "next_at"],
        unique=False,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.create_index(
        "ix_message_expires",
        "message",
        ["expires_at"],
        unique=False,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.drop_index(op.f("ix_message_state_settled_at"), table_name="message")
    op.create_index(
        "ix_message_settled",
        "message",
        ["state", "settled_at"],
        unique=False,
        sqlite_where=_SETTLED,
        postgresql_where=_SETTLED,
    )
    op.add_column("attempt", sa.Column("owner", sa.String(length=32), nullable=True))
    op.add_column("attempt", sa.Column("receipt", sa.String(length=16), nullable=True))
    op.add_column("attempt", sa.Column("receipt_at", sa.DateTime(), nullable=True))

    # How much somebody wrote in the last minute is asked at each message of theirs.
    op.create_index(op.f("ix_inbox_address_id_received_at"), "inbox", ["address_id", "received_at"], unique=False)
    op.drop_index(op.f("ix_inbox_address_id"), table_name="inbox")

    op.create_table(
        "lane",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("paused_until", sa.Double(), nullable=False),
        sa.Column("bulk_paused_until", sa.Double(), nullable=False),
        sa.Column("pause_code", sa.String(length=64), nullable=True),
        sa.Column("echoed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
    )
    op.create_table(
        "line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("paced_to", sa.DateTime(), nullable=True),
        sa.Column("waits_until", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("undelivered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["address.id"], name=op.f("fk_line_id_address"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
    )
    op.create_table(
        "opened",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "hour", name=op.f("pk_opened")),
    )


def downgrade() -> None:
    op.drop_table("opened")
    op.drop_table("line")
    op.drop_table("lane")
    op.create_index(op.f("ix_inbox_address_id"), "inbox", ["address_id"], unique=False)
    op.drop_index(op.f("ix_inbox_address_id_received_at"), table_name="inbox")
    for column in ("receipt_at", "receipt", "owner"):
        op.drop_column("attempt", column)
    op.drop_index("ix_message_settled", table_name="message")
    op.create_index(op.f("ix_message_state_settled_at"), "message", ["state", "settled_at"], unique=False)
    op.drop_index("ix_message_expires", table_name="message")
    op.drop_index("ix_message_next", table_name="message")
    op.execute("UPDATE message SET retry_at = next_at WHERE state = 'pending' AND next_at > created_at")
    for column in ("failure", "tries", "held_for", "next_at", "channel"):
        op.drop_column("message", column)
