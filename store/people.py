"""Persons, their addresses and consents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import sealed
from store.crypto import Place
from store.erasure import Purged, forget, purge
from store.export import export
from store.ids import new_id
from store.models import Address, Consent, Person
from store.models.base import table

__all__ = [
    "AddressRow", "Purged", "Whom", "address_of", "consents", "export", "find", "find_or_create", "forget",
    "language_of", "lock", "purge",
]  # fmt: skip

_ADDRESS, _PERSON, _CONSENT = table(Address), table(Person), table(Consent)
_FIND = (
    select(_ADDRESS.c.id, _ADDRESS.c.person_id, _PERSON.c.leaving)
    .join(_PERSON, _PERSON.c.id == _ADDRESS.c.person_id)
    .where(_ADDRESS.c.channel == bindparam("on"), _ADDRESS.c.address_index == bindparam("index"))
)
_CONSENTS = (
    select(_CONSENT.c.purpose, _CONSENT.c.granted)
    .where(_CONSENT.c.person_id == bindparam("person"))
    .order_by(_CONSENT.c.at, _CONSENT.c.id)
)
_LOCK = select(_PERSON.c.id).where(_PERSON.c.id == bindparam("person")).with_for_update(key_share=True)
_NOTE = (
    update(_ADDRESS)
    .where(_ADDRESS.c.id == bindparam("row"))
    .values(last_inbound_at=bindparam("now"), blocked_at=None)
)  # fmt: skip
_STAY = update(_PERSON).where(_PERSON.c.id == bindparam("row")).values(leaving=False)


@dataclass(frozen=True, slots=True)
class Whom:
    """A person and the address they wrote from. ``leaving``: only a farewell was to come."""

    person_id: str
    address_id: str
    created: bool = False
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address in clear. ``stopped``: no more reminders; ``blocked``: the platform refuses us until they write."""

    channel: str
    address: str
    person_id: str
    stopped: bool
    blocked: bool


def address_index(session: Session, channel: str, address: str) -> str:
    """The blind index of an address on a channel."""
    return sealed.vault_of(session).blind(f"address:{channel}", address)


def find(session: Session, channel: str, address: str) -> Whom | None:
    """The person behind an address, or None."""
    index = address_index(session, channel, address)
    found = session.execute(_FIND, {"on": channel, "index": index}).first()
    return None if found is None else Whom(found.person_id, found.id, leaving=found.leaving)


def find_or_create(session: Session, channel: str, address: str, now: datetime) -> Whom:
    """The person behind an address; a new one is a guest: an id and nothing else."""
    found = find(session, channel, address)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            return _create(session, channel, address, now)
    except IntegrityError:
        # Another process met the same address in the same moment.
        found = find(session, channel, address)
        if found is None:
            raise
        return found


def _create(session: Session, channel: str, address: str, now: datetime) -> Whom:
    person, address_id = Person(id=new_id(), created_at=now), new_id()
    session.add(person)
    session.flush()
    session.add(
        Address(
            id=address_id,
            person_id=person.id,
            channel=channel,
            address=sealed.vault_of(session).seal(address, Place(Address.__tablename__, "address", address_id)),
            address_index=address_index(session, channel, address),
            created_at=now,
        )
    )
    session.flush()
    return Whom(person.id, address_id, created=True)


def address_of(session: Session, address_id: str) -> AddressRow | None:
    """An address in clear, or None when it was erased."""
    row = session.get(Address, address_id)
    if row is None:
        return None
    return AddressRow(
        row.channel,
        sealed.must_get(session, row, "address"),
        row.person_id,
        row.stopped_at is not None,
        row.blocked_at is not None,
    )


def language_of(session: Session, person_id: str) -> str | None:
    """The person's language of replies, if known."""
    return session.scalar(select(Person.language).where(Person.id == person_id))


def lock(session: Session, person_id: str) -> None:
    """Make other transactions of this person wait until this one ends (SQLite has one writer anyway)."""
    session.execute(_LOCK, {"person": person_id})


def consents(session: Session, person_id: str) -> frozenset[str]:
    """The purposes granted now."""
    rows = session.execute(_CONSENTS, {"person": person_id})
    latest = dict(rows.all())
    return frozenset(purpose for purpose, granted in latest.items() if granted)


def was_stopped(session: Session, person_id: str) -> bool:
    """Whether the last word on reminders is the no that came with a stop."""
    last = session.execute(
        select(_CONSENT.c.granted, _CONSENT.c.text_version)
        .where(_CONSENT.c.person_id == person_id, _CONSENT.c.purpose == "reminders")
        .order_by(_CONSENT.c.at.desc(), _CONSENT.c.id.desc())
        .limit(1)
    ).first()
    return last is not None and not last.granted and last.text_version == "stop"


def note_inbound(session: Session, whom: Whom, now: datetime) -> None:
    """The person wrote: the platform lets us answer again, and a farewell is no longer the last word."""
    session.execute(_NOTE, {"row": whom.address_id, "now": now})
    if whom.leaving:
        session.execute(_STAY, {"row": whom.person_id})
