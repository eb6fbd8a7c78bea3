"""Appointments: taking, moving and freeing numbered seats. The unique indexes decide who gets a seat, not this code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogues.errors import Refused
from store import clock, sealed
from store.crypto import Place, normal
from store.ids import new_id
from store.models import IS_LIVE, LIVE, Booking, Facility
from store.models.base import table
from store.slots import Calendar, Slot

_SEATS = select(table(Booking).c.seat).where(
    table(Booking).c.facility_id == bindparam("facility"),
    table(Booking).c.service == bindparam("service"),
    table(Booking).c.starts == bindparam("starts"),
    IS_LIVE,
)


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking in clear; ``starts`` is wall time in ``zone``, ``sequence`` counts its changes, as calendars want."""

    id: str
    person_id: str
    facility: str
    service: str
    starts: datetime
    zone: str
    minutes: int
    beneficiary: str
    state: str
    sequence: int
    changed_at: datetime


def one(session: Session, booking_id: str) -> BookingRow | None:
    """A booking, live or not, or None."""
    row = session.get(Booking, booking_id)
    if row is None:
        return None
    return BookingRow(
        row.id, row.person_id, row.facility_id, row.service, row.starts, row.zone, row.minutes,
        sealed.must_get(session, row, "beneficiary"), row.state, row.sequence, row.changed_at,
    )  # fmt: skip


def beneficiary_index(session: Session, beneficiary: str) -> str:
    """Under what one live booking a person, service and beneficiary is counted."""
    return sealed.vault_of(session).blind("beneficiary", normal(beneficiary))


def book(
    session: Session,
    person_id: str,
    *,
    facility: str,
    service: str,
    starts: datetime,
    beneficiary: str,
    now: datetime,
) -> str:
    """Take the lowest free seat; returns the booking's id. Refused: slot_taken, already_booked, closed, past."""
    slot = _open_slot(session, facility, service, starts, now)
    index = beneficiary_index(session, beneficiary)
    mine = select(Booking.starts).where(
        Booking.person_id == person_id, Booking.service == service, Booking.beneficiary_index == index, IS_LIVE
    )

    def is_booked() -> bool:
        return session.execute(mine).first() is not None

    before = session.scalar(mine)
    if before is not None and before > clock.local(now):
        raise Refused("already_booked")
    if before is not None:
        _close_past(session, now, Booking.person_id == person_id)
    row_id = new_id()
    sealed_beneficiary = sealed.vault_of(session).seal(beneficiary, Place("booking", "beneficiary", row_id))

    def take(seat: int) -> None:
        session.add(
            Booking(
                id=row_id, person_id=person_id, facility_id=facility, service=service, starts=starts,
                minutes=slot.minutes, seat=seat, beneficiary=sealed_beneficiary, beneficiary_index=index,
                created_at=now, changed_at=now,
            )
        )  # fmt: skip

    _take_lowest(session, {facility}, facility, service, slot, take, is_booked)
    return row_id


def move(session: Session, row: Booking, *, facility: str, starts: datetime, now: datetime) -> None:
    """Take the new seat and free the old one in one statement; the booking keeps its id. Refused as ``book``."""
    if row.facility_id == facility and row.starts == starts:
        raise Refused("already_booked")
    slot = _open_slot(session, facility, row.service, starts, now)

    def take(seat: int) -> None:
        row.facility_id, row.starts, row.zone, row.minutes, row.seat = facility, starts, clock.ZONE, slot.minutes, seat
        row.sequence, row.changed_at, row.confirmed_at = sequence + 1, now, None

    sequence = row.sequence
    _take_lowest(session, {facility, row.facility_id}, facility, row.service, slot, take, lambda: False)


def live(session: Session, booking_id: str, person_id: str | None, now: datetime) -> Booking:
    """The booking, locked, if it is live, still to come and (when given) the person's; else Refused("gone")."""
    row = session.scalars(
        select(Booking).where(Booking.id == booking_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if row is None or row.state != LIVE or person_id not in (None, row.person_id) or row.starts <= clock.local(now):
        raise Refused("gone")
    return row


def cancel(session: Session, row: Booking, now: datetime) -> None:
    """Free the seat."""
    row.state, row.sequence, row.changed_at = "cancelled", row.sequence + 1, now
    session.flush()


def close_past(session: Session, now: datetime) -> int:
    """Bookings whose time has come are no longer live; returns how many."""
    return _close_past(session, now)


def _close_past(session: Session, now: datetime, *conditions: Any) -> int:
    statement = (
        update(Booking)
        .where(IS_LIVE, Booking.starts <= clock.local(now), *conditions)
        .values(state="past", changed_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def _lock(session: Session, facilities: set[str]) -> None:
    # Bookings of a facility queue up here, in one order, so that two people who swap slots do not deadlock. Without
    # it the indexes would still keep seats single.
    session.execute(
        select(Facility.id).where(Facility.id.in_(facilities)).order_by(Facility.id).with_for_update(key_share=True)
    )


def _open_slot(session: Session, facility: str, service: str, starts: datetime, now: datetime) -> Slot:
    if starts <= clock.local(now):
        raise Refused("past")
    slot = Calendar(session, facility, service, starts.date(), starts.date()).slot(starts)
    if slot is None:
        raise Refused("closed")
    return slot


def _take_lowest(
    session: Session,
    facilities: set[str],
    facility: str,
    service: str,
    slot: Slot,
    take: Callable[[int], None],
    is_booked: Callable[[], bool],
) -> None:
    if len(_taken(session, facility, service, slot)) >= slot.seats:
        # Told without queueing up; perhaps it was this person, from another device, who took the last seat.
        raise Refused("already_booked" if is_booked() else "slot_taken")
    _lock(session, facilities)
    taken = _taken(session, facility, service, slot)
    for seat in range(slot.seats):
        if seat in taken:
            continue
        try:
            with session.begin_nested():
                take(seat)
                session.flush()
            return
        except IntegrityError:
            # Someone else was faster: to this seat, or (from another device) to this person's booking.
            if is_booked():
                raise Refused("already_booked") from None
    raise Refused("already_booked" if is_booked() else "slot_taken")


def _taken(session: Session, facility: str, service: str, slot: Slot) -> set[int]:
    where = {"facility": facility, "service": service, "starts": slot.starts}
    return set(session.scalars(_SEATS, where))
