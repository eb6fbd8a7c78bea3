"""One try at sending a message, committed before the call: a crash during it is seen and never blindly repeated.

Whether the person still wants the message is asked in the same statement: the last moment before the wire. Danger
advice alone is said once more when no answer came: to hear it twice does no harm, not to hear it may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, and_, bindparam, exists, func, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from store import codec, erasure, sealed
from store.ids import new_id
from store.models import Address, Attempt, Message, Person
from store.models.base import table

# What the person did not ask for just now: a stop ends it.
UNASKED: frozenset[str] = frozenset(("appointment", "care", "vaccine", "broadcast"))
MOST_TRIES = 8
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)

# Channels without a wire: a page asks for what is newer than the last number it saw.
READ_BY_PAGE = frozenset(("web",))

_ADDRESS, _PERSON, _MESSAGE, _ATTEMPT = table(Address), table(Person), table(Message), table(Attempt)
_IS_WANTED = and_(
    _MESSAGE.c.expires_at > bindparam("now"),
    exists().where(
        _ADDRESS.c.id == _MESSAGE.c.address_id,
        _ADDRESS.c.blocked_at.is_(None),
        or_(_ADDRESS.c.stopped_at.is_(None), _MESSAGE.c.lane.not_in(UNASKED)),
    ),
)
_BEGIN = (
    update(_MESSAGE)
    .where(
        _MESSAGE.c.id == bindparam("row"),
        _MESSAGE.c.state == "pending",
        or_(_MESSAGE.c.retry_at.is_(None), _MESSAGE.c.retry_at <= bindparam("now")),
        _IS_WANTED,
    )
    .values(state="sending", retry_at=None)
)
# Says its reason again: by now the message may be pending because another process tried it and it has to wait.
_DROP = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"), _MESSAGE.c.state == "pending", not_(_IS_WANTED))
    .values(state="expired", settled_at=bindparam("now"))
)
_COUNT_TRIES = select(func.count()).where(_ATTEMPT.c.message_id == bindparam("row"))
_TRY = insert(_ATTEMPT)
# A certain result may still settle a try that was given up as unknown; nothing settles one twice.
_SETTLE = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("row"), _ATTEMPT.c.state.in_(("calling", "unknown")))
    .values(
        state=bindparam("becomes"), code=bindparam("why"), external_id=bindparam("external"),
        external_index=bindparam("external_blind"), settled_at=bindparam("now"),
    )
    .returning(_ATTEMPT.c.message_id, _ATTEMPT.c.number)
)  # fmt: skip
_ABOUT: Select[Any] = select(_MESSAGE.c.address_id, _MESSAGE.c.lane, _MESSAGE.c.state, _MESSAGE.c.expires_at).where(
    _MESSAGE.c.id == bindparam("row")
)
_COUNT_UNKNOWN = _COUNT_TRIES.where(_ATTEMPT.c.state == "unknown")
_STATE = (
    select(_MESSAGE.c.state)
    .join(_ATTEMPT, _ATTEMPT.c.message_id == _MESSAGE.c.id)
    .where(_ATTEMPT.c.id == bindparam("row"))
)
_BECOMES = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"))
    .values(state=bindparam("becomes"), settled_at=bindparam("settled"), retry_at=bindparam("retry"))
)
_LEAVING = (
    select(_PERSON.c.id)
    .join(_ADDRESS, _ADDRESS.c.person_id == _PERSON.c.id)
    .where(_ADDRESS.c.id == bindparam("at_address"), _PERSON.c.leaving)
)


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it, under this id."""

    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The platform surely did not take it. ``stops_address``: it will take nothing more for this address."""

    code: str
    retryable: bool
    retry_after: timedelta | None = None
    stops_address: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came: it may have arrived."""

    code: str


