"""Feedback is kept without the person, as the privacy text says: what was kept with one loses the link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feedback") as table:
        table.drop_index(op.f("ix_feedback_person_id"))
        table.drop_constraint(op.f("fk_feedback_person_id_person"), type_="foreignkey")
        table.drop_column("person_id")


def downgrade() -> None:
    with op.batch_alter_table("feedback") as table:
        table.add_column(sa.Column("person_id", sa.String(length=32), nullable=True))
        table.create_foreign_key(
            op.f("fk_feedback_person_id_person"), "person", ["person_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_feedback_person_id"), ["person_id"], unique=False)
