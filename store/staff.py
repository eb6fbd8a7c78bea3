"""Staff accounts and their sessions. The console asks here at every request, so a role taken away is gone at once."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import audit, sealed
from store.crypto import normal
from store.ids import new_id
from store.models import ROLES, Facility, SignInTry, Staff, StaffSession

# A session ends after so long without a request, and after so long in any case.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How fresh ``seen_at`` is kept: a write each minute, not each request.
_TOUCH = timedelta(minutes=1)
# After the free tries each further one waits twice as long, up to this; a count is forgotten after as long in peace.
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(minutes=15)


class StaffRefused(Exception):
    """An account cannot be made: ``reason`` is ``login_taken``, ``no_such_facility`` or ``no_such_role``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff; ``facility`` is the id of the one they work at."""

    id: str
    login: str
    role: str
    facility: str | None

    @property
    def actor(self) -> str:
        """As the audit names them."""
        return f"staff:{self.id}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session. ``form_token`` must come back with every form; ``is_stale``: ``touch`` it."""

    staff: StaffRow
    form_token: str
    is_stale: bool


def _row(staff: Staff) -> StaffRow:
    return StaffRow(staff.id, staff.login, staff.role, staff.facility_id)


def add(session: Session, *, login: str, password: str, role: str, facility: str | None, now: datetime) -> StaffRow:
    """Make an account; ``password`` is already a hash. StaffRefused when it cannot be made."""
    if role not in ROLES:
        raise StaffRefused("no_such_role")
    if facility is not None and session.get(Facility, facility) is None:
        raise StaffRefused("no_such_facility")
    row = Staff(
        id=new_id(), login=normal(login), password=password, role=role, facility_id=facility, active=True,
        created_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise StaffRefused("login_taken") from error
    audit.record(session, "system", "staff.add", "staff", row.id, now, role=role, facility=facility)
    return _row(row)


def close(session: Session, staff_id: str, now: datetime) -> None:
    """An account may no longer sign in, and is signed out everywhere."""
    session.execute(update(Staff).where(Staff.id == staff_id).values(active=False))
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))
    audit.record(session, "system", "staff.close", "staff", staff_id, now)


def by_login(session: Session, login: str) -> tuple[StaffRow, str] | None:
    """An active account with its password's hash, or None."""
    row = session.scalars(select(Staff).where(Staff.login == normal(login), Staff.active)).first()
    return (_row(row), row.password) if row else None


def keep_hash(session: Session, staff_id: str, password: str) -> None:
    """A hash of the same password, made with newer costs."""
    session.execute(update(Staff).where(Staff.id == staff_id).values(password=password))


# -- sessions ----------------------------------------------------------------------------------------------------------


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(session: Session, staff: StaffRow, now: datetime) -> str:
    """Open a session; returns the token for the browser, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=_hashed(token), staff_id=staff.id, form_token=secrets.token_urlsafe(32), seen_at=now,
            ends_at=now + LONGEST,
        )
    )  # fmt: skip
    session.execute(delete(StaffSession).where((StaffSession.ends_at <= now) | (StaffSession.seen_at <= now - IDLE)))
    audit.record(session, staff.actor, "staff.sign_in", "staff", staff.id, now)
    return token


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whose session this is, if it lives and the account is still active."""
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.id == _hashed(token),
            StaffSession.ends_at > now,
            StaffSession.seen_at > now - IDLE,
            Staff.active,
        )
    ).first()
    if found is None:
        return None
    live, staff = found
    return SignedIn(_row(staff), live.form_token, live.seen_at <= now - _TOUCH)


def touch(session: Session, token: str, now: datetime) -> None:
    """The session was used just now."""
    session.execute(update(StaffSession).where(StaffSession.id == _hashed(token)).values(seen_at=now))


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End a session; nothing when it is over already."""
    row = session.get(StaffSession, _hashed(token))
    if row is not None:
        audit.record(session, f"staff:{row.staff_id}", "staff.sign_out", "staff", row.staff_id, now)
        session.delete(row)


# -- tries -------------------------------------------------------------------------------------------------------------


def count_try(session: Session, keys: Mapping[str, int], now: datetime) -> timedelta | None:
    """Count a try under each key (``kind:who``, with how many are free); how long to wait when it is one too many.

    Commit before the password is looked at, so that tries at once are all counted. One too many is not counted.
    """
    rows = {key: _tries(session, key, now) for key in sorted(keys)}
    waits = [wait for key, row in rows.items() if (wait := _wait(row, keys[key], now))]
    if waits:
        return max(waits)
    for row in rows.values():
        row.count, row.last_at = row.count + 1, now
    return None


def forgive_tries(session: Session, key: str) -> None:
    """The right password was given: its account starts anew."""
    session.execute(delete(SignInTry).where(SignInTry.id == _blind(session, key)))


def _blind(session: Session, key: str) -> str:
    kind, _, who = key.partition(":")
    return sealed.vault_of(session).blind(f"sign_in:{kind}", normal(who))


def _tries(session: Session, key: str, now: datetime) -> SignInTry:
    session.execute(delete(SignInTry).where(SignInTry.last_at <= now - _LONGEST_WAIT))
    index = _blind(session, key)
    row = session.get(SignInTry, index, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(SignInTry(id=index, count=0, last_at=now))
    except IntegrityError:
        pass  # another process met it in the same moment
    return session.get_one(SignInTry, index, with_for_update=True, populate_existing=True)


def _wait(row: SignInTry, free: int, now: datetime) -> timedelta | None:
    over = row.count - free
    if over < 0:
        return None
    wait = min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT)
    left = row.last_at + wait - now
    return timedelta(seconds=math.ceil(left.total_seconds())) if left > timedelta(0) else None