def begin_attempt(session: Session, message_id: str, now: datetime, said: Mapping[str, Any]) -> str | None:
    """Note that a try is about to be made; commit before the call. ``said`` is what is really sent.

    None when it must not be sent: already under way or settled, before its next try, expired, stopped by the person,
    or the address is blocked; for the last three it is dropped.
    """
    begun = cast("CursorResult[Any]", session.execute(_BEGIN, {"row": message_id, "now": now}))
    if begun.rowcount != 1:
        session.execute(_DROP, {"row": message_id, "now": now})
        return None
    attempt_id = new_id()
    values = {
        "id": attempt_id,
        "message_id": message_id,
        "number": (session.scalar(_COUNT_TRIES, {"row": message_id}) or 0) + 1,
        "state": "calling",
        "said": sealed.seal(session, "attempt", "said", attempt_id, codec.dumps(said)),
        "at": now,
    }
    session.execute(_TRY, values)
    return attempt_id


def settle_attempt(session: Session, attempt_id: str, result: Sent | Failed | Unknown, now: datetime) -> str | None:
    """What became of a try. Returns the message's state: sent, failed, unknown, or pending when it is tried again.

    A certain result may still settle a try that was given up as unknown. None when the person was erased meanwhile.
    A message that once arrived stays sent, and while it is tried again only an arrival of a former try changes it.
    """
    becomes, external = _state_of(result), result.external_id if isinstance(result, Sent) else None
    values = {
        "row": attempt_id,
        "becomes": becomes,
        "why": None if isinstance(result, Sent) else result.code[:64],
        "external": external and sealed.seal(session, "attempt", "external_id", attempt_id, external),
        "external_blind": external and sealed.vault_of(session).blind("attempt", external),
        "now": now,
    }
    settled = session.execute(_SETTLE, values).first()
    if settled is None:
        return session.scalar(_STATE, {"row": attempt_id})
    message = session.execute(_ABOUT, {"row": settled.message_id}).one()
    tries = session.scalar(_COUNT_TRIES, {"row": settled.message_id}) or 0
    state: str = message.state
    if isinstance(result, Sent) or (state != "sent" and settled.number == tries):
        retry_at = _retry_at(session, settled.message_id, message, tries, result, now)
        state = "pending" if retry_at else becomes
        session.execute(
            _BECOMES,
            {"row": settled.message_id, "becomes": state, "retry": retry_at, "settled": None if retry_at else now},
        )
    if isinstance(result, Failed) and result.stops_address:
        session.execute(update(_ADDRESS).where(_ADDRESS.c.id == message.address_id).values(blocked_at=now))
    person_id = session.scalar(_LEAVING, {"at_address": message.address_id})
    if person_id is not None:
        erasure.depart(session, person_id)
    return state


def _state_of(result: Sent | Failed | Unknown) -> str:
    match result:
        case Sent():
            return "sent"
        case Failed():
            return "failed"
        case Unknown():
            return "unknown"


def _retry_at(
    session: Session, message_id: str, message: Row[Any], tries: int, result: Sent | Failed | Unknown, now: datetime
) -> datetime | None:
    """When to try again, or None: only what surely did not arrive (or, once, danger advice that perhaps did not), not
    for ever, and not after its time."""
    match result:
        case Failed(retryable=True, stops_address=False) if tries < MOST_TRIES:
            moment = now + (result.retry_after or min(_FIRST_WAIT * 2 ** (tries - 1), _LONGEST_WAIT))
        case Unknown() if message.lane == "danger" and session.scalar(_COUNT_UNKNOWN, {"row": message_id}) == 1:
            moment = now + _FIRST_WAIT
        case _:
            return None
    return moment if moment < message.expires_at else None


def sweep_calling(session: Session, now: datetime, older_than: timedelta = timedelta(minutes=2)) -> int:
    """Tries whose process died during the call become unknown; returns how many.

    Where there is no call, because the person's page reads what is stored, they were said.
    """
    lost = session.execute(
        select(_ATTEMPT.c.id, _ADDRESS.c.channel)
        .join(_MESSAGE, _MESSAGE.c.id == _ATTEMPT.c.message_id)
        .join(_ADDRESS, _ADDRESS.c.id == _MESSAGE.c.address_id)
        .where(_ATTEMPT.c.state == "calling", _ATTEMPT.c.at <= now - older_than)
        .with_for_update(skip_locked=True, of=_ATTEMPT)
    ).all()
    for attempt_id, channel in lost:
        settle_attempt(session, attempt_id, Sent(None) if channel in READ_BY_PAGE else Unknown("lost"), now)
    return len(lost)
