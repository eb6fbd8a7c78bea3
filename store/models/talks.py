"""What came in and where the conversation stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed


class Inbox(Base):
    """One incoming message. The payload is emptied once it was worked on; the key stays to drop repeats.

    The key is a blind index, because some platforms' message ids hold the phone number.

    ``deliveries`` is counted before the work and guards its end: a worker whose count is no longer the row's has lost
    its lease.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_index"),
        Index(None, "state", "address_id"),
        Index(None, "received_at"),
        Index(None, "address_id", "received_at"),
    )

    id: Mapped[str] = row_id()
    channel: Mapped[str] = mapped_column(String(16))
    external_index: Mapped[str] = mapped_column(String(64))
    address_id: Mapped[str | None] = mapped_column(ForeignKey("address.id", ondelete="SET NULL"))
    payload: Mapped[str | None] = sealed()
    state: Mapped[str] = mapped_column(String(16), default="pending")  # pending, done, quarantined
    deliveries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Utc)
    code: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Utc)
    done_at: Mapped[datetime | None] = mapped_column(Utc)


class Talk(Base):
    """The one open conversation of a person, under the person's id; deleted when it ends.

    ``owner`` is the staff member who took over.
    """

    __tablename__ = "talk"

    id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    flow: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = sealed()
    owner: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(Utc)
    touched_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)
