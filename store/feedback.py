"""Praise and complaints: kept without whoever said them, and read by staff. Reading is recorded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from store import audit, clock, sealed
from store.models import Feedback


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """A judgement in somebody's words, and the day it was left."""

    id: str
    day: date
    text: str


def leave(session: Session, text: str, now: datetime) -> None:
    """Keep a text. Nothing in the row or in the audit leads back to the person.

    The moment would: it is that of their consent. So the row holds the day alone, its id, unlike all others, does not
    tell the time, and the audit does not name the row.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    row = Feedback(id=secrets.token_hex(16), created_at=day)
    sealed.put(session, row, "text", text)
    session.add(row)
    audit.record(session, "person", "feedback.leave", "feedback", None, now)


def latest(
    session: Session, actor: str, now: datetime, *, before: str | None = None, limit: int = 50
) -> list[FeedbackRow]:
    """The newest day first; what comes after the row with the id ``before``, when given and still there.

    Writes who looked (``actor``) into the audit.
    """
    rows = select(Feedback).order_by(Feedback.created_at.desc(), Feedback.id.desc()).limit(limit)
    last = session.get(Feedback, before) if before is not None else None
    if last is not None:
        is_older = or_(
            Feedback.created_at < last.created_at, and_(Feedback.created_at == last.created_at, Feedback.id < last.id)
        )
        rows = rows.where(is_older)
    found = [
        FeedbackRow(row.id, clock.local(row.created_at).date(), sealed.must_get(session, row, "text"))
        for row in session.scalars(rows)
    ]
    audit.record(session, actor, "feedback.read", "feedback", None, now, count=len(found))
    return found
