"""What waits and why, for staff: messages that may not go now although their hour has come."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import IS_PENDING, Message


def counts(session: Session) -> list[tuple[str, int]]:
    """How many messages wait for each reason, the most first."""
    rows = session.execute(
        select(Message.held_for, func.count())
        .where(IS_PENDING, Message.held_for.is_not(None))
        .group_by(Message.held_for)
        .order_by(func.count().desc(), Message.held_for)
    )
    return [(str(reason), count) for reason, count in rows]
