"""Incoming messages, stored before anything else and worked on once, in order.

A turn is ``accept`` (then the platform gets its answer), ``claim`` (the delivery is counted and committed before the
work, so that a message that kills the process is seen), and the work, which ends with ``finish``. ``finish`` checks
that nobody took the message over in between, so the work is never done twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import codec, outbox, people, sealed
from store.errors import UNREADABLE, LeaseLost
from store.ids import new_id
from store.models import Address, Inbox, Person
from store.models.base import table

MOST_DELIVERIES = 3
LEASE = timedelta(seconds=60)
# How far back a person's messages are counted, to see whether they come too fast.
A_WHILE = timedelta(minutes=1)

_INBOX, _ADDRESS, _PERSON = table(Inbox), table(Address), table(Person)
_KEY = ("channel", "external_index")
_INSERT: Mapping[str, Executable] = {
    "sqlite": sqlite.insert(_INBOX).on_conflict_do_nothing(index_elements=_KEY).returning(_INBOX.c.id),
    "postgresql": postgresql.insert(_INBOX).on_conflict_do_nothing(index_elements=_KEY).returning(_INBOX.c.id),
}
# The lock on the address keeps the order of a person's messages when several processes look.
_LOCK_ADDRESS = (
    select(_ADDRESS.c.person_id)
    .where(_ADDRESS.c.id == bindparam("address_id"))
    .with_for_update(key_share=True)
)  # fmt: skip
_IS_STORED = select(_INBOX.c.id).where(
    _INBOX.c.channel == bindparam("channel"), _INBOX.c.external_index == bindparam("external_index")
)
_PENDING = (
    select(_INBOX)
    .where(_INBOX.c.address_id == bindparam("address_id"), _INBOX.c.state == "pending")
    .order_by(_INBOX.c.received_at, _INBOX.c.id)
    .limit(20)
)
# What asks for no answer (a reaction, a receipt) is kept with a code that says what it is, and nobody's flood.
_COUNT_RECENT = select(func.count()).where(
    _INBOX.c.address_id == bindparam("address_id"),
    _INBOX.c.code.is_(None),
    _INBOX.c.received_at > bindparam("since"),
    _INBOX.c.received_at <= bindparam("until"),
)
_COUNT_DELIVERY = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("row"))
    .values(deliveries=_INBOX.c.deliveries + 1, leased_until=bindparam("until"))
)
_QUARANTINE = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("row"))
    .values(state="quarantined", done_at=bindparam("now"), leased_until=None, code=bindparam("why"))
)
_MINE = (
    _INBOX.c.id == bindparam("row"),
    _INBOX.c.state == "pending",
    _INBOX.c.deliveries == bindparam("delivery"),
)
_FINISH = (
    update(_INBOX)
    .where(*_MINE)
    .values(state="done", payload=None, leased_until=None, done_at=bindparam("now"), code=None)
)
_GIVE_UP = update(_INBOX).where(*_MINE).values(leased_until=None, code=bindparam("why"))
_GIVE_UP_FOR_GOOD = _GIVE_UP.values(state="quarantined", done_at=bindparam("now"))
# After an erasure the person is gone, or a guest that only waits for the farewell.
_COUNT_TURN = (
    update(_PERSON)
    .where(_PERSON.c.id == bindparam("person"), _PERSON.c.leaving.is_(False))
    .values(turns=_PERSON.c.turns + 1)
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An incoming message that is now ours."""

    inbox_id: str
    address_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An incoming message to work on. ``deliveries`` counts this one too; ``recent`` is how many came from its address
    in the minute that ended with it."""

    id: str
    address_id: str
    person_id: str
    channel: str
    external_id: str
    payload: dict[str, Any]
    deliveries: int
    recent: int = 1


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that was given up, for staff; its payload stays sealed."""

    id: str
    channel: str
    received_at: datetime
    deliveries: int
    code: str | None


def index_of(session: Session, channel: str, external_id: str) -> str:
    """The key under which a channel's update is kept; blind, because some platforms' message ids hold the number."""
    return sealed.vault_of(session).blind(f"inbox:{channel}", external_id)


def is_stored(session: Session, channel: str, external_id: str) -> bool:
    """Whether the channel has delivered it before."""
    found = {"channel": channel, "external_index": index_of(session, channel, external_id)}
    return session.execute(_IS_STORED, found).first() is not None


def accept(
    session: Session, channel: str, external_id: str, address: str, payload: Mapping[str, Any], now: datetime
) -> Accepted | None:
    """Store a message; None when the channel delivered it before. ``payload`` as in ``codec``."""
    key = {"channel": channel, "external_index": index_of(session, channel, external_id)}
    if session.execute(_IS_STORED, key).first() is not None:
        return None
    whom = _held(session, channel, address, now)
    row_id = new_id()
    values = {
        "id": row_id,
        **key,
        "address_id": whom.address_id,
        "payload": sealed.seal(session, "inbox", "payload", row_id, codec.dumps([external_id, payload])),
        "state": "pending",
        "deliveries": 0,
        "received_at": now,
    }
    if not insert_new(session, values):
        return None
    people.note_inbound(session, whom, now)
    outbox.wake(session, whom.address_id)
    return Accepted(row_id, whom.address_id, whom.person_id)


