"""Two rows that turn out to be one person's become one: nothing that was said, agreed or booked is lost.

Where the two hold the same thing (a child registered twice, two open requests for a human) one of them stays. Two live
appointments of one kind both stay, for nobody but the person knows which is meant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from store import audit, planning, sealed
from store.case_told import told_of
from store.models import (
    IS_LIVE,
    Address,
    Alias,
    Booking,
    Case,
    Child,
    Consent,
    Dose,
    Due,
    Handoff,
    Inbox,
    Message,
    Person,
    Talk,
    Waiting,
)

# What belongs to a person by their id, apart from the talk, which has the same id.
THEIRS = (Address, Booking, Case, Child, Consent, Due, Handoff, Waiting)
# What a person has in a row of its own, sealed under that row's id.
_SEALED_OF_PERSON = ("name", "phone")


def merge(session: Session, kept: Address, gone: Address, now: datetime) -> None:
    """Everything of ``gone`` (the address, and its person if it is another) belongs to ``kept`` from now on."""
    if kept.id == gone.id:
        return
    session.flush()
    for row in sorted((kept, gone), key=lambda row: row.id):
        session.refresh(row, with_for_update={"key_share": True})
    if kept.person_id != gone.person_id:
        _merge_people(session, kept.person_id, gone.person_id, now)
        session.refresh(gone)
    audit.record(session, "system", "address.merge", "address", kept.id, now, gone=gone.id)
    _merge_addresses(session, kept, gone)
    planning.plan(session, [kept.person_id], now)


def _merge_addresses(session: Session, kept: Address, gone: Address) -> None:
    top = session.scalar(select(func.max(Message.number)).where(Message.address_id == gone.id)) or 0
    # What was said to one address keeps its order, after what was said to the other.
    _run(
        session,
        update(Message)
        .where(Message.address_id == gone.id)
        .values(address_id=kept.id, number=Message.number + kept.last_number),
    )
    kept.last_number += max(top, gone.last_number)
    _run(session, update(Inbox).where(Inbox.address_id == gone.id).values(address_id=kept.id))
    _run(session, update(Alias).where(Alias.address_id == gone.id, ~Alias.is_phone).values(address_id=kept.id))
    for column in ("last_inbound_at", "heard_at"):
        moments = [m for m in (getattr(kept, column), getattr(gone, column)) if m is not None]
        setattr(kept, column, max(moments, default=None))
    # A stop is a stop, whichever of the two said it.
    for column in ("stopped_at", "marketing_stopped_at"):
        setattr(kept, column, getattr(kept, column) or getattr(gone, column))
    kept.created_at = min(kept.created_at, gone.created_at)
    session.flush()
    gone_id = gone.id
    session.expunge(gone)
    _run(session, delete(Address).where(Address.id == gone_id))


def _merge_people(session: Session, kept_id: str, gone_id: str, now: datetime) -> None:
    kept, gone = session.get_one(Person, kept_id), session.get_one(Person, gone_id)
    _merge_children(session, kept_id, gone_id)
    _merge_bookings(session, kept_id, gone_id)
    _merge_waiting(session, kept_id, gone_id, now)
    _merge_handoffs(session, kept_id, gone_id, now)
    _merge_talks(session, kept_id, gone_id)
    for model in THEIRS:
        column: Any = model.person_id
        _run(session, update(model).where(column == gone_id).values(person_id=kept_id))
    for name in _SEALED_OF_PERSON:
        if getattr(kept, name) is None and (text := sealed.get(session, gone, name)) is not None:
            sealed.put(session, kept, name, text)
    kept.phone_index = kept.phone_index or gone.phone_index
    if kept.language is None or (gone.language_fixed and not kept.language_fixed):
        kept.language, kept.language_fixed = gone.language, gone.language_fixed
    kept.turns += gone.turns
    kept.leaving = kept.leaving and gone.leaving
    kept.created_at = min(kept.created_at, gone.created_at)
    session.flush()
    audit.record(session, "system", "person.merge", "person", kept_id, now, gone=gone_id)
    session.expunge(gone)
    _run(session, delete(Person).where(Person.id == gone_id))
    session.expire_all()


def _merge_children(session: Session, kept_id: str, gone_id: str) -> None:
    """A child that both registered stays once, with the doses told to either."""
    other = aliased(Child)
    pairs = session.execute(
        select(other.id, Child.id)
        .join(other, other.twin_index == Child.twin_index)
        .where(
            Child.person_id == kept_id, other.person_id == gone_id,
            Child.closed_at.is_(None), other.closed_at.is_(None),
        )
    ).all()  # fmt: skip
    twin = aliased(Dose)
    for double, child in pairs:
        told = exists().where(
            twin.child_id == child, twin.antigen == Dose.antigen, twin.given_on == Dose.given_on,
            twin.undone_at.is_(None),
        )  # fmt: skip
        _run(session, update(Dose).where(Dose.child_id == double, ~told).values(child_id=child))
        _tell_of(session, gone_id, double, child)
        _run(session, delete(Child).where(Child.id == double))


def _tell_of(session: Session, person_id: str, double: str, child: str) -> None:
    """Triages of a child that is registered twice are told of the one that stays."""
    for row in session.scalars(select(Case).where(Case.person_id == person_id)):
        told = told_of(session, row)
        if told.subject == f"child:{double}":
            sealed.put(session, row, "told", replace(told, subject=f"child:{child}").to_text())
    session.flush()


def _merge_bookings(session: Session, kept_id: str, gone_id: str) -> None:
    """Two live appointments of one kind: the second one's index says from now on that it is a second."""
    other = aliased(Booking)
    same = exists().where(
        other.person_id == kept_id, other.state == Booking.state, other.service == Booking.service,
        other.beneficiary_index == Booking.beneficiary_index,
    )  # fmt: skip
    for row in session.scalars(select(Booking).where(Booking.person_id == gone_id, IS_LIVE, same)):
        row.beneficiary_index = sealed.vault_of(session).blind("booking:second", row.id)
    session.flush()


