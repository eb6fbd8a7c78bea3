"""Messages on their way out: what is to be said at an address, in order, and what was said there.

How one is sent (``begin_attempt``, ``settle_attempt``) is in ``store.attempts`` and offered here too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from dialogues.effects import Choice, Lane, Say
from store import codec, sealed
from store.attempts import begin_attempt, settle_attempt, sweep_calling
from store.errors import UNREADABLE
from store.ids import new_id
from store.lanes import LANES, LIFETIMES, READ_BY_PAGE, UNASKED, URGENT, lifetime
from store.models import IS_OPEN, IS_PENDING, Address, Attempt, Message, Person
from store.models.base import table
from store.results import Failed, Failure, Sent, Unknown

__all__ = [
    "LIFETIMES", "Failed", "Failure", "OutMessage", "Said", "Sent", "Unknown", "adopt", "begin_attempt",
    "drop_unasked", "enqueue", "expire", "hold", "last_said", "pending", "put_off", "read", "release_held",
    "said_since", "say_of", "settle_attempt", "sweep_calling", "waiting", "wake", "was_said_since",
]  # fmt: skip

_LANE_ORDER = {lane: place for place, lane in enumerate(LANES)}
# What somebody who writes does not mend.
_NOT_RELEASED = (Failure.HALT.value, Failure.SPAM.value, Failure.SLOWER.value)

_ADDRESS, _PERSON, _MESSAGE, _ATTEMPT = table(Address), table(Person), table(Message), table(Attempt)
# The counter's row lock makes writers of one address wait for each other; numbers have no gaps or doubles.
_NEXT_NUMBER = (
    update(_ADDRESS)
    .where(_ADDRESS.c.id == bindparam("at_address"))
    .values(last_number=_ADDRESS.c.last_number + 1)
    .returning(_ADDRESS.c.last_number, _ADDRESS.c.channel)
)
_INSERT = insert(_MESSAGE)
_PENDING = (
    select(
        _MESSAGE,
        _ADDRESS.c.address,
        _ADDRESS.c.person_id,
        func.coalesce(_PERSON.c.language, _MESSAGE.c.language).label("language_now"),
    )
    .join(_ADDRESS, _ADDRESS.c.id == _MESSAGE.c.address_id)
    .join(_PERSON, _PERSON.c.id == _ADDRESS.c.person_id)
    .where(_MESSAGE.c.address_id == bindparam("at_address"), IS_OPEN, _MESSAGE.c.expires_at > bindparam("now"))
    .order_by(case(_LANE_ORDER, value=_MESSAGE.c.lane), _MESSAGE.c.number)
    .limit(bindparam("most"))
)
_UNREADABLE = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"))
    .values(state="failed", settled_at=bindparam("now"), failure=Failure.OUR_BUG.value, held_for=None)
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
    line = session.execute(_NEXT_NUMBER, {"at_address": address_id}).first()
    if line is None:
        raise LookupError("no such address")
    row_id = new_id()
    params = codec.dumps(say.params) if say.params else None
    choices = codec.dumps([[c.id, c.label, c.params] for c in say.choices]) if say.choices else None
    values = {
        "id": row_id, "address_id": address_id, "channel": line.channel, "number": line.last_number,
        "inbox_id": inbox_id, "say": say.message,
        "params": None if params is None else sealed.seal(session, "message", "params", row_id, params),
        "choices": None if choices is None else sealed.seal(session, "message", "choices", row_id, choices),
        "outcome": say.outcome, "document": say.document, "lane": say.lane, "ask_location": say.ask_location,
        "language": language, "actor": actor, "state": "pending", "created_at": now, "next_at": now,
        "expires_at": expires_at or now + lifetime(say),
    }  # fmt: skip
    session.execute(_INSERT, values)
    return row_id


def say_of(session: Session, row: Row[Any]) -> Say:
    """What a row of the table says."""
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


def read(session: Session, row: Row[Any], now: datetime) -> OutMessage | None:
    """The message of a row that was selected with its address and ``language_now``.

    None when it cannot be read: it was sealed with a key that is gone, or another version wrote it. It can never be
    sent then, so it ends here and does not stand before the others.
    """
    try:
        address, say = sealed.unseal(session, "address", "address", row.address_id, row.address), say_of(session, row)
    except UNREADABLE:
        session.execute(_UNREADABLE, {"row": row.id, "now": now})
        return None
    return OutMessage(
        row.id, row.number, row.channel, address, row.address_id, row.person_id, row.language_now, say,
        row.expires_at, row.tries,
    )  # fmt: skip


def hold(session: Session, address_id: str) -> None:
    """Make other senders to an address wait until this transaction ends: what ``pending`` says stays true until then.

    Before anything else of the transaction, so that all take their locks in one order.
    """
    session.execute(_HOLD, {"at_address": address_id})


def pending(session: Session, address_id: str, now: datetime, limit: int = 20) -> list[OutMessage]:
    """What can be sent to an address now, by lane and in order; in a lane, nothing behind a message that is on the wire
    or waits for its next try. What is said in the talk is one lane here, but danger advice waits for no other message.
    """
    ready: list[OutMessage] = []
    held: dict[str, int] = {}
    for row in session.execute(_PENDING, {"at_address": address_id, "now": now, "most": limit}):
        lane = "talk" if row.lane in URGENT else row.lane
        first = held.get(lane)
        if row.state == "sending" or row.next_at > now:
            held[lane] = row.number if first is None else min(first, row.number)
        elif row.lane == "danger" or first is None or row.number < first:
            message = read(session, row, now)
            ready += [] if message is None else [message]
    # What went out of order would never be seen there.
    if ready and ready[0].channel in READ_BY_PAGE:
        ready.sort(key=lambda message: message.number)
    return ready


def waiting(
    session: Session,
    now: datetime,
    limit: int = 100,
    *,
    channels: Collection[str] | None = None,
    lanes: Collection[Lane] = LANES,
) -> list[str]:
    """Addresses with something to send now: those with danger advice first, then the longest waiting.

    ``channels``: only theirs, so that what waits for a channel that is off does not stand before the others.
    """
    return list(session.scalars(due_at(now, lanes, channels).limit(limit)))


def due_at(now: datetime, lanes: Collection[Lane], channels: Collection[str] | None) -> Select[str]:
    """The statement of ``waiting``."""
    lane = case(_LANE_ORDER, value=Message.lane)
    reachable = () if channels is None else (Message.channel.in_(channels),)
    before = aliased(Message)
    # As in ``pending``: what cannot go yet must not take the place of others here.
    held_back = exists().where(
        before.address_id == Message.address_id, before.number < Message.number, before.lane.in_(URGENT),
        before.state.in_([literal_column("'pending'"), literal_column("'sending'")]), before.expires_at > now,
        or_(before.state == "sending", before.next_at > now),
    )  # fmt: skip
    return (
        select(Message.address_id)
        .where(IS_PENDING, Message.expires_at > now, Message.next_at <= now, Message.lane.in_(lanes), *reachable)
        .where(or_(Message.lane != "reply", ~held_back))
        .group_by(Message.address_id)
        .order_by(func.min(lane), func.min(Message.created_at))
    )


def put_off(session: Session, message_id: str, until: datetime, reason: str | None) -> None:
    """Not before then; ``reason`` says to the operator what it waits for, None when it is only its turn."""
    session.execute(
        update(_MESSAGE)
        .where(_MESSAGE.c.id == message_id, _MESSAGE.c.state == "pending")
        .values(next_at=until, held_for=reason)
    )


_RELEASE = (
    update(_MESSAGE)
    .where(
        _MESSAGE.c.address_id == bindparam("at_address"),
        _MESSAGE.c.state == literal_column("'pending'"),
        _MESSAGE.c.held_for.is_not(None),
        *(_MESSAGE.c.held_for != reason for reason in _NOT_RELEASED),
    )
    .values(next_at=_MESSAGE.c.created_at, held_for=None)
)


def wake(session: Session, address_id: str) -> None:
    """The person wrote: what waited for that may go now. As ``release_held``, but built once, for every message."""
    session.execute(_RELEASE, {"at_address": address_id})


def release_held(
    session: Session,
    *,
    address_id: str | None = None,
    channel: str | None = None,
    reasons: Collection[str] | None = None,
) -> int:
    """What waited for these reasons (default: for any that a person who writes puts an end to) may go now."""
    where = [
        IS_PENDING, Message.held_for.is_not(None),
        Message.held_for.not_in(_NOT_RELEASED) if reasons is None else Message.held_for.in_(reasons),
    ]  # fmt: skip
    where += [] if address_id is None else [Message.address_id == address_id]
    where += [] if channel is None else [Message.channel == channel]
    return _count(session, update(Message).where(*where).values(next_at=Message.created_at, held_for=None))


_EXPIRE = (
    update(_MESSAGE)
    .where(
        _MESSAGE.c.id.in_(
            select(_MESSAGE.c.id)
            .where(IS_PENDING, _MESSAGE.c.expires_at <= bindparam("now"))
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(state="expired", settled_at=bindparam("now"), failure="late", held_for=None)
)


def expire(session: Session, now: datetime, most: int = 1000) -> int:
    """Mark what is too late as expired, so many at a time: nobody waits long for the end of a campaign. How many."""
    return cast("CursorResult[Any]", session.execute(_EXPIRE, {"now": now, "most": most})).rowcount


_ADOPT = (
    update(_MESSAGE)
    .where(_MESSAGE.c.channel == literal_column("''"))
    .values(
        channel=select(_ADDRESS.c.channel).where(_ADDRESS.c.id == _MESSAGE.c.address_id).scalar_subquery(),
        next_at=func.coalesce(_MESSAGE.c.retry_at, _MESSAGE.c.created_at),
        tries=select(func.count()).where(_ATTEMPT.c.message_id == _MESSAGE.c.id).scalar_subquery(),
    )
)


_ADOPT_PENDING = _ADOPT.where(IS_PENDING)
_ADOPT_SENDING = _ADOPT.where(
    _MESSAGE.c.state == "sending",
    _MESSAGE.c.id.in_(select(_ATTEMPT.c.message_id).where(_ATTEMPT.c.state == "calling")),
)


def adopt(session: Session) -> int:
    """Take over what a replica of the version before wrote while both ran: it knows neither channels nor counts of
    tries. How many messages that were; to be dropped together with ``Message.retry_at``."""
    return _count(session, _ADOPT_PENDING) + _count(session, _ADOPT_SENDING)


def drop_unasked(session: Session, person_id: str, now: datetime) -> int:
    """After a stop: nothing that the person did not ask for goes out any more; returns how many were dropped."""
    theirs = select(Address.id).where(Address.person_id == person_id)
    return _count(
        session,
        update(Message)
        .where(Message.address_id.in_(theirs), Message.state == "pending", Message.lane.in_(UNASKED))
        .values(state="expired", settled_at=now, failure="stopped"),
    )


def _count(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount


def was_said_since(session: Session, address_id: str, say: str, since: datetime) -> bool:
    """Whether a message was put into the line of an address since then, whatever became of it."""
    found = select(_MESSAGE.c.id).where(
        _MESSAGE.c.address_id == address_id, _MESSAGE.c.say == say, _MESSAGE.c.created_at >= since
    )
    return session.execute(found.limit(1)).first() is not None


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
