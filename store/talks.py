"""The open conversation of a person: loaded before a turn, saved with its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import codec, sealed
from store.models import Talk
from store.models.base import table

LIFETIME = timedelta(hours=24)
# A staff member who took over and went home: after this long without a message the bot answers again.
OWNED_LIFETIME = timedelta(days=3)

_TALK = table(Talk)
_LOAD = select(_TALK).where(_TALK.c.id == bindparam("person"))
_OWNED = select(_TALK.c.id).where(
    _TALK.c.id == bindparam("person"), _TALK.c.owner.is_not(None), _TALK.c.touched_at > bindparam("seen")
)
_INSERT = insert(_TALK)
_SAVE = (
    update(_TALK)
    .where(_TALK.c.id == bindparam("person"))
    .values(
        flow=bindparam("new_flow"),
        version=bindparam("new_version"),
        state=bindparam("new_state"),
        opened_at=case((_TALK.c.flow != bindparam("new_flow"), bindparam("now")), else_=_TALK.c.opened_at),
        # An owner who has not been seen for long does not come back because the person writes.
        owner=case((_TALK.c.touched_at > bindparam("seen"), _TALK.c.owner)),
        touched_at=bindparam("now"),
        expires_at=bindparam("until"),
    )
)
_DELETE = delete(_TALK).where(_TALK.c.id == bindparam("person"), _TALK.c.owner.is_(None))


@dataclass(frozen=True, slots=True)
class StoredTalk:
    """A conversation as kept. ``flow`` is "" and ``state`` empty when only ``owner`` (a staff member) holds it open."""

    flow: str
    version: str
    state: dict[str, Any]
    opened_at: datetime
    touched_at: datetime
    expires_at: datetime
    owner: str | None


def load(session: Session, person_id: str, now: datetime) -> StoredTalk | None:
    """The open talk; None when there is none or it has expired (one that staff took over lasts longer)."""
    row = session.execute(_LOAD, {"person": person_id}).first()
    if row is None:
        return None
    owner = row.owner if row.touched_at + OWNED_LIFETIME > now else None
    is_over = row.expires_at <= now
    state = {} if is_over else codec.loads(sealed.unseal(session, "talk", "state", row.id, row.state))
    flow = "" if is_over else row.flow
    if owner is None and not flow and not state:
        return None
    return StoredTalk(flow, row.version, state, row.opened_at, row.touched_at, row.expires_at, owner)


def is_owned(session: Session, person_id: str, now: datetime) -> bool:
    """Whether staff took the talk over and were seen in it lately. It is asked for every message that comes in, so the
    talk stays sealed: one whose key is gone must not keep a message out."""
    return session.execute(_OWNED, {"person": person_id, "seen": now - OWNED_LIFETIME}).first() is not None


def save(
    session: Session,
    person_id: str,
    *,
    flow: str,
    version: str,
    state: Mapping[str, Any],
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> None:
    """Keep the talk of a person, new or changed. ``state`` as in ``codec``; an owner stays."""
    sealed_state = sealed.seal(session, "talk", "state", person_id, codec.dumps(state))
    changes = {
        "person": person_id, "new_flow": flow, "new_version": version, "new_state": sealed_state,
        "now": now, "until": now + lifetime, "seen": now - OWNED_LIFETIME,
    }  # fmt: skip
    if _count(session, _SAVE, changes):
        return
    row = {
        "id": person_id, "flow": flow, "version": version, "state": sealed_state,
        "opened_at": now, "touched_at": now, "expires_at": now + lifetime,
    }  # fmt: skip
    try:
        with session.begin_nested():
            session.execute(_INSERT, row)
    except IntegrityError:
        # Staff took over in this moment, in another process. (Or the person is gone: then this raises again.)
        if not _count(session, _SAVE, changes):
            raise


def close(session: Session, person_id: str) -> None:
    """End the talk and drop its answers; one that staff took over stays theirs."""
    session.execute(_DELETE, {"person": person_id})
    empty = sealed.seal(session, "talk", "state", person_id, "{}")
    session.execute(update(_TALK).where(_TALK.c.id == person_id).values(flow="", version="", state=empty))


def take_over(session: Session, person_id: str, staff: str, now: datetime) -> None:
    """A staff member speaks from now on; the bot is silent, except for danger."""
    if session.execute(_LOAD, {"person": person_id}).first() is None:
        save(session, person_id, flow="", version="", state={}, now=now, lifetime=OWNED_LIFETIME)
    session.execute(update(_TALK).where(_TALK.c.id == person_id).values(owner=staff, touched_at=now))


def touch(session: Session, person_id: str, now: datetime) -> None:
    """A message went by in a talk that staff own: it stays theirs for another while."""
    session.execute(update(_TALK).where(_TALK.c.id == person_id).values(touched_at=now))


def hand_back(session: Session, person_id: str) -> None:
    """The bot speaks again; the answers given before are still there, if they have not expired."""
    session.execute(update(_TALK).where(_TALK.c.id == person_id).values(owner=None))


def expire(session: Session, now: datetime) -> int:
    """Delete talks that are over; returns how many."""
    is_free = _TALK.c.owner.is_(None) | (_TALK.c.touched_at <= now - OWNED_LIFETIME)
    return _count(session, delete(_TALK).where(_TALK.c.expires_at <= now, is_free))


def _count(session: Session, statement: Any, values: Mapping[str, object] | None = None) -> int:
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount
