"""The pace of a channel, shared by all replicas through one row: when the next message may leave, and pauses.

The row says when the channel is free again. Whoever wants to send moves that moment on by a conditional update, for a
block of messages at once, and has the time in between to send them: no lock is held for a message, and the total stays
below the platform's limit however many replicas there are. Campaigns reserve only a moment ahead and at a lower rate,
so that a reply never waits long for its turn, and danger advice does not wait at all.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogues.effects import Lane as LaneName
from store.lanes import UNASKED
from store.models import Lane, Line, Opened
from store.models.base import table

# Of the platform's limit: what all may use, and what campaigns leave free for the rest.
_SHARE, _BULK_SHARE = 0.97, 0.93
# How far ahead of its turn a message is let in, in seconds: what has to wait longer waits as a row.
BULK_AHEAD, REPLY_AHEAD = 0.25, 2.0
# Of a person's burst that the platform allows, a part is left for clocks that differ.
_BURST_SPARED = 1
# No honest block reaches so many seconds ahead: a moment beyond was written by a clock that was wrong.
_FAR = 60.0
# Of the people who may be written to first in a day, what campaigns leave for the rest.
_CAMPAIGN_SHARE = 0.8
_HOURS_A_DAY = 24
_A_DAY = timedelta(hours=_HOURS_A_DAY)

_LANE, _LINE, _OPENED = table(Lane), table(Line), table(Opened)


@dataclass(frozen=True, slots=True)
class Pace:
    """A platform's limits. ``per_second``: messages in all, 0 for no limit. ``person_every``: seconds from one message
    to a person to the next, of which ``person_burst`` may come at once. ``counts_inbound``: what comes in counts too.
    ``daily_people``: how many may be written to first in a day. ``echoes``: receipts name the try, so that a call
    without an answer is settled by them."""

    per_second: float = 0.0
    person_every: float = 0.0
    person_burst: int = 1
    counts_inbound: bool = False
    daily_people: int | None = None
    echoes: bool = False


FREE = Pace()


@dataclass(frozen=True, slots=True)
class Slots:
    """Turns that were reserved: the first at ``start`` (seconds since 1970), then one every ``every`` seconds."""

    start: float
    every: float
    count: int


_IS_WRONG = _LANE.c.next_at > bindparam("now") + _FAR
_FROM = case((or_(_LANE.c.next_at < bindparam("now"), _IS_WRONG), bindparam("now")), else_=_LANE.c.next_at)
_RESERVE_AT_ONCE = (
    update(_LANE)
    .where(_LANE.c.id == bindparam("on"))
    .values(next_at=_FROM + bindparam("takes"))
    .returning(_LANE.c.next_at)
)
_RESERVE = _RESERVE_AT_ONCE.where(
    or_(_LANE.c.next_at <= bindparam("latest"), _IS_WRONG), _LANE.c.paused_until <= bindparam("now")
)
_RESERVE_CAMPAIGN = _RESERVE.where(_LANE.c.bulk_paused_until <= bindparam("now"))
_ROW = select(_LANE).where(_LANE.c.id == bindparam("on"))
_PAUSE = (
    update(_LANE)
    .where(_LANE.c.id == bindparam("on"), _LANE.c.paused_until < bindparam("until"))
    .values(paused_until=bindparam("until"), pause_code=bindparam("why"))
)
_PAUSE_BULK = (
    update(_LANE)
    .where(_LANE.c.id == bindparam("on"), _LANE.c.bulk_paused_until < bindparam("until"))
    .values(bulk_paused_until=bindparam("until"), pause_code=bindparam("why"))
)

_inbound: Counter[str] = Counter()
_counting = threading.Lock()


def note_inbound(channel: str, count: int = 1) -> None:
    """Messages that came in, on a platform that counts them; taken off the next block that this process reserves."""
    with _counting:
        _inbound[channel] += count


def _came_in(channel: str) -> int:
    with _counting:
        return _inbound.pop(channel, 0)


def reserve(session: Session, channel: str, pace: Pace, lane: LaneName, now: datetime, wanted: int = 1) -> Slots | None:
    """Turns for up to ``wanted`` messages of a lane; None while the channel is paused or its turns are far off.

    Danger advice always gets its turn at once: what is after it moves back. Not even a pause holds it: at worst the
    platform says once more how long to wait, and it waits then.
    """
    moment = now.timestamp()
    bulk, campaign = lane in UNASKED, lane == "broadcast"
    if not pace.per_second:
        is_paused = lane != "danger" and paused(session, channel, now, campaigns=campaign)
        return None if is_paused else Slots(moment, 0.0, wanted)
    every = 1 / (pace.per_second * (_BULK_SHARE if bulk else _SHARE))
    count = min(wanted, max(1, round(BULK_AHEAD / every))) if bulk else wanted
    # The platform counts the messages of a second: what came before that is no debt.
    inbound = min(_came_in(channel), round(pace.per_second)) if pace.counts_inbound else 0
    values = {"on": channel, "now": moment, "takes": every * (count + inbound)}
    if lane == "danger":
        statement = _RESERVE_AT_ONCE
    else:
        statement = _RESERVE_CAMPAIGN if campaign else _RESERVE
        values["latest"] = moment + (BULK_AHEAD if bulk else REPLY_AHEAD)
    found = session.execute(statement, values).first()
    if found is None and ensure(session, channel):
        found = session.execute(statement, values).first()
    if found is None:
        if inbound:
            note_inbound(channel, inbound)
        return None
    if lane == "danger":
        return Slots(moment, 0.0, count)
    return Slots(found.next_at - every * count, every, count)


def ensure(session: Session, channel: str) -> bool:
    """Make the channel's row; whether there was none."""
    if session.execute(_ROW, {"on": channel}).first() is not None:
        return False
    values = {"next_at": 0.0, "paused_until": 0.0, "bulk_paused_until": 0.0, "echoed_at": 0.0}
    session.execute(_upsert(session)(_LANE).on_conflict_do_nothing(), {"id": channel, **values})
    return True


