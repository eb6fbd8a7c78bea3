"""Messages on their way out: what is to be said at an address, in order, and what was said there.

How one is sent (``begin_attempt``, ``settle_attempt``) is in ``store.attempts`` and offered here too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Row, bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from dialogues.effects import Choice, Lane, Say
from store import codec, sealed
from store.attempts import (
    READ_BY_PAGE,
    UNASKED,
    Failed,
    Sent,
    Unknown,
    begin_attempt,
    settle_attempt,
    sweep_calling,
)
from store.ids import new_id
from store.models import IS_OPEN, Address, Attempt, Message, Person
from store.models.base import table

__all__ = [
    "LIFETIMES", "Failed", "OutMessage", "Said", "Sent", "Unknown", "begin_attempt", "drop_unasked", "enqueue",
    "expire", "hold", "last_said", "pending", "said_since", "settle_attempt", "sweep_calling", "waiting",
]  # fmt: skip

LIFETIMES: dict[Lane, timedelta] = {
    "danger": timedelta(hours=24),
    "reply": timedelta(hours=12),
    "appointment": timedelta(hours=24),
    "care": timedelta(hours=24),
    "vaccine": timedelta(hours=48),
    "broadcast": timedelta(hours=24),
}
_LANE_ORDER = {lane: place for place, lane in enumerate(LIFETIMES)}

_ADDRESS, _PERSON, _MESSAGE, _ATTEMPT = table(Address), table(Person), table(Message), table(Attempt)
# The counter's row lock makes writers of one address wait for each other; numbers have no gaps or doubles.
_NEXT_NUMBER = (
    update(_ADDRESS)
    .where(_ADDRESS.c.id == bindparam("at_address"))
    .values(last_number=_ADDRESS.c.last_number + 1)
    .returning(_ADDRESS.c.last_number)
)
_INSERT = insert(_MESSAGE)
_TRIES = select(func.count()).where(_ATTEMPT.c.message_id == _MESSAGE.c.id).correlate(_MESSAGE).scalar_subquery()
_PENDING = (
    select(
        _MESSAGE,
        _ADDRESS.c.channel,
        _ADDRESS.c.address,
        _ADDRESS.c.person_id,
        func.coalesce(_PERSON.c.language, _MESSAGE.c.language).label("language_now"),
        _TRIES.label("tries"),
    )
    .join(_ADDRESS, _ADDRESS.c.id == _MESSAGE.c.address_id)
    .join(_PERSON, _PERSON.c.id == _ADDRESS.c.person_id)
    .where(_MESSAGE.c.address_id == bindparam("at_address"), IS_OPEN, _MESSAGE.c.expires_at > bindparam("now"))
    .order_by(case((_MESSAGE.c.lane == "danger", 0), else_=1), _MESSAGE.c.number)
    .limit(bindparam("most"))
)
_HOLD = select(_ADDRESS.c.id).where(_ADDRESS.c.id == bindparam("at_address")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class OutMessage:
    """A message to send now. ``tries`` were made before; ``language`` is the person's now, else that of the turn."""

    id: str
    number: int
    channel: str
    address: str
    address_id: str
    person_id: str
    language: str
    say: Say
    expires_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it went out; ``said`` is what ``begin_attempt`` was given."""

    number: int
    message_id: str
    say: str
    outcome: str | None
    document: str | None
    said: dict[str, Any]
    at: datetime


def enqueue(
    session: Session,
    address_id: str,
    say: Say,
    now: datetime,
    *,
    language: str,
    actor: str = "system",
    inbox_id: str | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Put a message at the end of an address's line; returns its id. It expires by its lane unless told otherwise."""
    number = session.scalar(_NEXT_NUMBER, {"at_address": address_id})
    if number is None:
        raise LookupError("no such address")
    row_id = new_id()
    params = codec.dumps(say.params) if say.params else None
    choices = codec.dumps([[c.id, c.label, c.params] for c in say.choices]) if say.choices else None
    values = {
        "id": row_id, "address_id": address_id, "number": number, "inbox_id": inbox_id, "say": say.message,
        "params": None if params is None else sealed.seal(session, "message", "params", row_id, params),
        "choices": None if choices is None else sealed.seal(session, "message", "choices", row_id, choices),
        "outcome": say.outcome, "document": say.document, "lane": say.lane, "ask_location": say.ask_location,
        "language": language, "actor": actor, "state": "pending", "created_at": now,
        "expires_at": expires_at or now + LIFETIMES[say.lane],
    }  # fmt: skip
    session.execute(_INSERT, values)
    return row_id


