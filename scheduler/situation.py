"""A person's situation at a moment: all that the reminders may ask, gathered for many people at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.hours import Hours, hours
from scheduler.vaccine_visits import ChildVisit, Outlook, outlook, visits
from store import clock, holidays, waiting
from store.database import Session
from store.known import Known, KnownBooking, KnownCase, KnownChild, KnownOffer, known, name_of, subject_of
from store.open_days import OpenDays
from store.slots import Calendar

# How far back and forth days are looked up: from the first day of a missed visit to one that was moved.
_BACK, _AHEAD = timedelta(days=110), timedelta(days=60)

NameOf = Callable[[KnownChild], str]


@dataclass(frozen=True, slots=True)
class Situation:
    """``now`` is wall time to the minute, as all that is planned. ``has_hour``: whether the agenda still has the hour
    of a booking."""

    now: datetime
    known: Known
    outlooks: tuple[Outlook, ...]
    visits: tuple[ChildVisit, ...]
    days: OpenDays
    hours: Hours
    feast_days: frozenset[date]
    has_hour: Callable[[KnownBooking], bool]
    is_free: Callable[[KnownOffer], bool]
    name_of: NameOf
    subject_of: Callable[[KnownCase], str]

    def sendable(self, wall: datetime) -> datetime:
        """That wall time, or the first after it at which a message may be sent."""
        return self.hours.first(wall, self.feast_days)

    def booking(self, booking_id: str) -> KnownBooking | None:
        """A booking of the last days or to come."""
        return next((row for row in self.known.bookings if row.id == booking_id), None)

    def child(self, child_id: str) -> KnownChild | None:
        """A child that is followed."""
        return next((row for row in self.known.children if row.id == child_id), None)


def gather(
    session: Session, person_ids: Collection[str], now: datetime, mask: NameOf | None = None
) -> dict[str, Situation]:
    """The situations of these people at an aware moment. ``mask`` names children otherwise than by their names."""
    wall = clock.local(now).replace(second=0, microsecond=0)
    people = known(session, person_ids, now)
    facilities = {
        *(child.facility_id for one in people.values() for child in one.children if child.facility_id),
        *(booking.facility_id for one in people.values() for booking in one.bookings),
        *(offer.facility_id for one in people.values() for offer in one.offers),
    }
    first, last = wall.date() - _BACK, wall.date() + _AHEAD
    days = OpenDays(session, facilities, first, last)
    rules = hours()
    feast_days = holidays.named(session, rules.feast_names, first, last)
    starts: dict[tuple[str, str, datetime], bool] = {}

    def has_hour(booking: KnownBooking) -> bool:
        key = (booking.facility_id, booking.service, booking.starts)
        if key not in starts:
            day = booking.starts.date()
            calendar = Calendar(session, booking.facility_id, booking.service, day, day)
            starts[key] = calendar.slot(booking.starts) is not None
        return starts[key]

    def is_free(offer: KnownOffer) -> bool:
        return waiting.is_free(session, waiting.Seat(offer.facility_id, offer.service, offer.starts, offer.seat), now)

    def named(child: KnownChild) -> str:
        return name_of(session, child)

    def about(case: KnownCase) -> str:
        return subject_of(session, case)

    made = {}
    for person_id, one in people.items():
        looks = tuple(look for child in one.children if (look := outlook(child, wall.date())) is not None)
        made[person_id] = Situation(
            wall, one, looks, tuple(visits(looks, days, wall.date())), days, rules, feast_days, has_hour, is_free,
            mask or named, about,
        )  # fmt: skip
    return made
