"""The facilities in memory: few, rarely changed and asked for in every turn.

Each process keeps a copy and compares the number of the last change at every question, so an import in one process is
seen by all. Agendas and bookings are not here; they are asked from the database.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dialogues.facts import FacilityFact, HoursFact, ServiceFact
from store.facility_names import FacilityNames
from store.models import Agenda, Booking, Facility, FacilityHours, Revision, Service
from store.models.base import table
from store.names import Fold
from store.places import Places

_REVISION = "facilities"
_NUMBER = select(table(Revision).c.number).where(table(Revision).c.name == _REVISION)
# How often services are booked changes their order slowly; once an hour is enough.
_FRESH = timedelta(hours=1)
_KINDS = ("DR", "CSR1", "CSU1", "CSR2", "CSU2", "MA", "UMP", "CDTMR", "HP", "CHP", "CHR", "CHU", "CTAR", "BMH")
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The active facilities at one moment."""

    revision: int
    taken_at: datetime
    facilities: dict[str, FacilityFact]
    services: tuple[ServiceFact, ...]
    names: FacilityNames


def bump(session: Session) -> None:
    """Facilities were changed: every process reads them again. To be called by whoever writes those tables."""
    changed = session.execute(
        update(Revision)
        .where(Revision.name == _REVISION)
        .values(number=Revision.number + 1)
        .returning(Revision.number)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        session.add(Revision(name=_REVISION, number=1))
        session.flush()


class Directory:
    """Facilities by commune, distance and name. Safe to share between threads."""

    def __init__(self, fold: Fold, places: Places) -> None:
        self._fold, self._places = fold, places
        self._kept: Snapshot | None = None
        self._lock = threading.Lock()

    def snapshot(self, session: Session, now: datetime) -> Snapshot:
        """The facilities as of now (aware); reads them anew only after a change, or after an hour."""
        number = session.scalar(_NUMBER) or 0
        kept = self._kept
        if kept is not None and kept.revision == number and abs(now - kept.taken_at) < _FRESH:
            return kept
        with self._lock:
            if self._kept is None or self._kept is kept:
                self._kept = self._read(session, number, now)
            return self._kept

    def _read(self, session: Session, number: int, now: datetime) -> Snapshot:
        hours: dict[str, list[HoursFact]] = defaultdict(list)
        shared: dict[tuple[HoursFact, ...], tuple[HoursFact, ...]] = {}  # most facilities keep the same hours
        for facility_id, weekday, opens, closes in session.execute(
            select(FacilityHours.facility_id, FacilityHours.weekday, FacilityHours.opens, FacilityHours.closes)
            .order_by(FacilityHours.facility_id, FacilityHours.weekday, FacilityHours.opens)
        ):  # fmt: skip
            hours[facility_id].append(HoursFact(weekday, opens, closes))
        bookable: dict[str, set[str]] = defaultdict(set)
        for facility_id, service in session.execute(select(Agenda.facility_id, Agenda.service).distinct()):
            bookable[facility_id].add(service)
        facilities = {}
        for row in session.scalars(select(Facility).where(Facility.active).order_by(Facility.id)):
            week = tuple(hours[row.id])
            facilities[row.id] = self.fact(row, bookable[row.id], shared.setdefault(week, week))
        return Snapshot(
            number,
            now,
            facilities,
            self._services(session, facilities.values()),
            FacilityNames(facilities.values(), self._fold),
        )

    def fact(self, row: Facility, bookable: Iterable[str] = (), week: tuple[HoursFact, ...] = ()) -> FacilityFact:
        """What a flow may know of a facility."""
        place = self._places.place(row.commune)
        return FacilityFact(
            id=row.id, name_fr=row.name_fr, name_ar=row.name_ar, kind=row.kind, commune=row.commune,
            commune_fr=place.name_fr if place else row.commune, commune_ar=place.name_ar if place else row.commune,
            address_fr=row.address_fr, address_ar=row.address_ar, phone=row.phone, lat=row.lat, lon=row.lon,
            services=frozenset((*bookable, *row.extra_services)), hours=week, is_demo=row.is_demo,
            open_all_day=row.open_all_day,
        )  # fmt: skip

    @staticmethod
    def _services(session: Session, facilities: Iterable[FacilityFact]) -> tuple[ServiceFact, ...]:
        offered = {service for fact in facilities for service in fact.services}
        counts = session.execute(select(Booking.service, func.count()).group_by(Booking.service))
        booked = Counter(dict(counts.all()))
        rows = session.scalars(select(Service).where(Service.code.in_(offered)))
        ordered = sorted(rows, key=lambda row: (-booked[row.code], row.rank, row.code))
        return tuple(ServiceFact(row.code, row.minutes) for row in ordered)

    def search(
        self,
        snapshot: Snapshot,
        *,
        service: str | None,
        commune: str | None,
        near: tuple[float, float] | None,
        kinds: frozenset[str] | None,
        limit: int,
    ) -> list[FacilityFact]:
        """As ``Facts.facilities``."""
        fitting = [
            fact
            for fact in snapshot.facilities.values()
            if (service is None or service in fact.services) and (kinds is None or fact.kind in kinds)
        ]
        if commune is not None:
            fitting = _widening(fitting, commune)
        if near is not None:
            measured = [
                replace(fact, distance_km=round(distance_km(near, (fact.lat, fact.lon)), 1))
                for fact in fitting
                if fact.lat is not None and fact.lon is not None
            ]
            return sorted(measured, key=lambda fact: (fact.distance_km or 0.0, fact.id))[:limit]
        return sorted(fitting, key=_first_contact)[:limit]

    def named(self, snapshot: Snapshot, text: str, limit: int) -> list[FacilityFact]:
        """As ``Facts.facilities_named``."""
        found = sorted(snapshot.names.search(text), key=lambda pair: (-pair[0], _first_contact(pair[1])))
        return [fact for _, fact in found[:limit]]


def _widening(facilities: Sequence[FacilityFact], commune: str) -> list[FacilityFact]:
    # A commune's code is its place in the country: 01.511.01.0 is in province 01.511 of region 01.
    for area in (commune, *(".".join(commune.split(".")[:parts]) for parts in (2, 1))):
        found = [fact for fact in facilities if fact.commune == area or fact.commune.startswith(area + ".")]
        if found:
            return found
    return []


def _first_contact(fact: FacilityFact) -> tuple[int, str]:
    """Primary care first: it is where the official path of care begins, and it is nearest."""
    return (_KINDS.index(fact.kind) if fact.kind in _KINDS else len(_KINDS), fact.name_fr)


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*here, *there))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
