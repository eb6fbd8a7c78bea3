"""Who may sign in to the console, who is signed in now, and how often somebody tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id

ROLES = ("worker", "admin", "auditor")


class Staff(Base):
    """A member of staff. ``login`` is in its normal form; ``password`` is a hash that only the console can make."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('worker', 'admin', 'auditor')", name="role"),)

    id: Mapped[str] = row_id()
    login: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    facility_id: Mapped[str | None] = mapped_column(ForeignKey("facility.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Utc)


class StaffSession(Base):
    """One sign-in. The id is a hash of what the browser holds, so that a copy of the table opens nothing."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    form_token: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime] = mapped_column(Utc)
    ends_at: Mapped[datetime] = mapped_column(Utc, index=True)


class SignInTry(Base):
    """How often a sign-in was tried for one account, or from one network address. The id is a blind index."""

    __tablename__ = "sign_in_try"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Utc, index=True)
