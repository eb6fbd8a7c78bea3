"""How well messages are handed over, as published: the share within ten seconds, what nobody knows, failures by class,
and what waits. Counted in the database, so that it is the same for all replicas and for the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, select
from sqlalchemy.orm import Session

from store.models import IS_OPEN, IS_PENDING, Inbox, Lane, Message

PROMISED = timedelta(seconds=10)


@dataclass(slots=True)
class LaneLevel:
    """One lane of a channel. ``handed`` messages went to the platform in the time looked at, ``in_time`` of them within
    ten seconds; ``unknown`` ended so; ``failures`` by class, ``dropped`` by reason. ``waiting`` could go now, since
    ``oldest``; ``open`` counts these and all that wait for something."""

    channel: str
    lane: str
    handed: int = 0
    in_time: int = 0
    unknown: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    open: int = 0
    waiting: int = 0
    oldest: datetime | None = None

    @property
    def share(self) -> float | None:
        """Of what was handed over, how much in time; None when there was nothing."""
        return self.in_time / self.handed if self.handed else None


@dataclass(frozen=True, slots=True)
class Pause:
    """A channel that rests until then (``bulk_only``: its campaigns), and the platform's code that made it."""

    channel: str
    until: datetime
    code: str | None
    bulk_only: bool


@dataclass(frozen=True, slots=True)
class Level:
    """All of it. ``held`` counts messages by what they wait for; the inbox ones are messages not yet answered."""

    since: datetime
    lanes: list[LaneLevel]
    held: dict[str, int]
    pauses: list[Pause]
    inbox_waiting: int
    inbox_oldest: datetime | None
    quarantined: int

    @property
    def share(self) -> float | None:
        """Over all lanes, of what was handed over, how much in time."""
        handed = sum(lane.handed for lane in self.lanes)
        return sum(lane.in_time for lane in self.lanes) / handed if handed else None


def look(session: Session, now: datetime, over: timedelta = timedelta(hours=24)) -> Level:
    """The level of the last hours; ``now`` is aware."""
    lanes: dict[tuple[str, str], LaneLevel] = {}

    def lane(channel: str, name: str) -> LaneLevel:
        return lanes.setdefault((channel, name), LaneLevel(channel, name))

    for row in session.execute(_ended(session, now - over)):
        of = lane(row.channel, row.lane)
        if row.state == "sent":
            of.handed, of.in_time = of.handed + row.many, of.in_time + row.in_time
        elif row.state == "unknown":
            of.unknown += row.many
        else:
            counts = of.failures if row.state == "failed" else of.dropped
            why = row.failure or "other"
            counts[why] = counts.get(why, 0) + row.many
    opened = select(Message.channel, Message.lane, func.count()).where(IS_OPEN)
    for channel, name, count in session.execute(opened.group_by(Message.channel, Message.lane)):
        lane(channel, name).open = count
    waiting = (
        select(Message.channel, Message.lane, func.count(), func.min(Message.created_at))
        .where(IS_PENDING, Message.next_at <= now)
        .group_by(Message.channel, Message.lane)
    )
    for channel, name, count, oldest in session.execute(waiting):
        of = lane(channel, name)
        of.waiting, of.oldest = count, oldest
    held = select(Message.held_for, func.count()).where(IS_PENDING, Message.held_for.is_not(None))
    reasons = {str(reason): count for reason, count in session.execute(held.group_by(Message.held_for))}
    unread = session.execute(
        select(func.count(), func.min(Inbox.received_at)).where(Inbox.state == "pending", Inbox.address_id.is_not(None))
    ).one()
    quarantined = session.scalar(select(func.count()).where(Inbox.state == "quarantined")) or 0
    found = sorted(lanes.values(), key=lambda one: (one.channel, one.lane))
    return Level(now - over, found, reasons, _pauses(session, now), unread[0], unread[1], quarantined)


def _ended(session: Session, since: datetime) -> Any:
    in_time = func.sum(case((_seconds(session) <= PROMISED.total_seconds(), 1), else_=0)).label("in_time")
    return (
        select(
            Message.channel, Message.lane, Message.state, Message.failure, func.count().label("many"), in_time
        )
        .where(Message.state.in_(("sent", "failed", "unknown", "expired")), Message.settled_at >= since)
        .group_by(Message.channel, Message.lane, Message.state, Message.failure)
    )  # fmt: skip


def _seconds(session: Session) -> ColumnElement[Any]:
    """From a message's creation to its end; the two databases count days and seconds each in its own way."""
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday(Message.settled_at) - func.julianday(Message.created_at)) * 86_400.0
    return extract("epoch", Message.settled_at - Message.created_at)


def _pauses(session: Session, now: datetime) -> list[Pause]:
    found: list[Pause] = []
    for row in session.scalars(select(Lane).order_by(Lane.id)):
        for until, bulk_only in ((row.paused_until, False), (row.bulk_paused_until, True)):
            if until > now.timestamp():
                found.append(Pause(row.id, datetime.fromtimestamp(until, now.tzinfo), row.pause_code, bulk_only))
    return found
