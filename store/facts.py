"""The store's answers to what a flow may ask, within the turn's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dialogues.effects import Outcome
from dialogues.facts import (
    BookingFact,
    CaseFact,
    ChildFact,
    FacilityFact,
    PersonFact,
    PlaceFact,
    ServiceFact,
    SlotFact,
    WaitingFact,
)
from store import cases, children, clock, people, sealed, waiting
from store.directory import Directory, Snapshot
from store.models import IS_LIVE, Booking, Facility, Holiday, Person
from store.models.base import table
from store.places import Places
from store.slots import Calendar

_PERSON = select(table(Person)).where(table(Person).c.id == bindparam("person"))
_BOOKINGS = (
    select(table(Booking))
    .where(table(Booking).c.person_id == bindparam("person"), IS_LIVE, table(Booking).c.starts > bindparam("now"))
    .order_by(table(Booking).c.starts, table(Booking).c.id)
)


class StoreFacts:
    """``dialogues.facts.Facts`` for one person at one moment. ``now`` is given aware and answered as wall time."""

    def __init__(
        self, session: Session, person_id: str, now: datetime, *, places: Places, directory: Directory
    ) -> None:
        self._session, self._person_id, self._moment = session, person_id, now
        self._places, self._directory = places, directory
        self._now = clock.local(now)

    @property
    def now(self) -> datetime:
        """Local wall time, naive."""
        return self._now

    @cached_property
    def _snapshot(self) -> Snapshot:
        return self._directory.snapshot(self._session, self._moment)

    @property
    def person(self) -> PersonFact:
        """Who is writing; asked anew each time, since effects may have changed it."""
        session = self._session
        session.flush()
        row = session.execute(_PERSON, {"person": self._person_id}).one()
        name, phone = (
            None if value is None else sealed.unseal(session, "person", column, row.id, value)
            for column, value in (("name", row.name), ("phone", row.phone))
        )
        return PersonFact(
            id=row.id,
            name=name,
            phone=phone,
            language=row.language,
            language_fixed=row.language_fixed,
            consents=people.consents(session, row.id),
            is_new=row.turns == 0,
            turns=row.turns,
        )

    def services(self) -> Sequence[ServiceFact]:
        """Services that at least one active facility offers, the most booked first."""
        return self._snapshot.services

    def facility(self, facility_id: str) -> FacilityFact | None:
        """An active facility by its id."""
        return self._snapshot.facilities.get(facility_id)

    def facilities(
        self,
        *,
        service: str | None = None,
        commune: str | None = None,
        near: tuple[float, float] | None = None,
        kinds: frozenset[str] | None = None,
        limit: int = 5,
    ) -> Sequence[FacilityFact]:
        """Active facilities that fit; without any in the commune those of its province, then of its region."""
        return self._directory.search(
            self._snapshot, service=service, commune=commune, near=near, kinds=kinds, limit=limit
        )

    def facilities_named(self, text: str, *, limit: int = 5) -> Sequence[FacilityFact]:
        """Facilities whose French or Arabic name resembles ``text`` in any spelling."""
        return self._directory.named(self._snapshot, text, limit)

    def places(self, text: str, *, limit: int = 5) -> Sequence[PlaceFact]:
        """Communes whose name resembles ``text`` in any spelling, exact matches alone when there are any."""
        return self._places.search(text, limit)

    def place(self, code: str) -> PlaceFact | None:
        """A commune by its official code."""
        return self._places.place(code)

    def free_days(self, facility: str, service: str, start: date, *, days: int = 42, limit: int = 4) -> Sequence[date]:
        """The first days from ``start`` on with a free seat still to come."""
        start = max(start, self._now.date())
        calendar = Calendar(self._session, facility, service, start, start + timedelta(days=days - 1))
        found = []
        for day, _ in calendar.free((start + timedelta(days=offset) for offset in range(days)), self._now):
            found.append(day)
            if len(found) == limit:
                break
        return found

    def free_slots(self, facility: str, service: str, day: date) -> Sequence[SlotFact]:
        """Free starts of a day, in order, only those later than now."""
        calendar = Calendar(self._session, facility, service, day, day)
        return [SlotFact(slot.starts, left) for _, slots in calendar.free([day], self._now) for slot, left in slots]

    def holiday(self, day: date) -> str | None:
        """The message id of the public holiday on that day, or None."""
        return self._session.scalars(
            select(Holiday.name).where(Holiday.day == day).order_by(Holiday.name).limit(1)
        ).first()

    def bookings(self) -> Sequence[BookingFact]:
        """The person's live bookings from now on, the next first."""
        self._session.flush()
        rows = self._session.execute(_BOOKINGS, {"person": self._person_id, "now": self._now})
        return [
            BookingFact(
                row.id, row.service, self._facility_of(row.facility_id), row.starts,
                sealed.unseal(self._session, "booking", "beneficiary", row.id, row.beneficiary),
            )
            for row in rows
        ]  # fmt: skip

    def children(self) -> Sequence[ChildFact]:
        """The person's children that are followed, the youngest first."""
        return [
            ChildFact(
                row.id, row.name, row.birth, row.sex,
                self._facility_of(row.facility_id) if row.facility_id else None,
                row.reminders, row.paused_until, row.doses,
            )
            for row in children.of_person(self._session, self._person_id, self._now.date())
        ]  # fmt: skip

    def waiting(self) -> Sequence[WaitingFact]:
        """Where the person waits for a free seat."""
        return [
            WaitingFact(
                row.id, self._facility_of(row.facility_id), row.service, offer.id if offer else None,
                offer.starts if offer else None, offer.ends if offer else None,
            )
            for row, offer in waiting.of_person(self._session, self._person_id)
        ]  # fmt: skip

    def cases(self) -> Sequence[CaseFact]:
        """The person's triages that are still followed, the newest first."""
        return [
            CaseFact(
                row.id, cast("Outcome", row.outcome), row.told.complaints, row.told.subject, row.opened,
                row.told.answers, row.asked, row.is_last,
            )
            for row in cases.of_person(self._session, self._person_id)
        ]  # fmt: skip

    def _facility_of(self, facility_id: str) -> FacilityFact:
        """Also one that has closed since: the booking still names it."""
        known = self._snapshot.facilities.get(facility_id)
        if known is not None:
            return known
        row = self._session.get_one(Facility, facility_id)
        return self._directory.fact(row)
