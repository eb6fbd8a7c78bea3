"""On which days a facility takes people for a vaccination: what a planned day must be, and where it moves to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.models import Agenda, AgendaException, Facility, FacilityHours, Holiday
from store.models.base import table

VACCINATION = "vaccination"
# Without a known centre: the days on which health centres are open.
_USUAL = frozenset(range(5))
_AGENDA, _HOURS, _EXCEPTION, _HOLIDAY, _FACILITY = map(
    table, (Agenda, FacilityHours, AgendaException, Holiday, Facility)
)


class OpenDays:
    """The days of some facilities over a range of days, read in five queries; asked as often as wanted.

    The days of the vaccination agenda where a facility has one, else those of its hours; an exception (of the service
    before one of the facility) goes before a holiday, and on a holiday nobody is vaccinated.
    """

    def __init__(self, session: Session, facilities: Iterable[str], first: date, last: date) -> None:
        ids = list(dict.fromkeys(facilities))
        self._weekly: dict[str, set[int]] = {}
        for statement in (
            select(_HOURS.c.facility_id, _HOURS.c.weekday).where(_HOURS.c.facility_id.in_(ids)),
            select(_AGENDA.c.facility_id, _AGENDA.c.weekday).where(
                _AGENDA.c.facility_id.in_(ids), _AGENDA.c.service == VACCINATION
            ),
        ):
            read: dict[str, set[int]] = {}
            for facility, weekday in session.execute(statement):
                read.setdefault(facility, set()).add(weekday)
            self._weekly |= read
        self._exceptions = self._read_exceptions(session, ids, first, last)
        self._holidays = set(session.scalars(select(_HOLIDAY.c.day).where(_HOLIDAY.c.day.between(first, last))))
        self._names = {
            row.id: (row.name_fr, row.name_ar)
            for row in session.execute(
                select(_FACILITY.c.id, _FACILITY.c.name_fr, _FACILITY.c.name_ar).where(_FACILITY.c.id.in_(ids))
            )
        }

    @staticmethod
    def _read_exceptions(session: Session, ids: list[str], first: date, last: date) -> dict[tuple[str, date], bool]:
        general: dict[tuple[str, date], bool] = {}
        special: dict[tuple[str, date], bool] = {}
        for row in session.execute(
            select(_EXCEPTION.c.facility_id, _EXCEPTION.c.day, _EXCEPTION.c.service, _EXCEPTION.c.opens).where(
                _EXCEPTION.c.facility_id.in_(ids),
                _EXCEPTION.c.day.between(first, last),
                or_(_EXCEPTION.c.service.is_(None), _EXCEPTION.c.service == VACCINATION),
            )
        ):
            into = general if row.service is None else special
            key = (row.facility_id, row.day)
            into[key] = into.get(key, False) or row.opens is not None
        return general | special

    def is_open(self, facility: str | None, day: date) -> bool:
        """Whether one can be vaccinated there on that day; None: at any health centre."""
        if facility is None:
            return day.weekday() in _USUAL and day not in self._holidays
        said = self._exceptions.get((facility, day))
        if said is not None:
            return said
        return day not in self._holidays and day.weekday() in self._weekly.get(facility, _USUAL)

    def name(self, facility: str | None) -> tuple[str, str] | None:
        """French and Arabic name, or None without a known facility."""
        return None if facility is None else self._names.get(facility)

    def common(self, facilities: list[str | None], start: date, *, latest: date | None, earliest: date) -> date:
        """The first day from ``start`` on when all are open, not after ``latest``: else the last one before it, not
        before ``earliest``; ``start`` itself when there is none."""
        forth = (start + timedelta(days=step) for step in range(11))
        back = (start - timedelta(days=step) for step in range(1, 11))
        for day in (*(d for d in forth if latest is None or d <= latest), *(d for d in back if d >= earliest)):
            if all(self.is_open(facility, day) for facility in facilities):
                return day
        return start
