"""What staff see and what auditors read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed

_WHERE_OPEN = text("state = 'open'")


class Handoff(Base):
    """A request to speak with a human: a reason code, never the person's words. One open request a person."""

    __tablename__ = "handoff"
    __table_args__ = (
        Index(
            "uq_handoff_open_person", "person_id",
            unique=True, sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="open")  # open, closed
    taken_by: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class Feedback(Base):
    """A judgement in somebody's words. No column leads back to them: not even the hour, only the day."""

    __tablename__ = "feedback"

    id: Mapped[str] = row_id()
    text: Mapped[str] = sealed()
    created_at: Mapped[datetime] = mapped_column(Utc)


class Audit(Base):
    """Who did what to which row, and when. Append-only (triggers refuse the rest); ``detail`` has no personal data."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "table_name", "row_id"),)

    id: Mapped[str] = row_id()
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(64))
    table_name: Mapped[str] = mapped_column(String(32))
    row_id: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Seal(Base):
    """Proof that the keys file belongs to this database: one sealed word and its blind index."""

    __tablename__ = "seal"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    proof: Mapped[str] = sealed()
    proof_index: Mapped[str] = mapped_column(String(64))
