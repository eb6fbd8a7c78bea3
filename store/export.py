"""Everything known about a person, in plain values, for the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import codec, sealed
from store.case_told import told_of
from store.models import (
    Address,
    Attempt,
    Booking,
    Case,
    Child,
    Consent,
    Correction,
    Dose,
    Due,
    Facility,
    Handoff,
    Inbox,
    Message,
    Person,
    Talk,
    Waiting,
)
from store.models.base import Base

Row = TypeVar("Row", bound=Base)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _json(session: Session, row: Base, column: str) -> Any:
    text = sealed.get(session, row, column)
    return None if text is None else _plain(codec.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _each(rows: Iterable[Row], form: Callable[[Row], dict[str, Any]]) -> list[dict[str, Any]]:
    return [form(row) for row in rows]


def export(session: Session, person_id: str) -> dict[str, Any]:
    """All rows about the person as JSON values: moments as ISO text, UTC unless called local.

    LookupError when there is no such person.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise LookupError("no such person")
    addresses = session.scalars(select(Address).where(Address.person_id == person_id)).all()
    address_ids = [address.id for address in addresses]
    return {
        "person": {
            "id": person.id,
            "name": sealed.get(session, person, "name"),
            "phone": sealed.get(session, person, "phone"),
            "language": person.language,
            "created_at": _iso(person.created_at),
            "turns": person.turns,
        },
        "addresses": _each(
            addresses,
            lambda row: {
                "channel": row.channel,
                "address": sealed.get(session, row, "address"),
                "phone": sealed.get(session, row, "phone"),
                "created_at": _iso(row.created_at),
                "last_inbound_at": _iso(row.last_inbound_at),
                "heard_at": _iso(row.heard_at),
                "stopped_at": _iso(row.stopped_at),
                "blocked_at": _iso(row.blocked_at),
                "marketing_stopped_at": _iso(row.marketing_stopped_at),
            },
        ),
        "consents": _each(
            session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.at, Consent.id)),
            lambda row: {
                "purpose": row.purpose,
                "granted": row.granted,
                "at": _iso(row.at),
                "channel": row.channel,
                "language": row.language,
                "text_version": row.text_version,
            },
        ),
        "bookings": _bookings(session, person_id),
        "children": _children(session, person_id),
        "waiting": _each(
            session.scalars(select(Waiting).where(Waiting.person_id == person_id).order_by(Waiting.id)),
            lambda row: {
                "facility": row.facility_id,
                "service": row.service,
                "beneficiary": sealed.get(session, row, "beneficiary"),
                "state": row.state,
                "created_at": _iso(row.created_at),
            },
        ),
        "reminders": _each(
            session.scalars(select(Due).where(Due.person_id == person_id).order_by(Due.due, Due.id)),
            lambda row: {
                "kind": row.kind,
                "about": row.subject,
                "due_local": _iso(row.due),
                "zone": row.zone,
                "state": row.state,
                "reason": row.reason,
            },
        ),
        "cases": _cases(session, person_id),
        "talk": _each(
            session.scalars(select(Talk).where(Talk.id == person_id)),
            lambda row: {"flow": row.flow, "answers": _json(session, row, "state"), "opened_at": _iso(row.opened_at)},
        ),
        "received": _each(
            session.scalars(select(Inbox).where(Inbox.address_id.in_(address_ids)).order_by(Inbox.received_at)),
            lambda row: {"at": _iso(row.received_at), "state": row.state, "content": _json(session, row, "payload")},
        ),
        "messages": _messages(session, address_ids),
        "handoffs": _each(
            session.scalars(select(Handoff).where(Handoff.person_id == person_id)),
            lambda row: {"reason": row.reason, "state": row.state, "created_at": _iso(row.created_at)},
        ),
    }


