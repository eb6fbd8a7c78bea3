"""All that reminders are derived from, read for many people at once: a night looks at thousands of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from dialogues.calculators.vaccine_history import Given
from store import clock, sealed
from store.case_told import Told
from store.due import DueRow, rows_of
from store.models import Address, Booking, Case, Child, Consent, Dose, Offer, Person, Waiting
from store.models.base import table

_PERSON, _ADDRESS, _CONSENT, _CHILD, _DOSE, _BOOKING = map(table, (Person, Address, Consent, Child, Dose, Booking))
# Visits are asked about for some days after; what lies further back leads to nothing.
BOOKINGS_BACK = CASES_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A followed child. ``sealed_name`` is opened only when a message is written (``name_of``)."""

    id: str
    birth: date
    sex: str
    facility_id: str | None
    reminders: str
    paused_until: date | None
    counts_from: date
    look_on: date | None
    given: tuple[Given, ...]
    sealed_name: str


@dataclass(frozen=True, slots=True)
class KnownBooking:
    """A booking of the last days or to come; ``state`` is booked, past or cancelled."""

    id: str
    facility_id: str
    service: str
    starts: datetime
    state: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """A seat on offer; all moments are wall time."""

    id: str
    facility_id: str
    service: str
    starts: datetime
    seat: int
    due: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A followed triage that is open, or was closed lately; ``opened`` and ``counts_from`` are wall time.
    ``sealed_told`` is opened only when a message is written (``subject_of``)."""

    id: str
    outcome: str
    turn: int
    opened: datetime
    counts_from: datetime
    closed_for: str | None
    sealed_told: str


@dataclass(slots=True)
class Known:
    """A person. ``address_id``: where they wrote from last among the addresses that may be written to."""

    person_id: str
    language: str | None
    consents: frozenset[str] = frozenset()
    address_id: str | None = None
    is_stopped: bool = False
    children: list[KnownChild] = field(default_factory=list)
    bookings: list[KnownBooking] = field(default_factory=list)
    offers: list[KnownOffer] = field(default_factory=list)
    cases: list[KnownCase] = field(default_factory=list)
    dues: list[DueRow] = field(default_factory=list)


def known(session: Session, person_ids: Collection[str], now: datetime) -> dict[str, Known]:
    """What is known of these people, those who are gone left out; ``now`` is aware."""
    session.flush()
    ids = list(person_ids)
    found = {
        row.id: Known(row.id, row.language)
        for row in session.execute(select(_PERSON.c.id, _PERSON.c.language).where(_PERSON.c.id.in_(ids)))
    }
    _add_addresses(session, found)
    _add_consents(session, found)
    _add_children(session, found)
    _add_bookings(session, found, clock.local(now))
    _add_offers(session, found)
    _add_cases(session, found, now)
    for row in rows_of(session, list(found)):
        found[row.person_id].dues.append(row)
    return found


def _add_addresses(session: Session, found: dict[str, Known]) -> None:
    rows = session.execute(
        select(
            _ADDRESS.c.id, _ADDRESS.c.person_id, _ADDRESS.c.stopped_at, _ADDRESS.c.blocked_at,
        )
        .where(_ADDRESS.c.person_id.in_(list(found)))
        .order_by(_ADDRESS.c.last_inbound_at, _ADDRESS.c.created_at, _ADDRESS.c.id)
    )  # fmt: skip
    for row in rows:
        person = found[row.person_id]
        person.is_stopped = person.is_stopped or row.stopped_at is not None
        if row.stopped_at is None and row.blocked_at is None:
            person.address_id = row.id


def _add_consents(session: Session, found: dict[str, Known]) -> None:
    latest: dict[str, dict[str, bool]] = {}
    for row in session.execute(
        select(_CONSENT.c.person_id, _CONSENT.c.purpose, _CONSENT.c.granted)
        .where(_CONSENT.c.person_id.in_(list(found)))
        .order_by(_CONSENT.c.at, _CONSENT.c.id)
    ):
        latest.setdefault(row.person_id, {})[row.purpose] = row.granted
    for person_id, purposes in latest.items():
        found[person_id].consents = frozenset(purpose for purpose, granted in purposes.items() if granted)


def _add_children(session: Session, found: dict[str, Known]) -> None:
    rows = session.execute(
        select(_CHILD)
        .where(_CHILD.c.person_id.in_(list(found)), _CHILD.c.closed_at.is_(None))
        .order_by(_CHILD.c.created_at, _CHILD.c.id)
    ).all()
    given: dict[str, list[Given]] = {}
    for row in session.execute(
        select(_DOSE.c.child_id, _DOSE.c.antigen, _DOSE.c.number, _DOSE.c.given_on)
        .where(_DOSE.c.child_id.in_([row.id for row in rows]), _DOSE.c.undone_at.is_(None))
        .order_by(_DOSE.c.given_on, _DOSE.c.id)
    ):
        given.setdefault(row.child_id, []).append(Given(row.antigen, row.number, row.given_on))
    for row in rows:
        birth = date.fromisoformat(sealed.unseal(session, "child", "birth", row.id, row.birth))
        found[row.person_id].children.append(
            KnownChild(
                row.id, birth, row.sex, row.facility_id, row.reminders, row.paused_until, row.counts_from, row.look_on,
                tuple(given.get(row.id, ())), row.name,
            )
        )  # fmt: skip


def name_of(session: Session, child: KnownChild) -> str:
    """The child's name, to be said to those it belongs to."""
    return sealed.unseal(session, "child", "name", child.id, child.sealed_name)


