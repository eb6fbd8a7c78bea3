"""Days on which a facility is closed or has other hours than usual; who is concerned is planned for again at once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from store import audit, planning
from store.ids import new_id
from store.models import AgendaException


def close(session: Session, facility: str, day: date, actor: str, now: datetime, *, service: str | None = None) -> None:
    """The facility (or one of its services) takes nobody on that day."""
    _drop(session, facility, day, service)
    session.add(AgendaException(id=new_id(), facility_id=facility, service=service, day=day))
    _changed(session, facility, day, actor, now, "facility.close_day")


def reopen(
    session: Session, facility: str, day: date, actor: str, now: datetime, *, service: str | None = None
) -> None:
    """The day is as any other of its weekday again."""
    _drop(session, facility, day, service)
    _changed(session, facility, day, actor, now, "facility.reopen_day")


def _drop(session: Session, facility: str, day: date, service: str | None) -> None:
    is_that = AgendaException.service.is_(None) if service is None else AgendaException.service == service
    session.execute(
        delete(AgendaException)
        .where(AgendaException.facility_id == facility, AgendaException.day == day, is_that)
        .execution_options(synchronize_session=False)
    )


def _changed(session: Session, facility: str, day: date, actor: str, now: datetime, action: str) -> None:
    session.flush()
    audit.record(session, actor, action, "facility", facility, now, day=day.isoformat())
    planning.plan_around(session, [day], facility, now)
