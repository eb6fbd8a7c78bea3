"""How long what people agreed to is kept: the promises of the privacy text (``privacy.what_is_kept``), carried out.

A booking goes 30 days after its hour, with the person's name and phone when it was their last; a request for a human
the day after it was closed; praise and complaints after a year; a child 30 days after it is no longer followed, or when
it has grown up; places on a waiting list and followed triages 30 days after they ended, what staff found wrong in one
(which no longer says whose it was) after a year; planned messages 120 days after they were settled
(until then they count how often somebody was reminded); and the person, with their address and what they agreed to,
when they have not written for a year and no child of theirs is followed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, and_, delete, exists, or_, update
from sqlalchemy.orm import Session

from store import audit
from store.clock import local
from store.models import IS_LIVE, Booking, Case, Child, Correction, Due, Feedback, Handoff, Person, Waiting

BOOKINGS_KEPT = timedelta(days=30)
HANDOFFS_KEPT = timedelta(days=1)
FEEDBACK_KEPT = timedelta(days=365)
CLOSED_CHILDREN_KEPT = timedelta(days=30)
LONGEST_FOLLOWED = timedelta(days=18 * 366)
WAITING_KEPT = timedelta(days=30)
LONGEST_WAIT = timedelta(days=180)
DUE_KEPT = timedelta(days=120)
CASES_KEPT = timedelta(days=30)
CORRECTIONS_KEPT = timedelta(days=365)


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
    children = _run(
        session,
        delete(Child).where(
            or_(Child.closed_at < now - CLOSED_CHILDREN_KEPT, Child.created_at < now - LONGEST_FOLLOWED)
        ),
    )
    waiting = _run(
        session,
        delete(Waiting).where(
            or_(
                and_(Waiting.state != "waiting", Waiting.changed_at < now - WAITING_KEPT),
                Waiting.created_at < now - LONGEST_WAIT,
            )
        ),
    )
    due = _run(session, delete(Due).where(Due.settled_at < now - DUE_KEPT))
    cases = _run(session, delete(Case).where(Case.closed_at < now - CASES_KEPT))
    corrections = _run(session, delete(Correction).where(Correction.at < now - CORRECTIONS_KEPT))
    erased = bookings + names + handoffs + feedback + children + waiting + due + cases + corrections
    if erased:
        audit.record(session, "system", "retention.expire", "person", None, now, count=erased)
    return erased


def _run(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
