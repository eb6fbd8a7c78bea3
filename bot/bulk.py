"""What nobody asked for just now, to many: reminders and campaigns, in batches, at the pace of the channel.

One loop a channel. Each round is one transaction: what came back is settled, and as many are begun as turns have come
and hands are free; then their requests run side by side. Turns are reserved a moment ahead, and one that was missed is
given up rather than caught up with, so that the platform never sees a burst. Consent, stop, expiry and quiet hours are
asked in that transaction: the last moment before the wire.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from anyio import to_thread

from bot import logs
from bot.channels.base import Channel
from bot.messages import Outgoing
from bot.sending import Done, Sending, Try, calls, said
from dialogues.effects import Lane
from scheduler.hours import hours
from store import attempts, holidays, pacing, taking
from store.attempts import Beginning
from store.clock import local
from store.database import Session
from store.errors import DatabaseFault
from store.lanes import UNASKED
from store.results import Failed, Failure

log = structlog.get_logger(__name__)

# Requests of one loop that run at the same time.
HANDS = 48
# How long a loop that found nothing waits before it looks again, in seconds.
IDLE = 1.0
# A turn that could not be used within so many seconds is given up.
_MISSED = 0.05
# Tries are committed so many seconds before their turns, several in one transaction; each request waits for its own.
_AHEAD = 0.25
# After so few results a round waits this many seconds for more, so that few transactions carry many.
_LINGER = 0.004
_AFTER_FAULT = 1.0
# How long to wait when others have reserved the next turns, in seconds.
_FAR_OFF = 0.1
# How long after its own turn a message may still get another, in seconds.
_SOON = 0.6
# Messages that one round looks at, of which many may have to wait for something.
_LOOKED_AT = 300


class Bulk:
    """The loop of one channel. ``run`` until ``stop``; ``round`` sends what can go now and returns.

    ``ended`` counts tries that came to an end, ``missed`` turns that were given up.
    """

    def __init__(self, sending: Sending, channel: Channel, hands: int = HANDS) -> None:
        self._sending = sending
        self._channel = channel
        self._hands = hands
        self._turns: deque[float] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._done: list[Done] = []
        self._news = asyncio.Event()
        self._idle_until = 0.0
        self._stopping = False
        self.ended = 0
        self.missed = 0

    def wake(self) -> None:
        """There may be something to send."""
        self._idle_until = 0.0
        self._news.set()

    def stop(self) -> None:
        """Begin nothing more; ``run`` returns when what is under way is settled."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Send, until ``stop``."""
        self._news = asyncio.Event()
        while not (self._stopping and not self._running and not self._done):
            try:
                await self._step()
            except Exception as error:  # noqa: BLE001
                # The database is away, most likely. What came back is kept, and told when it is there again.
                name, where = self._channel.name, logs.where(error)
                log.error("bulk_failed", channel=name, error=type(error).__name__, where=where)
                await asyncio.sleep(_AFTER_FAULT)

    async def round(self) -> int:
        """Send all that can go now; how many came to an end."""
        self._news = asyncio.Event()
        before, self._idle_until = self.ended, 0.0
        while self._running or self._done or not self._is_idle():
            await self._step()
        return self.ended - before

    async def _step(self) -> None:
        self._news.clear()
        free = 0 if self._stopping or self._is_idle() else self._hands - len(self._running)
        turns = self._due(free)
        if self._done or turns:
            if len(turns) < free and len(self._done) * 4 < len(self._running):
                await asyncio.sleep(_LINGER)
            await self._exchange(turns)
        elif free and not self._turns:
            await self._reserve(free)
        else:
            await self._wait(free)

    def _is_idle(self) -> bool:
        return time.monotonic() < self._idle_until

    def _due(self, free: int) -> list[float]:
        """The turns that come now, of those that can be used; missed ones are given up."""
        now = self._sending.clock().timestamp()
        if not self._channel.pace.per_second:
            return [now] * free
        while self._turns and self._turns[0] < now - _MISSED:
            self._turns.popleft()
            self.missed += 1
        due: list[float] = []
        while self._turns and len(due) < free and self._turns[0] <= now + _AHEAD:
            due.append(self._turns.popleft())
        return due

    async def _reserve(self, free: int) -> None:
        turns = await to_thread.run_sync(self._turns_for, free)
        if turns:
            self._turns.extend(turns)
        else:
            self._idle_until = time.monotonic() + (IDLE if turns is None else _FAR_OFF)

    def _turns_for(self, most: int) -> list[float] | None:
        """Turns that were reserved: none while they are far off, None when there is nothing to send."""

        def work(session: Session) -> list[float] | None:
            now = self._sending.clock()
            lanes = self._lanes(session, now)
            count = taking.how_many(session, self._channel.name, lanes, now, most) if lanes else 0
            if not count:
                return None
            slots = pacing.reserve(session, self._channel.name, self._channel.pace, lanes[-1], now, count)
            if slots is None:
                return []
            return [slots.start + slots.every * number for number in range(slots.count)]

        return self._sending.store.run(work)

    def _lanes(self, session: Session, now: datetime) -> tuple[Lane, ...]:
        """The lanes that may go now: none at quiet hours or while the channel rests, no campaigns while they do."""
        return () if is_quiet(session, now) else pacing.going(session, self._channel.name, now, UNASKED)

    def _reserved(self, lane: Lane) -> pacing.Slots | None:
        name, pace = self._channel.name, self._channel.pace
        return self._sending.store.run(
            lambda session: pacing.reserve(session, name, pace, lane, self._sending.clock(), 1)
        )

    async def _wait(self, free: int) -> None:
        if free and self._turns:
            seconds = self._turns[0] - _AHEAD - self._sending.clock().timestamp()
        elif self._is_idle() and not self._stopping:
            seconds = self._idle_until - time.monotonic()
        else:
            seconds = IDLE
        try:
            async with asyncio.timeout(max(0.001, min(seconds, IDLE))):
                await self._news.wait()
        except TimeoutError:
            return

    async def _exchange(self, turns: list[float]) -> None:
        done, self._done = self._done, []
        try:
            begun, is_all = await to_thread.run_sync(self._exchanged, done, len(turns))
        except BaseException:
            self._done = done + self._done
            raise
        self.ended += len(done)
        if turns and is_all:
            # Others took them, or what waited may not go now.
            self._turns.clear()
            self._idle_until = time.monotonic() + IDLE
        for turn, tried in zip(turns, begun, strict=False):
            task = asyncio.get_running_loop().create_task(self._call(tried, turn))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _exchanged(self, done: list[Done], wanted: int) -> tuple[list[Try], bool]:
        """What was begun, and whether there is no more that could have been."""

        def work(session: Session) -> tuple[list[Try], bool]:
            now = self._sending.clock()
            if done:
                self._sending.settle(session, done, now)
            return self._begin(session, wanted, now) if wanted else ([], False)

        return self._sending.store.run(work)

    def _begin(self, session: Session, wanted: int, now: datetime) -> tuple[list[Try], bool]:
        tries: list[Try] = []
        lanes, left = self._lanes(session, now), _LOOKED_AT
        while lanes and left > 0 and len(tries) < wanted:
            most = min(wanted - len(tries), left)
            found = taking.take(session, self._channel.name, lanes, self._channel.pace, now, most)
            if not found:
                break
            left -= len(found)
            # Of what was found some may not go now, and is put off: others are looked at in its place.
            tries += self._begun(session, found, now)
        return tries, not tries and left > 0

    def _begun(self, session: Session, found: Sequence[taking.Taken], now: datetime) -> list[Try]:
        channel, sending = self._channel, self._sending
        going: list[tuple[taking.Taken, Outgoing]] = []
        for taken in found:
            message = sending.words(session, taken.message, channel, now)
            if message is None:
                continue
            if not message.opens or sending.may_open(session, taken.message, channel, taken.before, now):
                going.append((taken, message))
        beginnings = [Beginning(one.message.id, one.message.tries + 1, said(message)) for one, message in going]
        ids = attempts.begin_held(session, beginnings, sending.owner, now)
        writing = [
            pacing.Writing(one.message.address_id, one.before, message.opens, calls(message)) for one, message in going
        ]
        pacing.note_written(session, channel.pace, writing, now)
        begun = time.monotonic()
        return [
            Try(attempt, channel, one.message, message, begun)
            for attempt, (one, message) in zip(ids, going, strict=True)
        ]

    async def _in_turn(self, turn: float, lane: Lane) -> bool:
        """Wait for a turn; when it was missed all the same, for another one. False when none comes soon: consent and
        stop were asked a while ago by then, and are to be asked again."""
        until = turn + _SOON
        while True:
            await asyncio.sleep(max(0.0, turn - self._sending.clock().timestamp()))
            if self._sending.clock().timestamp() - turn <= _MISSED:
                return True
            self.missed += 1
            while (found := await self._another(lane)) is None:
                if self._sending.clock().timestamp() > until:
                    return False
                await asyncio.sleep(_FAR_OFF)
            turn = found.start

    async def _another(self, lane: Lane) -> pacing.Slots | None:
        with contextlib.suppress(DatabaseFault):
            return await to_thread.run_sync(self._reserved, lane)
        return None

    async def _call(self, tried: Try, turn: float) -> None:
        if self._channel.pace.per_second and not await self._in_turn(turn, tried.waiting.say.lane):
            done = Done(tried, Failed("no_turn", Failure.NOT_SENT, timedelta(seconds=_FAR_OFF)))
        else:
            done = await self._sending.call(tried)
        self._done.append(done)
        self._news.set()


def is_quiet(session: Session, now: datetime) -> bool:
    """Whether nobody is to be written to now who did not ask for it: asked again at the last step, because a message
    may have waited long."""
    wall, rules = local(now), hours()
    return not rules.is_open(wall, holidays.named(session, rules.feast_names, wall.date(), wall.date()))
