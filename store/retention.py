"""How long what people agreed to is kept: the promises of the privacy text (``privacy.what_is_kept``), carried out.

A booking goes 30 days after its hour, with the person's name and phone when it was their last; a request for a human
the day after it was closed; praise and complaints after a year; and the person, with their address and what they agreed
to, when they have not written for a year.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, exists, or_, update
from sqlalchemy.orm import Session

from store import audit
from store.clock import local
from store.models import IS_LIVE, Booking, Feedback, Handoff, Person

BOOKINGS_KEPT = timedelta(days=30)
HANDOFFS_KEPT = timedelta(days=1)
FEEDBACK_KEPT = timedelta(days=365)


def expire(session: Session, now: datetime) -> int:
    """Erase what is past its time; how many rows. ``now`` is aware UTC."""
    bookings = _run(session, delete(Booking).where(~IS_LIVE, Booking.starts < local(now) - BOOKINGS_KEPT))
    names = _run(
        session,
        update(Person)
        .where(
            or_(Person.name.is_not(None), Person.phone.is_not(None)),
            Person.created_at < now - BOOKINGS_KEPT,
            ~exists().where(Booking.person_id == Person.id),
        )
        .values(name=None, phone=None, phone_index=None),
    )
    handoffs = _run(session, delete(Handoff).where(Handoff.state == "closed", Handoff.closed_at < now - HANDOFFS_KEPT))
    feedback = _run(session, delete(Feedback).where(Feedback.created_at < now - FEEDBACK_KEPT))
    erased = bookings + names + handoffs + feedback
    if erased:
        audit.record(session, "system", "retention.expire", "person", None, now, count=erased)
    return erased


def _run(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
