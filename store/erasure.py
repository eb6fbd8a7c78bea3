"""Forgetting: a person who asks for it, guests who never agreed to anything, and what is no longer needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from store import audit, bookings, retention, waiting
from store.models import (
    IS_LIVE,
    IS_OPEN,
    Address,
    Attempt,
    Booking,
    Case,
    Child,
    Consent,
    Correction,
    Handoff,
    Inbox,
    Message,
    Offer,
    Person,
    Talk,
    Waiting,
)

GUEST_IDLE = timedelta(hours=24)
# Platforms repeat a delivery for up to 7 days.
INBOX_KEPT = timedelta(days=8)
QUARANTINE_KEPT = timedelta(days=30)
# The words of a message that could not be answered go as soon as those of an idle talk; its row stays for staff.
QUARANTINED_WORDS_KEPT = timedelta(hours=24)
SILENT_FOR = timedelta(days=365)
WORDS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each were dealt with: guests and inbox rows deleted, messages emptied, bookings closed as past, and
    records erased at the end of their time (``store.retention``)."""

    guests: int
    inbox: int
    messages: int
    bookings: int
    records: int


def _run(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount


def forget(session: Session, person_id: str, now: datetime, *, actor: str = "system") -> list[str]:
    """Erase everything about a person: seats are free again, payloads are emptied, only the audit's ids remain.

    Returns the people who are offered a seat that is free again, to plan for.
    """
    freed = _offered_to(session, person_id)
    for booking in session.scalars(select(Booking).where(Booking.person_id == person_id, IS_LIVE)):
        freed.append(waiting.Seat.of(booking))
        audit.record(session, actor, "booking.cancel", "booking", booking.id, now, because="forget")
    _erase(session, [person_id], now)
    audit.record(session, actor, "person.forget", "person", person_id, now)
    session.flush()
    # Rows in the session's memory may be among those erased.
    session.expire_all()
    return [next_one for seat in freed for next_one in waiting.offer(session, seat, now)]


def _offered_to(session: Session, person_id: str) -> list[waiting.Seat]:
    rows = session.scalars(
        select(Offer)
        .join(Waiting, Waiting.id == Offer.waiting_id)
        .where(Waiting.person_id == person_id, Offer.state == "open")
    )
    return [waiting.Seat(row.facility_id, row.service, row.starts, row.seat) for row in rows]


def _erase(session: Session, person_ids: list[str], now: datetime) -> None:
    theirs = select(Address.id).where(Address.person_id.in_(person_ids))
    session.flush()
    # Dedupe keys stay (they say nothing about a person), emptied and no longer linked.
    _run(session, update(Inbox).where(Inbox.address_id.in_(theirs)).values(payload=None))
    _run(
        session,
        update(Inbox).where(Inbox.address_id.in_(theirs), Inbox.state == "pending").values(state="done", done_at=now),
    )
    erase_cases(session, person_ids)
    # Everything else hangs on the person and goes with the row.
    _run(session, delete(Person).where(Person.id.in_(person_ids)))


def erase_cases(session: Session, person_ids: list[str]) -> int:
    """Nothing is left of these people's triages, nor of what staff noted about them; how many there were."""
    session.flush()
    theirs = select(Case.id).where(Case.person_id.in_(person_ids))
    _run(session, delete(Correction).where(Correction.case_id.in_(theirs)))
    gone = _run(session, delete(Case).where(Case.person_id.in_(person_ids)))
    session.expire_all()
    return gone


def detach_waiting(session: Session, address_id: str, current: str | None) -> list[str]:
    """Take messages that wait behind the current one out of an erasure; returns their ids for ``attach_waiting``."""
    ids = list(session.scalars(select(Inbox.id).where(Inbox.address_id == address_id, Inbox.state == "pending")))
    # The current one keeps its state too, so that the turn can finish it; its words go.
    _run(session, update(Inbox).where(Inbox.id.in_(ids)).values(address_id=None))
    _run(session, update(Inbox).where(Inbox.id == current).values(payload=None))
    return ids


def attach_waiting(session: Session, inbox_ids: list[str], address_id: str) -> None:
    """They belong to the guest that has the address now."""
    _run(session, update(Inbox).where(Inbox.id.in_(inbox_ids)).values(address_id=address_id))


def depart(session: Session, person_id: str) -> None:
    """Erase a guest that only waited for the farewell, once nothing is left to say or to answer."""
    addresses = select(Address.id).where(Address.person_id == person_id)
    is_busy = session.scalar(
        select(
            or_(
                exists().where(Message.address_id.in_(addresses), IS_OPEN),
                exists().where(Inbox.address_id.in_(addresses), Inbox.state == "pending"),
            )
        )
    )
    if not is_busy:
        session.flush()
        _run(session, delete(Person).where(Person.id == person_id, Person.leaving))
        session.expire_all()


def purge(session: Session, now: datetime, limit: int = 500) -> Purged:
    """Everything whose time is over, at most ``limit`` guests a call; to be called every hour."""
    guests = _idle_guests(session, now, limit)
    if guests:
        _erase(session, guests, now)
        audit.record(session, "system", "person.purge", "person", None, now, count=len(guests))
    inbox = _run(
        session,
        delete(Inbox).where(
            or_(
                and_(Inbox.state == "done", Inbox.received_at < now - INBOX_KEPT),
                and_(Inbox.state == "quarantined", Inbox.received_at < now - QUARANTINE_KEPT),
            )
        ),
    )
    lost = (Inbox.state == "quarantined", Inbox.received_at < now - QUARANTINED_WORDS_KEPT)
    _run(session, update(Inbox).where(*lost).values(payload=None))
    messages = _empty_messages(session, now)
    past = bookings.close_past(session, now)
    records = retention.expire(session, now)
    session.expire_all()
    return Purged(len(guests), inbox, messages, past, records)


def _idle_guests(session: Session, now: datetime, limit: int) -> list[str]:
    """Who never agreed to anything and is gone for a day, and who agreed but has been silent for a year."""
    idle = now - GUEST_IDLE
    long_ago = now - SILENT_FOR
    silent = and_(
        Person.created_at < long_ago,
        ~exists().where(Address.person_id == Person.id, Address.last_inbound_at >= long_ago),
    )
    later = aliased(Consent)
    granted = (
        Consent.person_id == Person.id,
        Consent.granted,
        ~exists().where(
            later.person_id == Consent.person_id,
            later.purpose == Consent.purpose,
            or_(later.at > Consent.at, and_(later.at == Consent.at, later.id > Consent.id)),
        ),
    )
    follows = exists().where(Child.person_id == Person.id, Child.closed_at.is_(None))
    # A child is followed for years, in silence between two visits; after a stop its card stays for a year.
    is_reminded = and_(follows, exists().where(*granted, Consent.purpose == "reminders"))
    return list(
        session.scalars(
            select(Person.id)
            .where(
                Person.created_at < idle,
                ~exists().where(Address.person_id == Person.id, Address.last_inbound_at >= idle),
                or_(and_(~exists().where(*granted), ~follows), and_(silent, ~is_reminded)),
                # Someone who waits for a human or for a visit is not idle.
                ~exists().where(Booking.person_id == Person.id, IS_LIVE),
                ~exists().where(Handoff.person_id == Person.id, Handoff.state == "open"),
                ~exists().where(Talk.id == Person.id, Talk.owner.is_not(None)),
            )
            .limit(limit)
        )
    )


def _empty_messages(session: Session, now: datetime) -> int:
    old = (Message.state.not_in(("pending", "sending")), Message.settled_at < now - WORDS_KEPT)
    is_full = or_(Message.params.is_not(None), Message.choices.is_not(None))
    _run(
        session,
        update(Attempt)
        .where(Attempt.said.is_not(None), Attempt.message_id.in_(select(Message.id).where(*old)))
        .values(said=None, external_id=None, external_index=None),
    )
    return _run(session, update(Message).where(*old, is_full).values(params=None, choices=None))
