"""Appointments. Two partial unique indexes, not code, make sure that none is doubled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from store.clock import ZONE
from store.models.base import Base, Utc, Wall, row_id, sealed

LIVE = "booked"
_WHERE_LIVE = text(f"state = '{LIVE}'")


class Booking(Base):
    """A seat taken. ``starts`` is wall time in ``zone``; a move changes the row, ``sequence`` counts the changes.

    ``confirmed_at``: when the person said that they will come.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index(
            "uq_booking_live_seat", "facility_id", "service", "starts", "seat",
            unique=True, sqlite_where=_WHERE_LIVE, postgresql_where=_WHERE_LIVE,
        ),
        Index(
            "uq_booking_live_person", "person_id", "service", "beneficiary_index",
            unique=True, sqlite_where=_WHERE_LIVE, postgresql_where=_WHERE_LIVE,
        ),
        # Partial and of one column, lest a planner without statistics takes it for the questions of one facility.
        Index("ix_booking_live_starts", "starts", sqlite_where=_WHERE_LIVE, postgresql_where=_WHERE_LIVE),
        CheckConstraint("state IN ('booked', 'cancelled', 'past')", name="state"),
        CheckConstraint("seat >= 0", name="seat"),
    )  # fmt: skip

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    facility_id: Mapped[str] = mapped_column(ForeignKey("facility.id"))
    service: Mapped[str] = mapped_column(ForeignKey("service.code"))
    starts: Mapped[datetime] = mapped_column(Wall)
    zone: Mapped[str] = mapped_column(String(40), default=ZONE)
    minutes: Mapped[int]
    seat: Mapped[int]
    beneficiary: Mapped[str] = sealed()
    beneficiary_index: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default=LIVE)
    sequence: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    changed_at: Mapped[datetime] = mapped_column(Utc)


# The value stands in the statement itself: with a parameter the databases could not see that the partial indexes fit.
IS_LIVE = Booking.state == literal_column(f"'{LIVE}'")