def _say(session: Session, row: Row[Any]) -> Say:
    params, choices = (
        None if value is None else codec.loads(sealed.unseal(session, "message", column, row.id, value))
        for column, value in (("params", row.params), ("choices", row.choices))
    )
    return Say(
        row.say,
        params or {},
        tuple(Choice(*parts) for parts in choices or ()),
        row.outcome,
        row.document,
        row.lane,
        row.ask_location,
    )


def hold(session: Session, address_id: str) -> None:
    """Make other senders to an address wait until this transaction ends: what ``pending`` says stays true until then.

    Before anything else of the transaction, so that all take their locks in one order.
    """
    session.execute(_HOLD, {"at_address": address_id})


def pending(session: Session, address_id: str, now: datetime, limit: int = 20) -> list[OutMessage]:
    """What can be sent to an address now, in order; nothing behind a message that is on the wire or waits to retry.

    Danger advice goes first, and waits for no other message.
    """
    ready: list[OutMessage] = []
    held: int | None = None
    for row in session.execute(_PENDING, {"at_address": address_id, "now": now, "most": limit}):
        if row.state == "sending" or (row.retry_at is not None and row.retry_at > now):
            held = row.number if held is None else min(held, row.number)
            continue
        if row.lane != "danger" and held is not None and held < row.number:
            continue
        address = sealed.unseal(session, "address", "address", row.address_id, row.address)
        ready.append(
            OutMessage(
                row.id, row.number, row.channel, address, row.address_id, row.person_id, row.language_now,
                _say(session, row), row.expires_at, row.tries,
            )
        )  # fmt: skip
    # What went out of order would never be seen there.
    if ready and ready[0].channel in READ_BY_PAGE:
        ready.sort(key=lambda message: message.number)
    return ready


def waiting(session: Session, now: datetime, limit: int = 100, *, channels: Collection[str] | None = None) -> list[str]:
    """Addresses with something to send now: those with danger advice first, then the longest waiting.

    ``channels``: only theirs, so that what waits for a channel that is off does not stand before the others.
    """
    lane = case(_LANE_ORDER, value=Message.lane)
    theirs = select(Address.id).where(Address.channel.in_(channels or ()))
    reachable = () if channels is None else (Message.address_id.in_(theirs),)
    return list(
        session.scalars(
            select(Message.address_id)
            .where(
                IS_OPEN,
                Message.state == "pending",
                Message.expires_at > now,
                or_(Message.retry_at.is_(None), Message.retry_at <= now),
                *reachable,
            )
            .group_by(Message.address_id)
            .order_by(func.min(lane), func.min(Message.created_at))
            .limit(limit)
        )
    )


def expire(session: Session, now: datetime) -> int:
    """Mark what is too late as expired; returns how many."""
    return _count(
        session,
        update(Message)
        .where(IS_OPEN, Message.state == "pending", Message.expires_at <= now)
        .values(state="expired", settled_at=now),
    )


def drop_unasked(session: Session, person_id: str, now: datetime) -> int:
    """After a stop: nothing that the person did not ask for goes out any more; returns how many were dropped."""
    theirs = select(Address.id).where(Address.person_id == person_id)
    return _count(
        session,
        update(Message)
        .where(Message.address_id.in_(theirs), Message.state == "pending", Message.lane.in_(UNASKED))
        .values(state="expired", settled_at=now),
    )


def _count(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount


def last_said(session: Session, address_id: str) -> Said | None:
    """The last message that was sent to an address: what the person has on their screen."""
    number = session.scalar(
        select(func.max(Message.number)).where(Message.address_id == address_id, Message.state == "sent")
    )
    return next(iter(said_since(session, address_id, number - 1, limit=1)), None) if number is not None else None


def said_since(session: Session, address_id: str, after: int, limit: int = 100) -> list[Said]:
    """What was said at an address since message number ``after``, in order; for channels that are polled."""
    rows = session.execute(
        select(Message, Attempt)
        .join(Attempt, Attempt.message_id == Message.id)
        .where(
            Message.address_id == address_id,
            Message.number > after,
            Message.state == "sent",
            Attempt.state == "sent",
            Attempt.said.is_not(None),
        )
        .order_by(Message.number)
        .limit(limit)
    )
    return [
        Said(
            row.number, row.id, row.say, row.outcome, row.document,
            codec.loads(sealed.must_get(session, attempt, "said")), attempt.settled_at or attempt.at,
        )
        for row, attempt in rows
    ]  # fmt: skip
