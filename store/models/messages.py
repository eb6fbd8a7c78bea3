"""What must be said, and each try at saying it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed

_WHERE_OPEN = text("state IN ('pending', 'sending')")


class Message(Base):
    """A message id with its parameters; words are made when it is sent. ``number`` orders the messages of an address.

    pending → sending → sent | failed | unknown; pending → expired. A failed try that may be repeated goes back to
    pending with ``retry_at``.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("address_id", "number"),
        Index("ix_message_open", "address_id", "number", sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN),
        Index(None, "state", "settled_at"),
    )

    id: Mapped[str] = row_id()
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    number: Mapped[int]
    inbox_id: Mapped[str | None] = mapped_column(ForeignKey("inbox.id", ondelete="SET NULL"), index=True)
    say: Mapped[str] = mapped_column(String(100))
    params: Mapped[str | None] = sealed()
    choices: Mapped[str | None] = sealed()
    outcome: Mapped[str | None] = mapped_column(String(16))
    document: Mapped[str | None] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(16))
    ask_location: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    retry_at: Mapped[datetime | None] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


class Attempt(Base):
    """One try, committed before the call: calling → sent | failed | unknown. ``said`` is what really went out."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("message_id", "number"), Index(None, "state", "at"))

    id: Mapped[str] = row_id()
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="calling")
    external_id: Mapped[str | None] = sealed()
    external_index: Mapped[str | None] = mapped_column(String(64), index=True)
    code: Mapped[str | None] = mapped_column(String(64))
    said: Mapped[str | None] = sealed()
    at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


# Literals, so that the partial index serves (see IS_LIVE of bookings).
IS_OPEN = Message.state.in_([literal_column("'pending'"), literal_column("'sending'")])
