"""Due rows: planned from facts, claimed by one worker at a time, settled once.

Everything here is safe to do twice and in several processes: a row exists once a (kind, subject, due), a claim is a
conditional update with a lease, and what a worker settles is guarded by its claim.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, bindparam, exists, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import clock
from store.ids import new_id
from store.models import IS_DUE_OPEN, Due, Message, Person, Revision
from store.models.base import table

LEASE = timedelta(minutes=5)
_DUE, _PERSON, _MESSAGE = table(Due), table(Person), table(Message)
_OPEN = IS_DUE_OPEN
ZONE_DATA = "zone_data"


@dataclass(frozen=True, slots=True)
class DueRow:
    """A due row; ``due`` and ``expires`` are wall time in ``zone``, the others aware UTC."""

    id: str
    person_id: str
    kind: str
    subject: str
    visit: str
    due: datetime
    expires: datetime
    zone: str
    state: str
    reason: str | None
    settled_at: datetime | None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about: kind, subject and visit."""
        return self.kind, self.subject, self.visit


@dataclass(frozen=True, slots=True)
class Planned:
    """What should come: ``due`` and ``expires`` are wall time."""

    kind: str
    subject: str
    visit: str
    due: datetime
    expires: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about: kind, subject and visit."""
        return self.kind, self.subject, self.visit


@dataclass(frozen=True, slots=True)
class Settled:
    """An end: ``state`` is expired, resolved or cancelled, ``reason`` a code."""

    row_id: str
    state: str
    reason: str


# What stays as it is: being dealt with, or dealt with.
OVER = ("claimed", "sent", "expired")
_COLUMNS = [_DUE.c[name] for name in DueRow.__slots__]
# By row, not by person: grouped, SQLite would read the whole table.
_FIRST = (
    select(_DUE.c.person_id)
    .where(_OPEN, _DUE.c.next_at <= bindparam("now"))
    .order_by(_DUE.c.next_at)
    .limit(bindparam("most"))
)
_ROWS_A_PERSON = 4
_MOVE = (
    update(_DUE)
    .where(_DUE.c.id == bindparam("row"), _DUE.c.state.not_in([literal_column(f"'{over}'") for over in OVER]))
    .values(
        visit=bindparam("to_visit"), due=bindparam("to_due"), expires=bindparam("to_expires"),
        due_at=bindparam("to_due_at"),
        expires_at=bindparam("to_expires_at"), next_at=bindparam("to_due_at"), state="planned", reason=None,
        settled_at=None, zone=clock.ZONE,
    )
)  # fmt: skip
_END = (
    update(_DUE)
    .where(_DUE.c.id == bindparam("row"), _OPEN)
    .values(state=bindparam("ends_as"), reason=bindparam("why"), settled_at=bindparam("at"), owner=None)
)
_MINE = (_DUE.c.id == bindparam("row"), _DUE.c.state == "claimed", _DUE.c.owner == bindparam("me"))
_SENT = update(_DUE).where(*_MINE).values(
    state="sent", message_id=bindparam("message"), settled_at=bindparam("at"), owner=None
)  # fmt: skip
_WAIT = update(_DUE).where(*_MINE).values(state="planned", next_at=bindparam("until"), owner=None)


def _rows(session: Session, statement: Select[Any]) -> list[DueRow]:
    return [DueRow(*row) for row in session.execute(statement)]


def _count(session: Session, statement: Any, values: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount


def rows_of(session: Session, person_ids: Collection[str]) -> list[DueRow]:
    """All kept rows of these people, by day: what was sent counts too."""
    return _rows(
        session, select(*_COLUMNS).where(_DUE.c.person_id.in_(list(person_ids))).order_by(_DUE.c.due, _DUE.c.id)
    )


def insert(session: Session, planned: Sequence[tuple[str, Planned]], now: datetime) -> None:
    """Plan rows, each with its person's id; one that exists stays as it is."""
    if not planned:
        return
    values = []
    for person_id, row in planned:
        due_at = clock.utc(row.due)
        values.append(
            {
                "id": new_id(), "person_id": person_id, "kind": row.kind, "subject": row.subject, "visit": row.visit,
                "due": row.due, "expires": row.expires, "zone": clock.ZONE, "due_at": due_at,
                "expires_at": clock.utc(row.expires), "next_at": due_at, "state": "planned", "created_at": now,
            }
        )  # fmt: skip
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(_DUE).on_conflict_do_nothing(), values)


def move(session: Session, moves: Sequence[tuple[str, Planned]]) -> None:
    """Give planned rows (or such that had been called off) another hour, each by its row's id."""
    if moves:
        session.execute(
            _MOVE,
            [
                {
                    "row": row_id, "to_visit": row.visit, "to_due": row.due, "to_expires": row.expires,
                    "to_due_at": clock.utc(row.due),
                    "to_expires_at": clock.utc(row.expires),
                }
                for row_id, row in moves
            ],
        )  # fmt: skip


def settle(session: Session, ends: Iterable[Settled], now: datetime) -> None:
    """Rows that will not become a message."""
    values = [{"row": end.row_id, "ends_as": end.state, "why": end.reason, "at": now} for end in ends]
    if values:
        session.execute(_END, values)


