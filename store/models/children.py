"""Children whose vaccinations are followed, and the doses they were given."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed

_WHERE_FOLLOWED = text("closed_at IS NULL")
_WHERE_STANDS = text("undone_at IS NULL")


class Child(Base):
    """A child. Followed until ``closed_at``; ``twin_index`` (name and birth date, blind) finds one told twice.

    ``counts_from``: reminders of what was due before that day count from it (told late, or resumed). ``look_on``: the
    day on which the planner has to look again, so that a night touches only those for whom something comes near.
    """

    __tablename__ = "child"
    __table_args__ = (
        Index(
            "uq_child_followed_twice", "person_id", "twin_index",
            unique=True, sqlite_where=_WHERE_FOLLOWED, postgresql_where=_WHERE_FOLLOWED,
        ),
        Index("ix_child_look_on", "look_on", sqlite_where=_WHERE_FOLLOWED, postgresql_where=_WHERE_FOLLOWED),
        CheckConstraint("sex IN ('f', 'm')", name="sex"),
        CheckConstraint("reminders IN ('on', 'off', 'paused')", name="reminders"),
        CheckConstraint("(closed_at IS NULL) = (closed_for IS NULL)", name="whole_closing"),
    )  # fmt: skip

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = sealed()
    birth: Mapped[str] = sealed()
    twin_index: Mapped[str] = mapped_column(String(64))
    sex: Mapped[str] = mapped_column(String(1))
    facility_id: Mapped[str | None] = mapped_column(ForeignKey("facility.id"))
    reminders: Mapped[str] = mapped_column(String(8), default="on")
    paused_until: Mapped[date | None]
    counts_from: Mapped[date]
    look_on: Mapped[date | None]
    closed_for: Mapped[str | None] = mapped_column(String(16))  # moved, died, mistake
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)


class Dose(Base):
    """A dose that was given, as it was told; taken back by ``undone_at``, never deleted before the child is."""

    __tablename__ = "dose"
    __table_args__ = (
        Index(
            "uq_dose_stands", "child_id", "antigen", "given_on",
            unique=True, sqlite_where=_WHERE_STANDS, postgresql_where=_WHERE_STANDS,
        ),
        Index(None, "child_id"),
    )  # fmt: skip

    id: Mapped[str] = row_id()
    child_id: Mapped[str] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    antigen: Mapped[str] = mapped_column(String(16))
    number: Mapped[int | None]
    given_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Utc)
    recorded_by: Mapped[str] = mapped_column(String(80))  # person, or staff:<id>
    undone_at: Mapped[datetime | None] = mapped_column(Utc)