def insert_new(session: Session, values: Mapping[str, object]) -> bool:
    """Insert a row; False when the same message was stored in the same moment. Any other fault is raised: it must not
    end in a lost message."""
    return session.execute(_INSERT[session.get_bind().dialect.name], values).first() is not None


def _held(session: Session, channel: str, address: str, now: datetime) -> people.Whom:
    """The person at an address, who cannot be erased before this transaction ends.

    An erasure by another process between the look-up and the lock leaves nobody to lock: they are met anew.
    """
    while True:
        whom = people.find_or_create(session, channel, address, now)
        if whom.created or session.scalar(_LOCK_ADDRESS, {"address_id": whom.address_id}) is not None:
            return whom


def claim(session: Session, address_id: str, now: datetime, lease: timedelta = LEASE) -> Claimed | None:
    """The oldest message of an address that is not yet worked on; commit before the work.

    None when there is none, or while another worker has one of this address. A message delivered more than three
    times, or one that cannot be read, is quarantined here and the next one taken.
    """
    person_id = session.scalar(_LOCK_ADDRESS, {"address_id": address_id})
    if person_id is None:
        return None
    for row in session.execute(_PENDING, {"address_id": address_id}).all():
        if row.leased_until is not None and row.leased_until > now:
            return None
        if row.deliveries >= MOST_DELIVERIES:
            session.execute(_QUARANTINE, {"row": row.id, "now": now, "why": row.code or "crashed"})
            continue
        try:
            external_id, payload = codec.loads(sealed.unseal(session, "inbox", "payload", row.id, row.payload))
        except UNREADABLE:
            # Sealed with a key that is gone, or broken: what the person wrote since must not wait behind it.
            session.execute(_QUARANTINE, {"row": row.id, "now": now, "why": "unreadable"})
            continue
        session.execute(_COUNT_DELIVERY, {"row": row.id, "until": now + lease})
        recent = session.scalar(
            _COUNT_RECENT, {"address_id": address_id, "since": row.received_at - A_WHILE, "until": row.received_at}
        )
        return Claimed(
            row.id, address_id, person_id, row.channel, external_id, payload, row.deliveries + 1, recent or 1
        )  # fmt: skip
    return None


def finish(session: Session, claimed: Claimed, now: datetime) -> None:
    """End the work in its own transaction; LeaseLost when another worker has taken the message over."""
    _settle(session, claimed, _FINISH, now=now)
    session.execute(_COUNT_TURN, {"person": claimed.person_id})


def give_up(session: Session, claimed: Claimed, now: datetime, code: str) -> bool:
    """The work failed (``code`` says how, without personal data): try later, or quarantine after the third time.

    Returns whether it was quarantined. LeaseLost as in ``finish``.
    """
    last = claimed.deliveries >= MOST_DELIVERIES
    if last:
        _settle(session, claimed, _GIVE_UP_FOR_GOOD, why=code[:64], now=now)
    else:
        _settle(session, claimed, _GIVE_UP, why=code[:64])
    return last


def _settle(session: Session, claimed: Claimed, statement: Any, **values: object) -> None:
    mine = {"row": claimed.id, "delivery": claimed.deliveries, **values}
    if cast("CursorResult[Any]", session.execute(statement, mine)).rowcount != 1:
        raise LeaseLost(claimed.id)


def waiting(session: Session, now: datetime, limit: int = 100, *, for_: timedelta = timedelta(0)) -> list[str]:
    """Addresses with a message that nobody works on ``for_`` so long at least, the longest waiting first."""
    return [
        address_id
        for address_id in session.scalars(
            select(Inbox.address_id)
            .where(
                Inbox.state == "pending",
                Inbox.address_id.is_not(None),
                Inbox.received_at <= now - for_,
                or_(Inbox.leased_until.is_(None), Inbox.leased_until <= now),
            )
            .group_by(Inbox.address_id)
            .order_by(func.min(Inbox.received_at))
            .limit(limit)
        )
        if address_id is not None
    ]


def release_all(session: Session) -> int:
    """At the start of a single process: leases of its former life end now. Returns how many."""
    statement = update(Inbox).where(Inbox.state == "pending", Inbox.leased_until.is_not(None)).values(leased_until=None)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def quarantined(session: Session, limit: int = 100) -> list[Quarantined]:
    """What was given up, the newest first."""
    rows = session.scalars(
        select(Inbox).where(Inbox.state == "quarantined").order_by(Inbox.received_at.desc()).limit(limit)
    )
    return [Quarantined(row.id, row.channel, row.received_at, row.deliveries, row.code) for row in rows]
