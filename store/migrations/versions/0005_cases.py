"""Triages that are followed, and corrections of their outcome."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OUTCOMES = "('home', 'soon', 'today', 'emergency', 'ambulance')"


def upgrade() -> None:
    op.create_table(
        "triage_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("cut_short", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("counts_from", sa.DateTime(), nullable=False),
        sa.Column("silent_at", sa.DateTime(), nullable=False),
        sa.Column("last_answer", sa.String(length=16), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("closed_for", sa.String(length=16), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(f"outcome IN {_OUTCOMES}", name=op.f("ck_triage_case_outcome")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_triage_case_state")),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_triage_case_whole_closing")),
        sa.CheckConstraint("(closed_for IS NULL) = (closed_at IS NULL)", name=op.f("ck_triage_case_whole_end")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_triage_case_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_case")),
    )
    op.create_index(
        "ix_triage_case_open",
        "triage_case",
        ["silent_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_triage_case_person_id"), "triage_case", ["person_id"], unique=False)
    op.create_index(op.f("ix_triage_case_closed_at"), "triage_case", ["closed_at"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("should_be", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(f"outcome IN {_OUTCOMES}", name=op.f("ck_correction_outcome")),
        sa.CheckConstraint(f"should_be IN {_OUTCOMES}", name=op.f("ck_correction_should_be")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["triage_case.id"], name=op.f("fk_correction_case_id_triage_case"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_case_id"), "correction", ["case_id"], unique=False)
    op.create_index(op.f("ix_correction_at"), "correction", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("correction")
    op.drop_table("triage_case")