def _bookings(session: Session, person_id: str) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Booking, Facility.name_fr, Facility.name_ar)
        .join(Facility, Facility.id == Booking.facility_id)
        .where(Booking.person_id == person_id)
        .order_by(Booking.starts)
    )
    return [
        {
            "id": row.id,
            "facility": row.facility_id,
            "facility_fr": name_fr,
            "facility_ar": name_ar,
            "service": row.service,
            "starts_local": _iso(row.starts),
            "confirmed_at": _iso(row.confirmed_at),
            "zone": row.zone,
            "beneficiary": sealed.get(session, row, "beneficiary"),
            "state": row.state,
            "created_at": _iso(row.created_at),
        }
        for row, name_fr, name_ar in rows
    ]


def _cases(session: Session, person_id: str) -> list[dict[str, Any]]:
    corrections: dict[str, list[dict[str, Any]]] = {}
    for found in session.scalars(
        select(Correction)
        .join(Case, Case.id == Correction.case_id)
        .where(Case.person_id == person_id)
        .order_by(Correction.at, Correction.id)
    ):
        corrections.setdefault(str(found.case_id), []).append(
            {"should_be": found.should_be, "note": sealed.get(session, found, "note"), "at": _iso(found.at)}
        )

    def form(row: Case) -> dict[str, Any]:
        told = told_of(session, row)
        return {
            "id": row.id,
            "outcome": row.outcome,
            "about": told.subject,
            "complaints": list(told.complaints),
            "rules": list(told.rules),
            "answers": dict(told.answers),
            "protocol_versions": dict(told.versions),
            "opened_at": _iso(row.opened_at),
            "last_answer": row.last_answer,
            "answered_at": _iso(row.answered_at),
            "state": row.state,
            "closed_for": row.closed_for,
            "closed_at": _iso(row.closed_at),
            "corrections": corrections.get(row.id, []),
        }

    return _each(session.scalars(select(Case).where(Case.person_id == person_id).order_by(Case.id)), form)


def _children(session: Session, person_id: str) -> list[dict[str, Any]]:
    doses: dict[str, list[dict[str, Any]]] = {}
    for dose in session.scalars(
        select(Dose).join(Child, Child.id == Dose.child_id).where(Child.person_id == person_id).order_by(Dose.given_on)
    ):
        doses.setdefault(dose.child_id, []).append(
            {
                "vaccine": dose.antigen,
                "number": dose.number,
                "given_on": dose.given_on.isoformat(),
                "recorded_at": _iso(dose.recorded_at),
                "taken_back_at": _iso(dose.undone_at),
            }
        )
    return [
        {
            "id": row.id,
            "name": sealed.get(session, row, "name"),
            "birth": sealed.get(session, row, "birth"),
            "sex": row.sex,
            "facility": row.facility_id,
            "reminders": row.reminders,
            "paused_until": row.paused_until.isoformat() if row.paused_until else None,
            "closed_for": row.closed_for,
            "created_at": _iso(row.created_at),
            "doses": doses.get(row.id, []),
        }
        for row in session.scalars(select(Child).where(Child.person_id == person_id).order_by(Child.id))
    ]


def _messages(session: Session, address_ids: list[str]) -> list[dict[str, Any]]:
    attempts: dict[str, list[dict[str, Any]]] = {}
    for attempt in session.scalars(
        select(Attempt)
        .join(Message, Message.id == Attempt.message_id)
        .where(Message.address_id.in_(address_ids))
        .order_by(Attempt.message_id, Attempt.number)
    ):
        attempts.setdefault(attempt.message_id, []).append(
            {"at": _iso(attempt.at), "state": attempt.state, "said": _json(session, attempt, "said")}
        )
    rows = session.scalars(
        select(Message).where(Message.address_id.in_(address_ids)).order_by(Message.created_at, Message.number)
    )
    return [
        {
            "say": row.say,
            "params": _json(session, row, "params"),
            "lane": row.lane,
            "language": row.language,
            "outcome": row.outcome,
            "state": row.state,
            "created_at": _iso(row.created_at),
            "attempts": attempts.get(row.id, []),
        }
        for row in rows
    ]
