"""Which starts a facility offers on a day, and how many seats of each are still free.

The weekly agenda, unless the date says otherwise: an exception of the service goes before one of the facility, an
exception before a holiday, and on a holiday nobody gives appointments, in hospitals neither: what is open there day and
night is the emergency room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from store.models import IS_LIVE, Agenda, AgendaException, Booking, Facility, Holiday
from store.models.base import table

_AGENDA, _FACILITY, _EXCEPTION, _HOLIDAY, _BOOKING = map(table, (Agenda, Facility, AgendaException, Holiday, Booking))
_WEEKLY = (
    select(
        _AGENDA.c.weekday, _AGENDA.c.opens, _AGENDA.c.closes, _AGENDA.c.slot_minutes, _AGENDA.c.seats,
    )
    .join(_AGENDA, _AGENDA.c.facility_id == _FACILITY.c.id)
    .where(_FACILITY.c.id == bindparam("facility"), _FACILITY.c.active, _AGENDA.c.service == bindparam("service"))
    .order_by(_AGENDA.c.weekday, _AGENDA.c.opens)
)  # fmt: skip
_EXCEPTIONS = select(_EXCEPTION.c.day, _EXCEPTION.c.service, _EXCEPTION.c.opens, _EXCEPTION.c.closes).where(
    _EXCEPTION.c.facility_id == bindparam("facility"),
    _EXCEPTION.c.day.between(bindparam("first"), bindparam("last")),
    or_(_EXCEPTION.c.service.is_(None), _EXCEPTION.c.service == bindparam("service")),
)
_HOLIDAYS = select(_HOLIDAY.c.day).where(_HOLIDAY.c.day.between(bindparam("first"), bindparam("last")))
_TAKEN = (
    select(_BOOKING.c.starts, func.count())
    .where(
        _BOOKING.c.facility_id == bindparam("facility"),
        _BOOKING.c.service == bindparam("service"),
        IS_LIVE,
        _BOOKING.c.starts.between(bindparam("first"), bindparam("last")),
    )
    .group_by(_BOOKING.c.starts)
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A start with its numbered seats, taken or not."""

    starts: datetime
    minutes: int
    seats: int


@dataclass(frozen=True, slots=True)
class _Opening:
    opens: time
    closes: time
    minutes: int
    seats: int

    def slots(self, day: date) -> Iterator[Slot]:
        step = timedelta(minutes=self.minutes)
        start, end = datetime.combine(day, self.opens), datetime.combine(day, self.closes)
        while start + step <= end:
            yield Slot(start, self.minutes, self.seats)
            start += step


class Calendar:
    """The agenda of one service at one facility over a range of days (both included), read in four queries."""

    def __init__(self, session: Session, facility: str, service: str, first: date, last: date) -> None:
        self._session = session
        self._where = {"facility": facility, "service": service}
        self._weekly = self._read_weekly()
        range_ = {"first": first, "last": last}
        self._exceptions = self._read_exceptions(range_) if self._weekly else {}
        self._holidays = set(session.scalars(_HOLIDAYS, range_)) if self._weekly else set()

    def _read_weekly(self) -> dict[int, list[_Opening]]:
        weekly: dict[int, list[_Opening]] = {}
        for weekday, opens, closes, minutes, seats in self._session.execute(_WEEKLY, self._where):
            weekly.setdefault(weekday, []).append(_Opening(opens, closes, minutes, seats))
        return weekly

    def _read_exceptions(self, range_: dict[str, date]) -> dict[date, list[tuple[time, time]]]:
        of_service: dict[date, list[tuple[time, time]]] = {}
        of_facility: dict[date, list[tuple[time, time]]] = {}
        for day, service, opens, closes in self._session.execute(_EXCEPTIONS, {**self._where, **range_}):
            hours = (of_facility if service is None else of_service).setdefault(day, [])
            if opens is not None and closes is not None:
                hours.append((opens, closes))
        return of_facility | of_service

    def slots(self, day: date) -> Sequence[Slot]:
        """The starts of a day, in order, free or not."""
        openings = self._weekly.get(day.weekday(), [])
        hours = self._exceptions.get(day)
        if hours is not None:
            # Other hours keep the pace of that weekday, or of the first day that has one.
            pattern = openings[0] if openings else next(iter(self._weekly.values()))[0]
            openings = [_Opening(opens, closes, pattern.minutes, pattern.seats) for opens, closes in sorted(hours)]
        elif day in self._holidays:
            openings = []
        by_start = {slot.starts: slot for opening in openings for slot in opening.slots(day)}
        return [by_start[start] for start in sorted(by_start)]

    def slot(self, starts: datetime) -> Slot | None:
        """The slot that starts at that moment, or None when the agenda has none."""
        return next((slot for slot in self.slots(starts.date()) if slot.starts == starts), None)

    def free(self, days: Iterable[date], now: datetime) -> Iterator[tuple[date, list[tuple[Slot, int]]]]:
        """Per day the slots later than ``now`` (wall time) with the number of free seats, at least one."""
        wanted = sorted(days)
        if not wanted or not self._weekly:
            return
        taken = self._taken(wanted[0], wanted[-1])
        for day in wanted:
            free = [(slot, slot.seats - taken.get(slot.starts, 0)) for slot in self.slots(day) if slot.starts > now]
            free = [(slot, left) for slot, left in free if left > 0]
            if free:
                yield day, free

    def _taken(self, first: date, last: date) -> dict[datetime, int]:
        range_ = {"first": datetime.combine(first, time.min), "last": datetime.combine(last, time.max)}
        return dict(self._session.execute(_TAKEN, {**self._where, **range_}).all())
