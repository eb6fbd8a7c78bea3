"""One try at sending a message, committed before the call: a crash during it is seen and never blindly repeated.

Whether the person still wants the message is asked in the same statement: the last moment before the wire. Danger
advice alone is said once more when no answer came: to hear it twice does no harm, not to hear it may.

A try belongs to its owner for ``LEASE``. What the owner says about it later than that is still true, and is taken: a
certain result settles a try that was given up as unknown, but nothing settles one twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, exists, func, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from store import codec, consequences, erasure, sealed
from store.ids import new_id
from store.lanes import READ_BY_PAGE, UNASKED
from store.models import Address, Attempt, Message, Person
from store.models.base import table
from store.results import Failed, Result, Sent, Unknown

LEASE = timedelta(minutes=2)

_ADDRESS, _PERSON, _MESSAGE, _ATTEMPT = table(Address), table(Person), table(Message), table(Attempt)
_IS_WANTED = and_(
    _MESSAGE.c.expires_at > bindparam("now"),
    exists().where(
        _ADDRESS.c.id == _MESSAGE.c.address_id,
        _ADDRESS.c.blocked_at.is_(None),
        or_(_ADDRESS.c.stopped_at.is_(None), _MESSAGE.c.lane.not_in(UNASKED)),
    ),
)
_IS_BLOCKED = exists().where(_ADDRESS.c.id == _MESSAGE.c.address_id, _ADDRESS.c.blocked_at.is_not(None))
_BEGIN = (
    update(_MESSAGE)
    .where(
        _MESSAGE.c.id == bindparam("row"),
        _MESSAGE.c.state == "pending",
        _MESSAGE.c.next_at <= bindparam("now"),
        _IS_WANTED,
    )
    .values(state="sending", held_for=None, tries=_MESSAGE.c.tries + 1)
    .returning(_MESSAGE.c.tries)
)
# Says its reason again: by now the message may be pending because another process tried it and it has to wait.
_DROP = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"), _MESSAGE.c.state == "pending", not_(_IS_WANTED))
    .values(
        state="expired",
        settled_at=bindparam("now"),
        failure=case((_MESSAGE.c.expires_at <= bindparam("now"), "late"), (_IS_BLOCKED, "blocked"), else_="stopped"),
    )
)
_BEGIN_LOCKED = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id.in_(bindparam("rows", expanding=True)), _MESSAGE.c.state == "pending")
    .values(state="sending", held_for=None, tries=_MESSAGE.c.tries + 1)
)
_TRY = insert(_ATTEMPT)
_SETTLE = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("row"), _ATTEMPT.c.state.in_(("calling", "unknown")))
    .values(
        state=bindparam("becomes"), code=bindparam("why"), external_id=bindparam("external"),
        external_index=bindparam("external_blind"), settled_at=bindparam("now"),
    )
    .returning(_ATTEMPT.c.message_id, _ATTEMPT.c.number, _ATTEMPT.c.at)
)  # fmt: skip
# Reports of the same tries arrive at the same time: whoever locks several does it in the order of their ids.
_HOLD = (
    select(_ATTEMPT.c.id)
    .where(_ATTEMPT.c.id.in_(bindparam("rows", expanding=True)))
    .order_by(_ATTEMPT.c.id)
    .with_for_update()
)  # fmt: skip
_HOLD_ADDRESSES = (
    select(_ADDRESS.c.id)
    .where(
        _ADDRESS.c.id.in_(
            select(_MESSAGE.c.address_id)
            .join(_ATTEMPT, _ATTEMPT.c.message_id == _MESSAGE.c.id)
            .where(
                or_(
                    _ATTEMPT.c.id.in_(bindparam("rows", expanding=True)),
                    _ATTEMPT.c.external_index.in_(bindparam("indexes", expanding=True)),
                )
            )
        )
    )
    .order_by(_ADDRESS.c.id)
    .with_for_update(key_share=True)
)
_ABOUT: Select[Any] = select(
    _MESSAGE.c.address_id, _MESSAGE.c.lane, _MESSAGE.c.state, _MESSAGE.c.expires_at, _MESSAGE.c.tries
).where(_MESSAGE.c.id == bindparam("row"))
_COUNT_UNKNOWN = select(func.count(case((_ATTEMPT.c.state == "unknown", 1)))).where(
    _ATTEMPT.c.message_id == bindparam("row")
)
_STATE = (
    select(_MESSAGE.c.state)
    .join(_ATTEMPT, _ATTEMPT.c.message_id == _MESSAGE.c.id)
    .where(_ATTEMPT.c.id == bindparam("row"))
)
_BECOMES = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"))
    .values(
        state=bindparam("becomes"), settled_at=bindparam("settled"), failure=bindparam("why"),
        held_for=bindparam("waits_for"),
    )
)  # fmt: skip
_WAITS = _BECOMES.values(next_at=bindparam("next"))
# Many that arrived, at once: what most tries come to.
_SENT_ATTEMPTS = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("row"), or_(_ATTEMPT.c.state == "calling", _ATTEMPT.c.state == "unknown"))
    .values(
        state="sent", code=None, external_id=bindparam("external"), external_index=bindparam("external_blind"),
        settled_at=bindparam("now"),
    )
)  # fmt: skip
_SENT_MESSAGES = (
    update(_MESSAGE)
    .where(
        _MESSAGE.c.id.in_(
            select(_ATTEMPT.c.message_id).where(
                _ATTEMPT.c.id.in_(bindparam("rows", expanding=True)), _ATTEMPT.c.state == "sent"
            )
        ),
        _MESSAGE.c.state != "sent",
    )
    .values(state="sent", settled_at=bindparam("now"), failure=None, held_for=None)
)
_LEAVING = (
    select(_PERSON.c.id)
    .join(_ADDRESS, _ADDRESS.c.person_id == _PERSON.c.id)
    .where(_ADDRESS.c.id == bindparam("at_address"), _PERSON.c.leaving)
)
_LEAVING_ANY = (
    select(_PERSON.c.id)
    .join(_ADDRESS, _ADDRESS.c.person_id == _PERSON.c.id)
    .join(_MESSAGE, _MESSAGE.c.address_id == _ADDRESS.c.id)
    .join(_ATTEMPT, _ATTEMPT.c.message_id == _MESSAGE.c.id)
    .where(_ATTEMPT.c.id.in_(bindparam("rows", expanding=True)), _PERSON.c.leaving)
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A message whose row this transaction holds, the number of its next try, and what will really be sent."""

    message_id: str
    number: int
    said: Mapping[str, Any]


