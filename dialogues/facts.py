"""What a flow may know of the world: read-only questions, answered by the store within the turn's transaction.

All moments are local wall time (Africa/Casablanca, naive); the clock is a fact like the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from dialogues.effects import Outcome, RemindersState, Sex


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Who is writing. ``consents`` are the purposes granted now."""

    id: str
    name: str | None
    phone: str | None
    language: str | None
    language_fixed: bool
    consents: frozenset[str]
    is_new: bool
    turns: int


@dataclass(frozen=True, slots=True)
class ServiceFact:
    """A kind of care that can be booked; its words are the message ``service.<code>``."""

    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class HoursFact:
    """One weekly opening; ``weekday`` 0 is Monday."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class FacilityFact:
    """A place of care. ``kind`` is a code of the dossier, section 3.2 (CSU1, CHP, …)."""

    id: str
    name_fr: str
    name_ar: str
    kind: str
    commune: str
    commune_fr: str
    commune_ar: str
    address_fr: str
    address_ar: str
    phone: str | None
    lat: float | None
    lon: float | None
    services: frozenset[str]
    hours: tuple[HoursFact, ...]
    is_demo: bool
    distance_km: float | None = None
    open_all_day: bool = False


@dataclass(frozen=True, slots=True)
class SlotFact:
    """A start with at least one free seat."""

    starts: datetime
    seats_left: int


@dataclass(frozen=True, slots=True)
class BookingFact:
    """A live booking of the person."""

    id: str
    service: str
    facility: FacilityFact
    starts: datetime
    beneficiary: str


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A commune. ``code`` is its official code."""

    code: str
    name_fr: str
    name_ar: str
    province_fr: str
    province_ar: str


@dataclass(frozen=True, slots=True)
class DoseFact:
    """A dose that was recorded; ``number`` as written, or None."""

    id: str
    antigen: str
    number: int | None
    given_on: date


@dataclass(frozen=True, slots=True)
class ChildFact:
    """A child whose vaccinations are followed. ``paused_until`` is set while reminders are paused."""

    id: str
    name: str
    birth: date
    sex: Sex
    facility: FacilityFact | None
    reminders: RemindersState
    paused_until: date | None
    doses: tuple[DoseFact, ...]


@dataclass(frozen=True, slots=True)
class WaitingFact:
    """A place on a waiting list; ``offer`` and ``offered`` are the seat offered now, until ``offer_ends``."""

    id: str
    facility: FacilityFact
    service: str
    offer: str | None
    offered: datetime | None
    offer_ends: datetime | None


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A triage of the person that is still followed. ``subject`` as in ``dialogues.effects.OpenCase``; ``answers`` by
    question, as kept by triage; ``asked``: when the last follow-up that waits for its answer was sent, or None;
    ``is_last``: after its answer nothing is asked any more."""

    id: str
    outcome: Outcome
    complaints: tuple[str, ...]
    subject: str
    opened: datetime
    answers: Mapping[str, str]
    asked: datetime | None
    is_last: bool


class Facts(Protocol):
    """The questions. Lists come best first and are short (at most ``limit``)."""

    @property
    def now(self) -> datetime:
        """Local wall time, naive."""
        ...

    @property
    def person(self) -> PersonFact: ...

    def services(self) -> Sequence[ServiceFact]:
        """Services that at least one active facility offers, the most booked first."""
        ...

    def facility(self, facility_id: str) -> FacilityFact | None: ...

    def facilities(
        self,
        *,
        service: str | None = None,
        commune: str | None = None,
        near: tuple[float, float] | None = None,
        kinds: frozenset[str] | None = None,
        limit: int = 5,
    ) -> Sequence[FacilityFact]:
        """Active facilities that fit. With ``near`` sorted by distance; with ``commune`` only that commune, or when it
        has none, those of its province, then region (each with its own commune's name, so that the flow can say so)."""
        ...

    def facilities_named(self, text: str, *, limit: int = 5) -> Sequence[FacilityFact]:
        """Facilities whose French or Arabic name resembles ``text`` in any spelling."""
        ...

    def places(self, text: str, *, limit: int = 5) -> Sequence[PlaceFact]:
        """Communes whose name resembles ``text`` in any spelling, exact matches alone when there are any."""
        ...

    def place(self, code: str) -> PlaceFact | None: ...

    def free_days(self, facility: str, service: str, start: date, *, days: int = 42, limit: int = 4) -> Sequence[date]:
        """The first days from ``start`` on with a free seat still to come."""
        ...

    def free_slots(self, facility: str, service: str, day: date) -> Sequence[SlotFact]:
        """Free starts of a day, in order, only those later than now."""
        ...

    def holiday(self, day: date) -> str | None:
        """The message id of the public holiday on that day, or None."""
        ...

    def bookings(self) -> Sequence[BookingFact]:
        """The person's live bookings from now on, the next first."""
        ...

    def children(self) -> Sequence[ChildFact]:
        """The person's children that are followed, the youngest first."""
        ...

    def waiting(self) -> Sequence[WaitingFact]:
        """Where the person waits for a free seat."""
        ...

    def cases(self) -> Sequence[CaseFact]:
        """The person's triages that are still followed, the newest first."""
        ...
