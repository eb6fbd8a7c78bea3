"""Triages that are followed, and what staff found that their outcome should have been."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Utc, row_id, sealed

_WHERE_OPEN = text("state = 'open'")
_OUTCOMES = "('home', 'soon', 'today', 'emergency', 'ambulance')"


class Case(Base):
    """A triage with its follow-ups: open → closed, ``closed_for`` an answer, or silent, replaced, stopped.

    ``told`` holds complaints, rules, answers, protocol versions and whom it is about, all as codes. ``turn`` counts the
    follow-ups that were answered without an end (from 1), each asked from ``counts_from`` on; at ``silent_at`` nobody
    has answered it. ``seen_by``: the health worker who looked at a case that fell silent.
    """

    __tablename__ = "triage_case"
    __table_args__ = (
        Index("ix_triage_case_open", "silent_at", sqlite_where=_WHERE_OPEN, postgresql_where=_WHERE_OPEN),
        Index(None, "person_id"),
        Index(None, "closed_at"),
        CheckConstraint(f"outcome IN {_OUTCOMES}", name="outcome"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="whole_closing"),
        CheckConstraint("(closed_for IS NULL) = (closed_at IS NULL)", name="whole_end"),
    )

    id: Mapped[str] = row_id()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    outcome: Mapped[str] = mapped_column(String(16))
    told: Mapped[str] = sealed()
    cut_short: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="open")
    turn: Mapped[int] = mapped_column(default=1)
    counts_from: Mapped[datetime] = mapped_column(Utc)
    silent_at: Mapped[datetime] = mapped_column(Utc)
    last_answer: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_for: Mapped[str | None] = mapped_column(String(16))
    seen_by: Mapped[str | None] = mapped_column(String(64))
    seen_at: Mapped[datetime | None] = mapped_column(Utc)
    opened_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class Correction(Base):
    """What a health worker found that the outcome should have been. It outlives its case without its person: ``told``
    is a copy that does not say whom it is about. Whoever has their data erased takes it along."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "at"),
        CheckConstraint(f"outcome IN {_OUTCOMES}", name="outcome"),
        CheckConstraint(f"should_be IN {_OUTCOMES}", name="should_be"),
    )

    id: Mapped[str] = row_id()
    case_id: Mapped[str | None] = mapped_column(ForeignKey("triage_case.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(String(16))
    should_be: Mapped[str] = mapped_column(String(16))
    told: Mapped[str] = sealed()
    note: Mapped[str] = sealed()
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)


# A literal, so that the partial index serves (see IS_LIVE of bookings).
IS_FOLLOWED = Case.state == literal_column("'open'")