def _add_bookings(session: Session, found: dict[str, Known], now: datetime) -> None:
    rows = session.execute(
        select(
            _BOOKING.c.id, _BOOKING.c.person_id, _BOOKING.c.facility_id, _BOOKING.c.service, _BOOKING.c.starts,
            _BOOKING.c.state, _BOOKING.c.confirmed_at,
        )
        .where(_BOOKING.c.person_id.in_(list(found)), _BOOKING.c.starts > now - BOOKINGS_BACK)
        .order_by(_BOOKING.c.starts, _BOOKING.c.id)
    )  # fmt: skip
    for row in rows:
        found[row.person_id].bookings.append(
            KnownBooking(
                row.id, row.facility_id, row.service, row.starts, row.state, row.confirmed_at is not None
            )
        )  # fmt: skip


def _add_offers(session: Session, found: dict[str, Known]) -> None:
    for row in session.execute(_open_offers(found)):
        found[row.person_id].offers.append(
            KnownOffer(row.id, row.facility_id, row.service, row.starts, row.seat, row.due, row.ends)
        )


def _open_offers(found: Iterable[str]) -> Select[Any]:
    offer, waiting = table(Offer), table(Waiting)
    return (
        select(
            offer.c.id, waiting.c.person_id, offer.c.facility_id, offer.c.service, offer.c.starts, offer.c.seat,
            offer.c.due, offer.c.ends,
        )
        .join(waiting, and_(waiting.c.id == offer.c.waiting_id, offer.c.state == "open"))
        .where(waiting.c.person_id.in_(list(found)))
        .order_by(offer.c.id)
    )  # fmt: skip


def _add_cases(session: Session, found: dict[str, Known], now: datetime) -> None:
    case = table(Case)
    rows = session.execute(
        select(
            case.c.id, case.c.person_id, case.c.outcome, case.c.turn, case.c.opened_at, case.c.counts_from,
            case.c.closed_for, case.c.told,
        )
        .where(
            case.c.person_id.in_(list(found)), or_(case.c.closed_at.is_(None), case.c.closed_at > now - CASES_BACK)
        )
        .order_by(case.c.id)
    )  # fmt: skip
    for row in rows:
        found[row.person_id].cases.append(
            KnownCase(
                row.id, row.outcome, row.turn, clock.local(row.opened_at), clock.local(row.counts_from),
                row.closed_for, row.told,
            )
        )  # fmt: skip


def subject_of(session: Session, case: KnownCase) -> str:
    """Whom a case is about, as ``dialogues.effects.OpenCase`` has it."""
    return Told.from_text(sealed.unseal(session, "triage_case", "told", case.id, case.sealed_told)).subject