def _merge_waiting(session: Session, kept_id: str, gone_id: str, now: datetime) -> None:
    """The place nearer the front of a line stays."""
    other = aliased(Waiting)
    pairs = session.execute(
        select(Waiting.id, other.id)
        .join(
            other,
            (other.facility_id == Waiting.facility_id)
            & (other.service == Waiting.service)
            & (other.beneficiary_index == Waiting.beneficiary_index),
        )
        .where(
            Waiting.person_id == kept_id, other.person_id == gone_id,
            Waiting.state == "waiting", other.state == "waiting",
        )
    ).all()  # fmt: skip
    for pair in pairs:
        _run(session, update(Waiting).where(Waiting.id == max(pair)).values(state="left", changed_at=now))


def _merge_handoffs(session: Session, kept_id: str, gone_id: str, now: datetime) -> None:
    opened = select(Handoff).where(Handoff.person_id.in_((kept_id, gone_id)), Handoff.state == "open")
    first, *others = [*session.scalars(opened.order_by(Handoff.taken_by.is_(None), Handoff.id)), None]
    for row in others:
        if first is not None and row is not None:
            row.state, row.closed_at = "closed", now
    session.flush()


def _merge_talks(session: Session, kept_id: str, gone_id: str) -> None:
    """One conversation stays open: one that staff took over, else the one that was touched last."""
    rows = list(session.scalars(select(Talk).where(Talk.id.in_((kept_id, gone_id)))))
    if not rows:
        return
    best = max(rows, key=lambda row: (row.owner is not None, row.touched_at))
    if best.id == gone_id:
        state = sealed.must_get(session, best, "state")
        for row in rows:
            if row.id == kept_id:
                session.delete(row)
        session.flush()
        moved = Talk(
            id=kept_id, flow=best.flow, version=best.version, owner=best.owner, opened_at=best.opened_at,
            touched_at=best.touched_at, expires_at=best.expires_at,
        )  # fmt: skip
        sealed.put(session, moved, "state", state)
        session.add(moved)
        session.flush()
    _run(session, delete(Talk).where(Talk.id == gone_id))


def _run(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
