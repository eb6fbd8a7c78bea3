"""The appointments of a facility, for those who work there. Reading it opens names, so reading it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, clock, sealed
from store.models import IS_LIVE, Booking, Facility, Person


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An appointment. ``name`` is the person's own, if they gave one; ``beneficiary`` is a name or a relation's code,
    "" when the appointment is the person's own. ``starts`` is wall time."""

    id: str
    starts: datetime
    minutes: int
    service: str
    name: str | None
    beneficiary: str


@dataclass(frozen=True, slots=True)
class FacilityAgenda:
    """What is booked at one facility from now on."""

    name_fr: str
    name_ar: str
    rows: list[AgendaRow]


def coming(session: Session, facility: str, actor: str, now: datetime, *, days: int = 7) -> FacilityAgenda | None:
    """The appointments of today and the following days, in order; None for an unknown facility.

    Writes who looked (``actor``) into the audit.
    """
    place = session.get(Facility, facility)
    if place is None:
        return None
    today = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = session.execute(
        select(Booking, Person)
        .join(Person, Person.id == Booking.person_id)
        .where(
            Booking.facility_id == facility,
            IS_LIVE,
            Booking.starts >= today,
            Booking.starts < today + timedelta(days=days),
        )
        .order_by(Booking.starts, Booking.service, Booking.seat)
    )
    rows = [
        AgendaRow(
            booking.id, booking.starts, booking.minutes, booking.service, sealed.get(session, person, "name"),
            sealed.must_get(session, booking, "beneficiary"),
        )
        for booking, person in found
    ]  # fmt: skip
    audit.record(session, actor, "agenda.read", "facility", facility, now, days=days, count=len(rows))
    return FacilityAgenda(place.name_fr, place.name_ar, rows)
