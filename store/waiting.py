"""The waiting list: a freed seat is offered in order, to one at a time, with a deadline, and passed on in silence.

An offer holds no seat back: whoever books it first has it, and an offer is only taken while the seat is still free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogues.errors import Refused
from store import clock, people, sealed
from store.bookings import beneficiary_index
from store.ids import new_id
from store.models import IS_LIVE, Address, Booking, Facility, Offer, Service, Waiting
from store.slots import Calendar

# How long somebody has to answer, and how long before its hour a seat is worth offering at all.
ANSWER_WITHIN = timedelta(hours=2)
LEAST_BEFORE = timedelta(hours=3)
KEY = "sending_hours"

# From a wall time to the first one, then or later, at which a message may be sent.
Hours = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Seat:
    """A numbered seat of a start."""

    facility: str
    service: str
    starts: datetime
    number: int

    @staticmethod
    def of(row: Booking) -> Seat:
        """The seat that a booking has (or had) now."""
        return Seat(row.facility_id, row.service, row.starts, row.seat)


def join(session: Session, person_id: str, facility: str, service: str, beneficiary: str, now: datetime) -> str:
    """A place at the end of the line; returns its id. Refused: gone, already_booked, already_waiting."""
    if session.get(Facility, facility) is None or session.get(Service, service) is None:
        raise Refused("gone")
    index = beneficiary_index(session, beneficiary)
    booked = exists().where(
        Booking.person_id == person_id, Booking.service == service, Booking.beneficiary_index == index, IS_LIVE,
        Booking.starts > clock.local(now),
    )  # fmt: skip
    if session.scalar(select(booked)):
        raise Refused("already_booked")
    row = Waiting(
        id=new_id(), person_id=person_id, facility_id=facility, service=service, beneficiary_index=index,
        created_at=now, changed_at=now,
    )  # fmt: skip
    sealed.put(session, row, "beneficiary", beneficiary)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise Refused("already_waiting") from None
    return row.id


def one(session: Session, waiting_id: str, person_id: str | None) -> Waiting:
    """A place in the line that still waits, and (when given) the person's; else Refused("gone")."""
    row = session.get(Waiting, waiting_id)
    if row is None or row.state != "waiting" or person_id not in (None, row.person_id):
        raise Refused("gone")
    return row


def beneficiary_of(session: Session, row: Waiting) -> str:
    """Whom the seat is for."""
    return sealed.must_get(session, row, "beneficiary")


def leave(session: Session, row: Waiting, now: datetime) -> list[str]:
    """No longer wait; what is on offer goes to the next, whose person is returned."""
    row.state, row.changed_at = "left", now
    session.flush()
    offers = session.scalars(select(Offer).where(Offer.waiting_id == row.id, Offer.state == "open")).all()
    return [person for offer in offers for person in settle(session, offer, "left", now)]


def open_offer(session: Session, offer_id: str, person_id: str | None, now: datetime) -> tuple[Offer, Waiting]:
    """An offer that can be answered, locked, with its place in the line; else Refused("gone")."""
    offer = session.scalars(
        select(Offer).where(Offer.id == offer_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if offer is None or offer.state != "open" or offer.ends_at <= now:
        raise Refused("gone")
    return offer, one(session, offer.waiting_id, person_id)


def settle(session: Session, row: Offer, state: str, now: datetime) -> list[str]:
    """An offer came to an end; a seat that is left goes to the next, whose person is returned."""
    row.state, row.settled_at = state, now
    if state == "taken":
        waiting = session.get_one(Waiting, row.waiting_id)
        waiting.state, waiting.changed_at = "served", now
    session.flush()
    if state in ("taken", "gone"):
        return []
    return offer(session, Seat(row.facility_id, row.service, row.starts, row.seat), now)


def offer(session: Session, seat: Seat, now: datetime) -> list[str]:
    """Offer a free seat to the first in the line who can be reached and was not offered it before.

    Returns that person's id, alone in a list, or nothing: nobody waits, the seat is not free (any more), or it is too
    late for an answer.
    """
    hours = cast("Hours | None", session.info.get(KEY))
    due = clock.local(now) if hours is None else hours(clock.local(now))
    ends = min(due + ANSWER_WITHIN, seat.starts - LEAST_BEFORE / 2)
    if due + LEAST_BEFORE > seat.starts or not is_free(session, seat, now):
        return []
    for row in session.scalars(_line(seat)):
        made = Offer(
            id=new_id(), waiting_id=row.id, facility_id=seat.facility, service=seat.service, starts=seat.starts,
            seat=seat.number, due=due, ends=ends, ends_at=clock.utc(ends), created_at=now,
        )  # fmt: skip
        if "appointments" not in people.consents(session, row.person_id):
            continue
        try:
            with session.begin_nested():
                session.add(made)
                session.flush()
        except IntegrityError:
            continue  # this seat is on offer already, or this place in the line has another offer
        return [row.person_id]
    return []


def _line(seat: Seat) -> Select[Any]:
    """The line for a seat: who waits, can be reached, has no open offer and was not offered this start before."""
    reached = exists().where(
        Address.person_id == Waiting.person_id, Address.stopped_at.is_(None), Address.blocked_at.is_(None)
    )
    offered = exists().where(Offer.waiting_id == Waiting.id, (Offer.starts == seat.starts) | (Offer.state == "open"))
    return (
        select(Waiting)
        .where(
            Waiting.facility_id == seat.facility, Waiting.service == seat.service, Waiting.state == "waiting", reached,
            ~offered,
        )
        .order_by(Waiting.id)
        .limit(20)
    )  # fmt: skip


def is_free(session: Session, seat: Seat, now: datetime) -> bool:
    """Whether the start still has a free seat."""
    day = seat.starts.date()
    calendar = Calendar(session, seat.facility, seat.service, day, day)
    free = calendar.free([day], clock.local(now))
    return any(slot.starts == seat.starts for _, slots in free for slot, _ in slots)


def pass_on(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Offers that nobody answered in time go to the next in the line; the people concerned, to plan for again."""
    touched: dict[str, None] = {}
    late = (
        select(Offer)
        .where(Offer.state == "open", Offer.ends_at <= now)
        .order_by(Offer.ends_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    for row in session.scalars(late).all():
        touched[session.get_one(Waiting, row.waiting_id).person_id] = None
        touched.update(dict.fromkeys(settle(session, row, "passed", now)))
    return list(touched)


def next_moment(session: Session) -> datetime | None:
    """When the next open offer ends."""
    found: datetime | None = session.scalar(select(func.min(Offer.ends_at)).where(Offer.state == "open"))
    return found


def of_person(session: Session, person_id: str) -> list[tuple[Waiting, Offer | None]]:
    """Where a person waits, each with the open offer, if there is one."""
    session.flush()
    rows = session.execute(
        select(Waiting, Offer)
        .outerjoin(Offer, (Offer.waiting_id == Waiting.id) & (Offer.state == "open"))
        .where(Waiting.person_id == person_id, Waiting.state == "waiting")
        .order_by(Waiting.id)
    )
    return [(row, made) for row, made in rows]
