"""Many messages at once: the next ones of a channel that may go now, locked, with everything that speaks against one
asked in the same look. What is not wanted any more is dropped here, what has to wait is put off.

Several replicas take at the same time: each skips the rows that another holds, and of the messages of an address in a
lane only the first open one that is not held is ever taken, so that their order stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from dialogues.effects import Lane
from store.lanes import PURPOSES, URGENT
from store.models import IS_PENDING, Address, Consent, Line, Message, Person
from store.models.base import table
from store.outbox import OutMessage, put_off, read
from store.pacing import Pace, Written, wait_of_person

_ADDRESS, _PERSON, _MESSAGE, _CONSENT, _LINE = (table(each) for each in (Address, Person, Message, Consent, Line))
_BEFORE = _MESSAGE.alias("before")
# Rounds of looking, in case many of those found are dropped or put off.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """A locked message to be sent now, and how its address's pace stands before it."""

    message: OutMessage
    before: Written


def _select(lane: Lane) -> Select[Any]:
    before = and_(
        _BEFORE.c.address_id == _MESSAGE.c.address_id,
        _BEFORE.c.number < _MESSAGE.c.number,
        _BEFORE.c.state.in_(("pending", "sending")),
        *(
            (_BEFORE.c.lane.in_(URGENT),)
            if lane in URGENT
            # What waits for a template, or for another day, does not hold back what may go.
            else (_BEFORE.c.lane == lane, _BEFORE.c.held_for.is_(None))
        ),
    )
    purpose = PURPOSES.get(lane)
    last_word = (
        select(_CONSENT.c.granted)
        .where(_CONSENT.c.person_id == _ADDRESS.c.person_id, _CONSENT.c.purpose == purpose)
        .order_by(_CONSENT.c.at.desc(), _CONSENT.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            _MESSAGE,
            _ADDRESS.c.address,
            _ADDRESS.c.person_id,
            _ADDRESS.c.blocked_at,
            _ADDRESS.c.stopped_at,
            _ADDRESS.c.marketing_stopped_at,
            _LINE.c.paced_to,
            _LINE.c.waits_until,
            _LINE.c.opened_at,
            func.coalesce(_PERSON.c.language, _MESSAGE.c.language).label("language_now"),
            *(() if purpose is None else (last_word.label("agreed"),)),
        )
        .join(_ADDRESS, _ADDRESS.c.id == _MESSAGE.c.address_id)
        .join(_PERSON, _PERSON.c.id == _ADDRESS.c.person_id)
        .outerjoin(_LINE, _LINE.c.id == _MESSAGE.c.address_id)
        .where(
            IS_PENDING,
            _MESSAGE.c.channel == bindparam("on"),
            _MESSAGE.c.lane == lane,
            _MESSAGE.c.next_at <= bindparam("now"),
            *(() if lane == "danger" else (~exists().where(before),)),
        )
        .order_by(_MESSAGE.c.next_at, _MESSAGE.c.id)
        .limit(bindparam("most"))
        .with_for_update(of=_MESSAGE, skip_locked=True)
    )


_BY_LANE: dict[Lane, Select[Any]] = {lane: _select(lane) for lane in ("danger", "reply", *PURPOSES)}
_DROP = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("row"))
    .values(state="expired", settled_at=bindparam("now"), failure=bindparam("why"), held_for=None)
)
_WAITING = (
    select(_MESSAGE.c.id)
    .where(
        IS_PENDING,
        _MESSAGE.c.channel == bindparam("on"),
        _MESSAGE.c.lane.in_(bindparam("lanes", expanding=True)),
        _MESSAGE.c.next_at <= bindparam("now"),
    )
    .limit(bindparam("most"))
)


def how_many(session: Session, channel: str, lanes: Sequence[Lane], now: datetime, most: int) -> int:
    """About how many messages of these lanes could go now, up to ``most``: so many turns are worth reserving."""
    return len(session.execute(_WAITING, {"on": channel, "lanes": list(lanes), "now": now, "most": most}).all())


def take(session: Session, channel: str, lanes: Sequence[Lane], pace: Pace, now: datetime, most: int) -> list[Taken]:
    """The next messages to send, the first lane first, of each address one; this transaction must begin their tries
    (``store.attempts.begin_held``), settle them or put them off."""
    taken: dict[str, Taken] = {}
    for lane in lanes:
        for _ in range(_ROUNDS):
            if len(taken) >= most:
                return list(taken.values())
            rows = session.execute(_BY_LANE[lane], {"on": channel, "now": now, "most": most - len(taken)}).all()
            is_done = True
            for row in rows:
                # One more to the same person would have to wait for what this one does to their pace.
                if row.address_id in taken:
                    continue
                one = _judge(session, row, pace, now)
                if one is None:
                    is_done = False
                else:
                    taken[row.address_id] = one
            if is_done:
                # Nothing was dropped: whatever is left is held by others, or behind what was taken.
                break
    return list(taken.values())


def _judge(session: Session, row: Row[Any], pace: Pace, now: datetime) -> Taken | None:
    why = _why_not(row, now)
    if why is not None:
        session.execute(_DROP, {"row": row.id, "now": now, "why": why})
        return None
    before = Written(row.paced_to, row.waits_until, row.opened_at)
    later = wait_of_person(before, pace, now)
    if later is not None:
        put_off(session, row.id, later, None)
        return None
    message = read(session, row, now)
    return None if message is None else Taken(message, before)


def _why_not(row: Row[Any], now: datetime) -> str | None:
    if row.expires_at <= now:
        return "late"
    if row.blocked_at is not None:
        return "blocked"
    if row.lane not in PURPOSES:
        return None
    if row.stopped_at is not None:
        return "stopped"
    if row.agreed is not True:
        return "no_consent"
    if row.lane == "broadcast" and row.marketing_stopped_at is not None:
        return "unwanted"
    return None
