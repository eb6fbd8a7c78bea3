"""What follows from a failure: for its message (when it is tried again) and for its address (who is left alone)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogues.effects import Lane
from store import pacing
from store.models import Address, Line
from store.models.base import table
from store.results import Failed, Failure

# What the platform took each time, only to say later that it did not arrive, is not sent for ever.
MOST_TAKEN = 8
# The first wait; each one after a failure is twice as long.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
# A wrong token is for the operator to mend; asking every few seconds helps nobody.
HALTED = timedelta(minutes=5)
TEMPLATE_WAIT = timedelta(minutes=5)
A_DAY = timedelta(hours=24)
# So many messages in a row that could not be delivered close an address.
UNDELIVERED = 3
_LONGEST_SLOWED = timedelta(hours=1)

_ADDRESS, _LINE = table(Address), table(Line)
# A person who wrote since the try takes messages again, whatever is told of it now.
_BLOCK = (
    update(_ADDRESS)
    .where(
        _ADDRESS.c.id == bindparam("row"),
        or_(_ADDRESS.c.last_inbound_at.is_(None), _ADDRESS.c.last_inbound_at <= bindparam("tried")),
    )
    .values(blocked_at=bindparam("now"))
)
# The platform says that the hours in which one may write freely are over, whatever we thought.
_CLOSE = (
    update(_ADDRESS)
    .where(_ADDRESS.c.id == bindparam("row"), _ADDRESS.c.heard_at <= bindparam("tried"))
    .values(heard_at=bindparam("over"))
)
_NO_MARKETING = (
    update(_ADDRESS).where(_ADDRESS.c.id == bindparam("row")).values(marketing_stopped_at=bindparam("now"))
)  # fmt: skip
_DELIVERED = update(_LINE).where(_LINE.c.id == bindparam("row"), _LINE.c.undelivered > 0).values(undelivered=0)


def again(failed: Failed, tries: int, now: datetime, lane: Lane, *, was_taken: bool = False) -> datetime | None:
    """When a message of which ``tries`` failed is tried again; None for never. What never got there is tried until it
    expires; ``was_taken``: the platform had accepted it, so that each try was a message."""
    if was_taken and tries >= MOST_TAKEN:
        return None
    match failed.kind:
        case Failure.NOT_SENT | Failure.THROTTLED:
            return now + (failed.wait or _backoff(tries))
        case Failure.SLOWER:
            return now + (failed.wait or _slowed(tries))
        case Failure.WINDOW:
            # Prepared anew it is a template; whoever is told the same again and again has clocks that disagree.
            return now if tries == 1 else now + _backoff(tries)
        case Failure.TEMPLATE:
            return now + (failed.wait or TEMPLATE_WAIT)
        case Failure.HALT:
            return now + (failed.wait or HALTED)
        case Failure.SPAM if lane != "broadcast":
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


def rest(
    session: Session, channel: str, failed: Failed, since: datetime, now: datetime, in_a_row: int = 1
) -> None:  # fmt: skip
    """Let the channel, or its campaigns, rest from ``since`` on for as long as a failure asks for; what was asked for
    so long ago that it is over stops nothing."""
    length = pause_of(failed, in_a_row)
    if length is not None and since + length > now:
        pacing.pause(session, channel, since + length, failed.code, bulk_only=failed.kind is Failure.SPAM)


def _backoff(tries: int) -> timedelta:
    return min(timedelta(seconds=2.0 ** min(tries, 20)), LONGEST_WAIT)


def _slowed(tries: int) -> timedelta:
    return min(timedelta(seconds=4.0 ** min(tries, 10)), _LONGEST_SLOWED)


def for_address(session: Session, address_id: str, failed: Failed, tries: int, now: datetime, tried: datetime) -> None:
    """What a failure of a try that began at ``tried`` means for everything else that is to go to this address."""
    match failed.kind:
        case Failure.NEVER:
            session.execute(_BLOCK, {"row": address_id, "now": now, "tried": tried})
        case Failure.WINDOW:
            session.execute(_CLOSE, {"row": address_id, "tried": tried, "over": now - A_DAY})
        case Failure.UNWANTED:
            session.execute(_NO_MARKETING, {"row": address_id, "now": now})
        case Failure.UNDELIVERABLE:
            made = _line(session).values(id=address_id, undelivered=1)
            counted = made.on_conflict_do_update(
                index_elements=["id"], set_={"undelivered": _LINE.c.undelivered + 1}
            ).returning(_LINE.c.undelivered)
            if (session.scalar(counted) or 0) >= UNDELIVERED:
                session.execute(_BLOCK, {"row": address_id, "now": now, "tried": tried})
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
