"""Whom the planner has to look at again: children whose day has come, and appointments that are near."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, func, select, update
from sqlalchemy.orm import Session

from store import clock
from store.models import IS_FOLLOWED, IS_LIVE, Booking, Case, Child, Revision
from store.models.base import table

_CHILD = table(Child)
_SET = update(_CHILD).where(_CHILD.c.id == bindparam("row")).values(look_on=bindparam("day"))
_READY = (
    select(_CHILD.c.id, _CHILD.c.person_id)
    .where(_CHILD.c.closed_at.is_(None), _CHILD.c.look_on <= bindparam("today"))
    .order_by(_CHILD.c.look_on)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
HEALED = "healed"


def take(session: Session, today: date, limit: int) -> list[str]:
    """People with a child to be looked at by now. Their children count as looked at; another process takes others."""
    rows = session.execute(_READY, {"today": today, "most": limit}).all()
    set_looks(session, [(row.id, None) for row in rows])
    return list(dict.fromkeys(row.person_id for row in rows))


def set_looks(session: Session, days: Sequence[tuple[str, date | None]]) -> None:
    """When each of these children is to be looked at again; None: not before something is told."""
    if days:
        session.execute(_SET, [{"row": child_id, "day": day} for child_id, day in days])


def booked_soon(session: Session, now: datetime, ahead: timedelta) -> list[str]:
    """People with an appointment soon or a triage that is followed; nobody when that was asked today already, by any
    process."""
    today = clock.local(now).date().toordinal()
    if session.get(Revision, HEALED) is None:
        session.merge(Revision(name=HEALED, number=0))
        session.flush()
    taken = cast(
        "CursorResult[Any]",
        session.execute(
            update(Revision)
            .where(Revision.name == HEALED, Revision.number < today)
            .values(number=today)
            .execution_options(synchronize_session=False)
        ),
    )
    if not taken.rowcount:
        return []
    wall = clock.local(now)
    booked = session.scalars(
        select(Booking.person_id)
        .where(IS_LIVE, Booking.starts > wall, Booking.starts < wall + ahead)
        .group_by(Booking.person_id)
        .order_by(func.min(Booking.starts))
    )
    followed = session.scalars(select(Case.person_id).where(IS_FOLLOWED).group_by(Case.person_id))
    return list(dict.fromkeys([*booked, *followed]))
