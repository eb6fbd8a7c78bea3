"""Rows that will become messages. The scheduler's clock only asks for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from store.clock import ZONE
from store.models.base import Base, Utc, Wall, row_id

_WHERE_OPEN = text("state IN ('planned', 'claimed')")


class Due(Base):
    """One reminder of ``kind`` about ``subject`` (a child, a booking, an offer), in its ``visit`` (which of its days).

    planned → claimed → sent | expired | resolved | cancelled; a lease that ran out is claimed again. ``due`` and
    ``expires`` are wall time in ``zone``: what was meant. ``due_at`` and ``expires_at`` are derived from them and made
    anew when the zone data change. ``next_at``: when to look at the row; its hour, a later one, or the lease's end.
    """

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "due"),
        Index("ix_due_open", "next_at", sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN),
        Index(None, "person_id", "state"),
        Index(None, "settled_at"),
        CheckConstraint("state IN ('planned', 'claimed', 'sent', 'expired', 'resolved', 'cancelled')", name="state"),
    )

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(32))
    visit: Mapped[str] = mapped_column(String(16))
    due: Mapped[datetime] = mapped_column(Wall)
    expires: Mapped[datetime] = mapped_column(Wall)
    zone: Mapped[str] = mapped_column(String(40), default=ZONE)
    due_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    next_at: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(16), default="planned")
    reason: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


# Literals, so that the partial index serves (see IS_LIVE of bookings).
IS_DUE_OPEN = Due.state.in_([literal_column("'planned'"), literal_column("'claimed'")])