def begin_attempt(
    session: Session, message_id: str, now: datetime, said: Mapping[str, Any], owner: str | None = None
) -> str | None:
    """Note that a try is about to be made; commit before the call. ``said`` is what is really sent.

    None when it must not be sent: already under way or settled, before its next try, expired, stopped by the person,
    or the address is blocked; for the last three it is dropped.
    """
    begun = session.execute(_BEGIN, {"row": message_id, "now": now}).first()
    if begun is None:
        session.execute(_DROP, {"row": message_id, "now": now})
        return None
    [attempt_id] = _tries(session, [Beginning(message_id, begun.tries, said)], owner, now)
    return attempt_id


def begin_held(session: Session, beginnings: Sequence[Beginning], owner: str, now: datetime) -> list[str]:
    """The same for many messages that ``store.taking`` found wanted and locked; the tries' ids, in order."""
    if not beginnings:
        return []
    session.execute(_BEGIN_LOCKED, {"rows": [each.message_id for each in beginnings]})
    return _tries(session, beginnings, owner, now)


def _tries(session: Session, beginnings: Sequence[Beginning], owner: str | None, now: datetime) -> list[str]:
    values: list[dict[str, Any]] = []
    for each in beginnings:
        attempt_id = new_id()
        said = sealed.seal(session, "attempt", "said", attempt_id, codec.dumps(each.said))
        values.append(
            {
                "id": attempt_id, "message_id": each.message_id, "number": each.number, "state": "calling",
                "said": said, "owner": owner, "at": now,
            }
        )  # fmt: skip
    session.execute(_TRY, values)
    return [value["id"] for value in values]


def hold_addresses(session: Session, failed: Collection[str], indexes: Collection[str] = ()) -> None:
    """Before tries are settled of which these failed (by their ids, or blind indexes of the platform's): what that
    means for their addresses is written with the addresses held before the tries, as by all who send to one."""
    if (failed or indexes) and session.get_bind().dialect.name != "sqlite":
        session.execute(_HOLD_ADDRESSES, {"rows": sorted(failed), "indexes": sorted(indexes)})


def settle_all(session: Session, results: Sequence[tuple[str, Result]], now: datetime) -> None:
    """What became of many tries, by their ids."""
    hold_addresses(session, {attempt_id for attempt_id, result in results if isinstance(result, Failed)})
    if len(results) > 1:
        session.execute(_HOLD, {"rows": sorted(attempt_id for attempt_id, _ in results)})
    arrived = [(attempt_id, result) for attempt_id, result in results if isinstance(result, Sent)]
    if arrived:
        values = [
            {"row": attempt_id, "now": now, **_external(session, attempt_id, result.external_id)}
            for attempt_id, result in arrived
        ]
        session.execute(_SENT_ATTEMPTS, values)
        rows = [attempt_id for attempt_id, _ in arrived]
        session.execute(_SENT_MESSAGES, {"rows": rows, "now": now})
        for person_id in session.scalars(_LEAVING_ANY, {"rows": rows}).all():
            erasure.depart(session, person_id)
    for attempt_id, result in results:
        if not isinstance(result, Sent):
            settle_attempt(session, attempt_id, result, now)


