"""Where the planner is hooked in: whoever starts Labas hands it to the store, so that no arrow runs back to it.

Without one (a tool that only reads, a test of something else) nothing is planned; the nightly look makes up for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Protocol, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.clock import local
from store.models import IS_DUE_OPEN, IS_LIVE, Booking, Child, Due

KEY = "planner"


class Planner(Protocol):
    """Derives what people are to be reminded of, from all that is known of them, within the given transaction."""

    def plan(self, session: Session, person_ids: Iterable[str], now: datetime) -> None:
        """Derive again for these people; ``now`` is aware."""
        ...


def plan(session: Session, person_ids: Iterable[str], now: datetime) -> None:
    """Facts about these people changed: derive again, if there is a planner."""
    planner = cast("Planner | None", session.info.get(KEY))
    if planner is not None:
        planner.plan(session, person_ids, now)


def plan_around(session: Session, days: Collection[date], facility: str | None, now: datetime) -> None:
    """Days became open or closed: derive again for whoever has an appointment then, and look soon at the children with
    a reminder planned.

    ``facility`` None: everywhere.
    """
    if session.info.get(KEY) is None or not days:
        return
    session.flush()
    first, last = (datetime.combine(edge(days), hour) for edge, hour in ((min, time.min), (max, time.max)))
    there = () if facility is None else (Booking.facility_id == facility,)
    booked = select(Booking.person_id).where(IS_LIVE, Booking.starts.between(first, last), *there).distinct()
    plan(session, list(session.scalars(booked)), now)
    reminded = select(Due.person_id).where(IS_DUE_OPEN)
    theirs = () if facility is None else (Child.facility_id == facility,)
    session.execute(
        update(Child)
        .where(Child.closed_at.is_(None), Child.person_id.in_(reminded), *theirs)
        .values(look_on=local(now).date())
        .execution_options(synchronize_session=False)
    )