def take_back(session: Session, row_ids: Collection[str], now: datetime) -> None:
    """These rows were sent and do not apply any more: their messages are not sent, if they still wait.

    Not those that other rows are in, too.
    """
    if not row_ids:
        return
    others = _DUE.alias("others")
    is_shared = exists().where(
        others.c.person_id == _DUE.c.person_id, others.c.state == "sent", others.c.message_id == _DUE.c.message_id,
        others.c.id.not_in(list(row_ids)),
    )  # fmt: skip
    written = select(_DUE.c.message_id).where(_DUE.c.id.in_(list(row_ids)), ~is_shared)
    session.execute(
        update(_MESSAGE)
        .where(_MESSAGE.c.id.in_(written), _MESSAGE.c.state == "pending")
        .values(state="expired", settled_at=now, failure="gone", held_for=None)
    )


def claim(session: Session, owner: str, now: datetime, people: int = 50) -> list[DueRow]:
    """Take all rows of up to ``people`` people that are due now, or whose worker died, for as long as ``LEASE``.

    People who are being dealt with elsewhere are left to whoever deals with them. A person's rows are taken together,
    so that what belongs into one message gets into one.
    """
    found = session.scalars(_FIRST, {"now": now, "most": people * _ROWS_A_PERSON})
    ids = list(dict.fromkeys(found))[:people]
    if not ids:
        return []
    lock = select(_PERSON.c.id).where(_PERSON.c.id.in_(ids)).order_by(_PERSON.c.id)
    mine = list(session.scalars(lock.with_for_update(skip_locked=True, key_share=True)))
    taken = session.execute(
        update(_DUE)
        .where(_OPEN, _DUE.c.next_at <= now, _DUE.c.person_id.in_(mine))
        .values(state="claimed", owner=owner, next_at=now + LEASE)
        .returning(*_COLUMNS)
    )
    return sorted((DueRow(*row) for row in taken), key=lambda row: (row.due, row.id))


def still_mine(session: Session, row_ids: Collection[str], owner: str) -> list[DueRow]:
    """Which rows this worker still holds, locked: another took over those whose lease ran out."""
    return _rows(
        session,
        select(*_COLUMNS)
        .where(_DUE.c.id.in_(list(row_ids)), _DUE.c.state == "claimed", _DUE.c.owner == owner)
        .order_by(_DUE.c.due, _DUE.c.id)
        .with_for_update(),
    )


def sent(session: Session, row_id: str, owner: str, message_id: str, now: datetime) -> None:
    """The message row is written, in this same transaction. LookupError when the row is no longer this worker's."""
    if not _count(session, _SENT, {"row": row_id, "me": owner, "message": message_id, "at": now}):
        raise LookupError("the claim was lost")


def put_off(session: Session, row_id: str, owner: str, until: datetime) -> None:
    """Not now: look at it again then (aware UTC)."""
    _count(session, _WAIT, {"row": row_id, "me": owner, "until": until})


def next_moment(session: Session) -> datetime | None:
    """When the next open row wants to be looked at, for whoever turns the clock forward."""
    found: datetime | None = session.scalar(select(func.min(_DUE.c.next_at)).where(_OPEN))
    return found


def coming(session: Session, until: datetime, limit: int = 200) -> list[DueRow]:
    """What is planned until then (wall time), in order."""
    return _rows(
        session, select(*_COLUMNS).where(_OPEN, _DUE.c.due < until).order_by(_DUE.c.due, _DUE.c.id).limit(limit)
    )


def counts(session: Session, since: datetime) -> list[tuple[str, str, str | None, int]]:
    """How many rows of each kind came to which end, and why, since then (aware)."""
    rows = session.execute(
        select(_DUE.c.kind, _DUE.c.state, _DUE.c.reason, func.count())
        .where(_DUE.c.settled_at >= since)
        .group_by(_DUE.c.kind, _DUE.c.state, _DUE.c.reason)
        .order_by(_DUE.c.kind, _DUE.c.state, _DUE.c.reason)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def realign(session: Session, version: int) -> int:
    """After a change of the zone data: UTC anew from the promised wall times; returns how many rows.

    ``version`` names the data. Other processes may do so at the same time, with the same result.
    """
    noted = session.get(Revision, ZONE_DATA)
    if noted is not None and noted.number == version:
        return 0
    if noted is None:
        session.merge(Revision(name=ZONE_DATA, number=version))
    else:
        noted.number = version
    done = 0
    rows = session.execute(
        select(_DUE.c.id, _DUE.c.due, _DUE.c.expires, _DUE.c.zone, _DUE.c.due_at, _DUE.c.expires_at).where(_OPEN)
    ).all()
    for row in rows:
        due_at, expires_at = clock.utc(row.due, row.zone), clock.utc(row.expires, row.zone)
        if (due_at, expires_at) != (row.due_at, row.expires_at):
            session.execute(
                update(_DUE)
                .where(_DUE.c.id == row.id, _OPEN)
                .values(due_at=due_at, expires_at=expires_at, next_at=_DUE.c.next_at)
            )
            # A lease stays as it is: it is no promise to anybody.
            session.execute(update(_DUE).where(_DUE.c.id == row.id, _DUE.c.state == "planned").values(next_at=due_at))
            done += 1
    return done
