"""Other keys of an address, its phone number and hours, and what the platform thinks of our templates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("address", sa.Column("heard_at", sa.DateTime(), nullable=True))
    op.add_column("address", sa.Column("marketing_stopped_at", sa.DateTime(), nullable=True))

    op.create_table(
        "alias",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("address_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("alias_index", sa.String(length=64), nullable=False),
        sa.Column("is_phone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_alias_address_id_address"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint("channel", "alias_index", name=op.f("uq_alias_channel_alias_index")),
    )
    op.create_index(op.f("ix_alias_address_id"), "alias", ["address_id"], unique=False)

    op.create_table(
        "template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("given_category", sa.String(length=16), nullable=False),
        sa.Column("body", sa.String(length=1024), nullable=False),
        sa.Column("placeholders", sa.JSON(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("quality", sa.String(length=16), nullable=True),
        sa.Column("platform_id", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("status_at", sa.DateTime(), nullable=True),
        sa.Column("category_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
        sa.UniqueConstraint("channel", "name", "language", name=op.f("uq_template_channel_name_language")),
    )
    op.create_index(op.f("ix_template_platform_id"), "template", ["platform_id"], unique=False)


def downgrade() -> None:
    op.drop_table("template")

    op.drop_table("alias")

    op.drop_column("address", "marketing_stopped_at")
    op.drop_column("address", "heard_at")
    op.drop_column("address", "phone")
