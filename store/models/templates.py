"""What the platform thinks of our templates: messages that it allows outside of the 24 hours after a person wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id


class Template(Base):
    """A template as it was submitted, in one of the platform's languages, and what became of it.

    ``status`` is the platform's word in small letters (pending, approved, rejected, paused, disabled …). ``category``
    is the one we asked for or accepted; ``given_category`` the platform's. While they differ nothing is sent with it.
    ``status_at`` and ``category_at`` are the platform's own moments: since when it says so.
    """

    __tablename__ = "template"
    __table_args__ = (UniqueConstraint("channel", "name", "language"),)

    id: Mapped[str] = row_id()
    channel: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(16))
    given_category: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(String(1024))
    placeholders: Mapped[list[str]] = mapped_column(JSON)
    buttons: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(64))
    quality: Mapped[str | None] = mapped_column(String(16))
    platform_id: Mapped[str | None] = mapped_column(String(64), index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Utc)
    changed_at: Mapped[datetime] = mapped_column(Utc)
    status_at: Mapped[datetime | None] = mapped_column(Utc)
    category_at: Mapped[datetime | None] = mapped_column(Utc)