def _upsert(session: Session) -> Any:
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def pause(session: Session, channel: str, until: datetime, code: str, *, bulk_only: bool = False) -> None:
    """Nothing leaves this channel before then, or no campaign; a pause is never shortened. ``code`` says why."""
    ensure(session, channel)
    statement = _PAUSE_BULK if bulk_only else _PAUSE
    session.execute(statement, {"on": channel, "until": until.timestamp(), "why": code[:64]})


def paused(session: Session, channel: str, now: datetime, *, campaigns: bool = False) -> float:
    """Seconds that a channel (or only its campaigns) stays paused; 0 when it is not."""
    row = session.execute(_ROW, {"on": channel}).first()
    if row is None:
        return 0.0
    until: float = max(row.paused_until, row.bulk_paused_until) if campaigns else row.paused_until
    return max(0.0, until - now.timestamp())


def going(session: Session, channel: str, now: datetime, lanes: Sequence[LaneName]) -> tuple[LaneName, ...]:
    """Those of the lanes that do not rest with the channel, or as its campaigns."""
    row = session.execute(_ROW, {"on": channel}).first()
    if row is None:
        return tuple(lanes)
    if row.paused_until > now.timestamp():
        return ()
    return tuple(lane for lane in lanes if lane != "broadcast" or row.bulk_paused_until <= now.timestamp())


@dataclass(frozen=True, slots=True)
class Written:
    """How an address's pace stands; see ``store.models.messages.Line``."""

    paced_to: datetime | None = None
    waits_until: datetime | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """An address that is about to be written to, in so many requests. ``opens``: it is written to first."""

    address_id: str
    before: Written
    opens: bool = False
    calls: int = 1


_WRITTEN = select(_LINE.c.paced_to, _LINE.c.waits_until, _LINE.c.opened_at).where(_LINE.c.id == bindparam("row"))


def written(session: Session, address_id: str) -> Written:
    """How an address's pace stands."""
    row = session.execute(_WRITTEN, {"row": address_id}).first()
    return Written() if row is None else Written(*row)


def wait_of_person(before: Written, pace: Pace, now: datetime) -> datetime | None:
    """When a person may be written to again; None for now."""
    moments = [] if before.waits_until is None or before.waits_until <= now else [before.waits_until]
    if pace.person_every and before.paced_to is not None:
        burst = max(0, pace.person_burst - 1 - _BURST_SPARED)
        free = before.paced_to - timedelta(seconds=burst * pace.person_every)
        moments += [free] if free > now else []
    return max(moments, default=None)


def note_written(session: Session, pace: Pace, writing: Sequence[Writing], now: datetime) -> None:
    """Messages are about to go to these addresses."""
    every = timedelta(seconds=pace.person_every)
    lines = [
        {
            "id": one.address_id, "paced_to": max(one.before.paced_to or now, now) + every * one.calls,
            "opened_at": now if one.opens and not is_open(one.before, now) else one.before.opened_at,
        }
        for one in sorted(writing, key=lambda one: one.address_id)
        if every or one.opens
    ]  # fmt: skip
    if lines:
        made = _upsert(session)(_LINE).values(undelivered=0)
        moved = {"paced_to": made.excluded.paced_to, "opened_at": made.excluded.opened_at}
        session.execute(made.on_conflict_do_update(index_elements=["id"], set_=moved), lines)


def is_open(before: Written, now: datetime) -> bool:
    """Whether somebody was written to first not long ago, and so counts already."""
    return before.opened_at is not None and before.opened_at > now - _A_DAY


def may_open(session: Session, channel: str, pace: Pace, lane: LaneName, now: datetime) -> bool:
    """Count one more person who is written to first today; False when the platform's limit is used up.

    Campaigns leave a part of it to what people asked to be reminded of.
    """
    if pace.daily_people is None:
        return True
    most = int(pace.daily_people * (_CAMPAIGN_SHARE if lane == "broadcast" else 1))
    hour = int(now.timestamp() // 3600)
    last_day = select(func.coalesce(func.sum(_OPENED.c.people), 0)).where(
        _OPENED.c.channel == channel, _OPENED.c.hour >= hour - _HOURS_A_DAY
    )
    session.execute(_upsert(session)(_OPENED).on_conflict_do_nothing(), {"channel": channel, "hour": hour, "people": 0})
    # The row is locked before the sum is read, so that two replicas do not both take the last place.
    locked = select(_OPENED.c.people).where(_OPENED.c.channel == channel, _OPENED.c.hour == hour).with_for_update()
    session.execute(locked)
    if (session.scalar(last_day) or 0) >= most:
        return False
    session.execute(
        update(_OPENED).where(_OPENED.c.channel == channel, _OPENED.c.hour == hour).values(people=_OPENED.c.people + 1)
    )
    return True
