"""Who waits for a free seat, and which seat was offered to whom. An index makes sure that no seat has two offers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.clock import ZONE
from store.models.base import Base, Utc, Wall, row_id, sealed

_WHERE_WAITS = text("state = 'waiting'")
_WHERE_OPEN = text("state = 'open'")


class Waiting(Base):
    """A place in the line for a service at a facility; the line goes by id. waiting → served | left."""

    __tablename__ = "waiting"
    __table_args__ = (
        Index(
            "uq_waiting_once", "person_id", "facility_id", "service", "beneficiary_index",
            unique=True, sqlite_where=_WHERE_WAITS, postgresql_where=_WHERE_WAITS,
        ),
        Index("ix_waiting_line", "facility_id", "service", "id", sqlite_where=_WHERE_WAITS,
              postgresql_where=_WHERE_WAITS),
        Index(None, "person_id"),
        CheckConstraint("state IN ('waiting', 'served', 'left')", name="state"),
    )  # fmt: skip

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    facility_id: Mapped[str] = mapped_column(ForeignKey("facility.id"))
    service: Mapped[str] = mapped_column(ForeignKey("service.code"))
    beneficiary: Mapped[str] = sealed()
    beneficiary_index: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    created_at: Mapped[datetime] = mapped_column(Utc)
    changed_at: Mapped[datetime] = mapped_column(Utc)


class Offer(Base):
    """A seat offered until ``ends``: open → taken | left | passed (nobody answered) | gone (somebody else took it).

    One open offer a seat, and never the same seat twice to the same place in the line.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index(
            "uq_offer_open_seat", "facility_id", "service", "starts", "seat",
            unique=True, sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN,
        ),
        Index(
            "uq_offer_open_waiting", "waiting_id",
            unique=True, sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN,
        ),
        Index("ix_offer_open_ends", "ends_at", sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN),
        UniqueConstraint("waiting_id", "starts"),
        CheckConstraint("state IN ('open', 'taken', 'left', 'passed', 'gone')", name="state"),
    )  # fmt: skip

    id: Mapped[str] = row_id()
    waiting_id: Mapped[str] = mapped_column(ForeignKey("waiting.id", ondelete="CASCADE"))
    facility_id: Mapped[str] = mapped_column(ForeignKey("facility.id"))
    service: Mapped[str] = mapped_column(ForeignKey("service.code"))
    starts: Mapped[datetime] = mapped_column(Wall)
    seat: Mapped[int]
    due: Mapped[datetime] = mapped_column(Wall)
    ends: Mapped[datetime] = mapped_column(Wall)
    zone: Mapped[str] = mapped_column(String(40), default=ZONE)
    ends_at: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