def _external(session: Session, attempt_id: str, external_id: str | None) -> dict[str, str | None]:
    return {
        "external": external_id and sealed.seal(session, "attempt", "external_id", attempt_id, external_id),
        "external_blind": external_id and sealed.vault_of(session).blind("attempt", external_id),
    }


def settle_attempt(session: Session, attempt_id: str, result: Result, now: datetime) -> str | None:
    """What became of a try. Returns the message's state: sent, failed, unknown, or pending when it is tried again.

    A certain result may still settle a try that was given up as unknown. None when the person was erased meanwhile.
    A message that once arrived stays sent, and while it is tried again only an arrival of a former try changes it.
    """
    values = {
        "row": attempt_id,
        "becomes": _state_of(result),
        "why": None if isinstance(result, Sent) else result.code[:64],
        "now": now,
        **_external(session, attempt_id, result.external_id if isinstance(result, Sent) else None),
    }
    settled = session.execute(_SETTLE, values).first()
    if settled is None:
        return session.scalar(_STATE, {"row": attempt_id})
    return conclude(session, settled.message_id, settled.number, result, now, settled.at)


def conclude(
    session: Session,
    message_id: str,
    number: int,
    result: Result,
    now: datetime,
    tried: datetime,
    *,
    after_all: bool = False,
) -> str:
    """What a settled try, begun at ``tried``, means for its message and address; the message's state. ``after_all``:
    the platform took it, and says now that it could not be delivered."""
    message = session.execute(_ABOUT, {"row": message_id}).one()
    state: str = message.state
    if isinstance(result, Sent) or ((state != "sent" or after_all) and number >= message.tries):
        state = _move(session, message_id, message, result, now, after_all=after_all)
    if isinstance(result, Failed):
        consequences.for_address(session, message.address_id, result, message.tries, now, tried)
    person_id = session.scalar(_LEAVING, {"at_address": message.address_id})
    if person_id is not None:
        erasure.depart(session, person_id)
    return state


def _move(
    session: Session, message_id: str, message: Row[Any], result: Result, now: datetime, *, after_all: bool
) -> str:
    again = _again(session, message_id, message, result, now, after_all=after_all)
    if again is not None:
        held_for = consequences.held_for(result) if isinstance(result, Failed) else None
        values = {"becomes": "pending", "settled": None, "why": None, "waits_for": held_for, "next": again}
        session.execute(_WAITS, {"row": message_id, **values})
        return "pending"
    becomes = _state_of(result)
    why = result.kind.value if isinstance(result, Failed) else None
    session.execute(_BECOMES, {"row": message_id, "becomes": becomes, "settled": now, "why": why, "waits_for": None})
    return becomes


def _state_of(result: Result) -> str:
    match result:
        case Sent():
            return "sent"
        case Failed():
            return "failed"
        case Unknown():
            return "unknown"


def _again(
    session: Session, message_id: str, message: Row[Any], result: Result, now: datetime, *, after_all: bool
) -> datetime | None:
    """When to try again, or None: only what surely did not arrive (or, once, danger advice that perhaps did not), not
    for ever, and not after its time."""
    match result:
        case Failed():
            moment = consequences.again(result, message.tries, now, message.lane, was_taken=after_all)
        case Unknown() if message.lane == "danger" and session.scalar(_COUNT_UNKNOWN, {"row": message_id}) == 1:
            moment = now + consequences.FIRST_WAIT
        case _:
            return None
    return moment if moment is not None and moment < message.expires_at else None


def sweep_calling(session: Session, now: datetime, older_than: timedelta = LEASE, *, not_of: str | None = None) -> int:
    """Tries whose process died during the call become unknown; returns how many. ``not_of``: an owner whose are left.

    Where there is no call, because the person's page reads what is stored, they were said.
    """
    others = () if not_of is None else (or_(_ATTEMPT.c.owner.is_(None), _ATTEMPT.c.owner != not_of),)
    lost = session.execute(
        select(_ATTEMPT.c.id, _ADDRESS.c.channel)
        .join(_MESSAGE, _MESSAGE.c.id == _ATTEMPT.c.message_id)
        .join(_ADDRESS, _ADDRESS.c.id == _MESSAGE.c.address_id)
        .where(_ATTEMPT.c.state == "calling", _ATTEMPT.c.at <= now - older_than, *others)
        .with_for_update(skip_locked=True, of=_ATTEMPT)
    ).all()
    for attempt_id, channel in lost:
        settle_attempt(session, attempt_id, Sent(None) if channel in READ_BY_PAGE else Unknown("lost"), now)
    return len(lost)
