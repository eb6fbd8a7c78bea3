"""Places of care, what they offer and when they are open."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id


class Service(Base):
    """A kind of care. ``minutes`` is what an appointment takes when the agenda does not say; ``rank`` breaks ties."""

    __tablename__ = "service"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    minutes: Mapped[int]
    rank: Mapped[int]


class Facility(Base):
    """A place of care; the id is its code. ``extra_services`` are offered without an appointment."""

    __tablename__ = "facility"
    __table_args__ = (
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="whole_position"),
        Index(None, "commune"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name_fr: Mapped[str] = mapped_column(String(200))
    name_ar: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    commune: Mapped[str] = mapped_column(String(16))
    address_fr: Mapped[str] = mapped_column(Text, default="")
    address_ar: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str | None] = mapped_column(String(32))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    open_all_day: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    extra_services: Mapped[list[Any]] = mapped_column(JSON, default=list)
    updated_at: Mapped[datetime] = mapped_column(Utc)


class FacilityHours(Base):
    """One weekly opening of a facility; weekday 0 is Monday."""

    __tablename__ = "facility_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
    )

    facility_id: Mapped[str] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[time] = mapped_column(primary_key=True)
    closes: Mapped[time]


class Agenda(Base):
    """Weekly appointments: from ``opens``, one start every ``slot_minutes``, each with ``seats`` numbered seats."""

    __tablename__ = "agenda"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
        CheckConstraint("slot_minutes > 0 AND seats > 0", name="positive"),
    )

    facility_id: Mapped[str] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(ForeignKey("service.code"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[time] = mapped_column(primary_key=True)
    closes: Mapped[time]
    slot_minutes: Mapped[int]
    seats: Mapped[int]


class AgendaException(Base):
    """A date that differs: closed (no hours), or other hours. Without ``service`` it holds for the whole facility."""

    __tablename__ = "agenda_exception"
    __table_args__ = (
        Index(None, "facility_id", "day"),
        CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="whole_hours"),
    )

    id: Mapped[str] = row_id()
    facility_id: Mapped[str] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    service: Mapped[str | None] = mapped_column(ForeignKey("service.code"))
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class Holiday(Base):
    """A public holiday; ``name`` is a message id. Religious dates are ``estimated`` until an admin confirms them."""

    __tablename__ = "holiday"
    __table_args__ = (CheckConstraint("status IN ('estimated', 'confirmed')", name="status"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))


class Revision(Base):
    """Counts the changes of rarely changed tables, so that processes know when their copy in memory is old."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int]
