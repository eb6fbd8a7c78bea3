"""What follows from a failure: for its message (when it is tried again) and for its address (who is left alone)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.models import Address, Line
from store.models.base import table
from store.results import Failed, Failure

MOST_TRIES = 8
# The first wait; each one after a failure is twice as long.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
# A wrong token is for the operator to mend; asking every few seconds helps nobody.
HALTED = timedelta(minutes=5)
TEMPLATE_WAIT = timedelta(minutes=5)
A_DAY = timedelta(hours=24)
# A window that closes under our hands is asked about again, but clocks that disagree must not keep us busy for ever.
_WINDOW_TRIES = 3
# So many messages in a row that could not be delivered close an address.
UNDELIVERED = 3
_LONGEST_SLOWED = timedelta(hours=1)

_ADDRESS, _LINE = table(Address), table(Line)
_BLOCK = update(_ADDRESS).where(_ADDRESS.c.id == bindparam("row")).values(blocked_at=bindparam("now"))
_NO_MARKETING = (
    update(_ADDRESS).where(_ADDRESS.c.id == bindparam("row")).values(marketing_stopped_at=bindparam("now"))
)  # fmt: skip
_DELIVERED = update(_LINE).where(_LINE.c.id == bindparam("row"), _LINE.c.undelivered > 0).values(undelivered=0)


def again(failed: Failed, tries: int, now: datetime) -> datetime | None:
    """When a message of which ``tries`` failed is tried again; None for never."""
    match failed.kind:
        case Failure.NOT_SENT:
            return now + (failed.wait or _backoff(tries)) if tries < MOST_TRIES else None
        case Failure.THROTTLED:
            return now + (failed.wait or _backoff(tries))
        case Failure.SLOWER:
            return now + (failed.wait or _slowed(tries))
        case Failure.WINDOW:
            return now if tries < _WINDOW_TRIES else None
        case Failure.TEMPLATE:
            return now + (failed.wait or TEMPLATE_WAIT)
        case Failure.HALT:
            return now + (failed.wait or HALTED)
        case Failure.HELD | Failure.SPAM:
            return now + (failed.wait or A_DAY)
        case _:
            return None


def held_for(failed: Failed) -> str | None:
    """What the message waits for meanwhile, for the operator; None when it is only its next try."""
    waits = (Failure.WINDOW, Failure.TEMPLATE, Failure.HALT, Failure.HELD, Failure.SPAM, Failure.SLOWER)
    return failed.kind.value if failed.kind in waits else None


def pause_of(failed: Failed, in_a_row: int) -> timedelta | None:
    """How long the whole channel (for ``SPAM``: its campaigns) rests after so many such failures in a row."""
    match failed.kind:
        case Failure.THROTTLED:
            return failed.wait or _backoff(in_a_row)
        case Failure.HALT:
            return failed.wait or HALTED
        case Failure.SPAM:
            return failed.wait or A_DAY
        case _:
            return None


def _backoff(tries: int) -> timedelta:
    return min(timedelta(seconds=2.0 ** min(tries, 20)), LONGEST_WAIT)


def _slowed(tries: int) -> timedelta:
    return min(timedelta(seconds=4.0 ** min(tries, 10)), _LONGEST_SLOWED)


def for_address(session: Session, address_id: str, failed: Failed, tries: int, now: datetime) -> None:
    """What a failure means for everything else that is to go to this address."""
    match failed.kind:
        case Failure.NEVER:
            session.execute(_BLOCK, {"row": address_id, "now": now})
        case Failure.UNWANTED:
            session.execute(_NO_MARKETING, {"row": address_id, "now": now})
        case Failure.UNDELIVERABLE:
            made = _line(session).values(id=address_id, undelivered=1)
            counted = made.on_conflict_do_update(
                index_elements=["id"], set_={"undelivered": _LINE.c.undelivered + 1}
            ).returning(_LINE.c.undelivered)
            if (session.scalar(counted) or 0) >= UNDELIVERED:
                session.execute(_BLOCK, {"row": address_id, "now": now})
                was_delivered(session, address_id)  # who writes again begins anew
        case Failure.SLOWER:
            until = now + (failed.wait or _slowed(tries))
            made = _line(session).values(id=address_id, undelivered=0, waits_until=until)
            session.execute(made.on_conflict_do_update(index_elements=["id"], set_={"waits_until": until}))
        case _:
            return


def was_delivered(session: Session, address_id: str) -> None:
    """A message reached the person's phone: what could not be delivered before counts no more."""
    session.execute(_DELIVERED, {"row": address_id})


def _line(session: Session) -> Any:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(_LINE)
