"""From messages that must be said at an address to such that were: rendered now, the try committed before the call,
then settled.

A try whose answer never came is ``unknown`` and is never repeated blindly; danger advice is said once more. Replies to
one address keep their order: a message that waits for another try holds back those behind it, but never danger advice.
Whatever goes wrong with one message settles that message, so that the next can go. This is what is said in a talk; what
nobody asked for just now goes out in batches (``bot.bulk``).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from anyio import to_thread

from bot import logs
from bot.bulk import HANDS, Bulk
from bot.channels.base import Channel
from bot.sending import Done, Sending, Try, calls, said
from dialogues.effects import Lane
from store import attempts, outbox, pacing, receipts
from store.database import Session, Store, is_away
from store.errors import DatabaseFault
from store.lanes import URGENT
from store.results import Failed, Failure, Sent

log = structlog.get_logger(__name__)

_STOP_SECONDS = 10.0
_DANGER: tuple[Lane, ...] = ("danger",)
_REPLY: tuple[Lane, ...] = ("reply",)
# Addresses with left-over messages that one look finds.
_LOOKED_AT = 200
# How long a result waits for a database that is away, and how long between two tries, in seconds.
_KEPT_SECONDS, _AFTER_FAULT = 1800.0, 1.0
# People whose left-over messages are sent at the same time.
_AT_ONCE = 32


class Delivery:
    """Sends over the channels it was given, by name. ``clock`` gives the moment as aware UTC; ``lease`` and ``silence``
    as in ``bot.sending``, ``hands`` as in ``bot.bulk``."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        lease: timedelta = attempts.LEASE,
        silence: timedelta = receipts.SILENCE,
        hands: int = HANDS,
    ) -> None:
        self.sending = Sending(store, channels, clock, lease=lease, silence=silence)
        self.bulk = {name: Bulk(self.sending, channel, hands) for name, channel in channels.items()}
        self._is_running = False
        self._looked_after: dict[str, asyncio.Task[None]] = {}
        self._store = store
        self._clock = clock

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What goes out in batches goes out by itself while this is open."""
        loops = [asyncio.create_task(bulk.run()) for bulk in self.bulk.values()]
        self._is_running = True
        try:
            yield
        finally:
            self._is_running = False
            for bulk in self.bulk.values():
                bulk.stop()
            await asyncio.wait([*loops, *self._looked_after.values()], timeout=_STOP_SECONDS)
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    def take_over(self) -> int:
        """At the start of a single process: calls of its former life will not be answered any more. How many."""

        def work(session: Session) -> int:
            return attempts.sweep_calling(session, self._clock(), timedelta(0), not_of=self.sending.owner)

        return self._store.run(work)

    async def look(self) -> None:
        """See to what was left behind or has become due: talks by address, the rest in batches."""

        def work(session: Session) -> list[str]:
            now = self._clock()
            outbox.adopt(session)
            attempts.sweep_calling(session, now, self.sending.lease)
            for name, channel in self.sending.channels.items():
                if channel.pace.echoes:
                    receipts.settle_silent(session, name, now, self.sending.silence)
            every = list(self.sending.channels)
            on = [name for name in every if not pacing.paused(session, name, now)]
            # Danger advice waits for no pause.
            danger = outbox.waiting(session, now, limit=_LOOKED_AT, channels=every, lanes=_DANGER)
            return danger + outbox.waiting(session, now, limit=_LOOKED_AT, channels=on, lanes=_REPLY)

        await to_thread.run_sync(self._store.run, lambda session: outbox.expire(session, self._clock()))
        for address_id in dict.fromkeys(await to_thread.run_sync(self._store.run, work)):
            if not self._is_running:
                await self._look_after(address_id)
            elif address_id not in self._looked_after and len(self._looked_after) < _AT_ONCE:
                # Not one after the other: a platform that does not answer one person must not keep the others waiting.
                task = asyncio.create_task(self._look_after(address_id))
                self._looked_after[address_id] = task
                task.add_done_callback(partial(self._forget, address_id))
        for bulk in self.bulk.values():
            if self._is_running:
                bulk.wake()
            else:
                await bulk.round()

    async def _look_after(self, address_id: str) -> None:
        try:
            await self.deliver(address_id)
        except Exception as error:  # noqa: BLE001
            log.error("delivery_failed", whose=address_id, error=type(error).__name__, where=logs.where(error))

    def _forget(self, address_id: str, _: object) -> None:
        self._looked_after.pop(address_id, None)

    async def deliver(self, address_id: str) -> int:
        """Send everything that can be sent to one address now, in order; how many were handed over."""
        sent = 0
        found = await to_thread.run_sync(self._next, address_id, None)
        while found is not None:
            done = await self._call(*found)
            sent += isinstance(done.result, Sent)
            found = await self._after(address_id, done)
        return sent

    async def _call(self, tried: Try, turn: float) -> Done:
        early = turn - self._clock().timestamp()
        if early > 0:
            await asyncio.sleep(early)
            rest = await to_thread.run_sync(self._rest, tried)
            if rest:
                # The platform asked for a pause after this turn was reserved.
                return Done(tried, Failed("paused", Failure.NOT_SENT, timedelta(seconds=rest)))
        return await self.sending.call(tried)

    def _rest(self, tried: Try) -> float:
        if tried.waiting.say.lane == "danger":
            return 0.0
        with self._store.read() as session:
            return pacing.paused(session, tried.channel.name, self._clock())

    async def _after(self, address_id: str, done: Done) -> tuple[Try, float] | None:
        """As ``_next``; a result is kept while the database is away, for nobody else knows it."""
        until = time.monotonic() + _KEPT_SECONDS
        while True:
            try:
                return await to_thread.run_sync(self._next, address_id, done)
            except DatabaseFault as error:
                if not is_away(error) or time.monotonic() > until:
                    raise
                log.error("result_waits", attempt=done.tried.attempt, error=type(error).__name__)
                await asyncio.sleep(_AFTER_FAULT)

    def _next(self, address_id: str, done: Done | None) -> tuple[Try, float] | None:
        """Settle the try that was made, and begin the next, in one transaction; the try, and when its turn comes (in
        seconds since 1970). None when nothing can be sent now."""

        def work(session: Session) -> tuple[Try, float] | None:
            outbox.hold(session, address_id)
            if done is not None:
                self.sending.settle(session, [done], self._clock())
            # After a failure the rest waits for the next tick, and only danger advice is tried at once.
            return self._begin_in(session, address_id, only_danger=done is not None and not _arrived(done))

        return self._store.run(work)

    def _begin_in(self, session: Session, address_id: str, *, only_danger: bool) -> tuple[Try, float] | None:
        now = self._clock()
        # Asked again after each message that is not sent: what may go next depends on what became of it.
        while ready := self._ready(session, address_id, now, only_danger=only_danger):
            waiting = ready[0]
            channel = self.sending.channels.get(waiting.channel)
            if channel is None:
                return None
            before = pacing.written(session, address_id)
            is_danger = waiting.say.lane == "danger"
            later = None if is_danger else pacing.wait_of_person(before, channel.pace, now)
            if later is not None:
                outbox.put_off(session, waiting.id, later, None)
                continue
            message = self.sending.words(session, waiting, channel, now)
            if message is None:
                continue
            if message.opens and not self.sending.may_open(session, waiting, channel, before, now):
                continue
            slots = pacing.reserve(session, channel.name, channel.pace, waiting.say.lane, now, calls(message))
            if slots is None:
                return None
            attempt = outbox.begin_attempt(session, waiting.id, now, said(message), self.sending.owner)
            if attempt is not None:
                writing = pacing.Writing(address_id, before, message.opens, calls(message))
                pacing.note_written(session, channel.pace, [writing], now)
                tried = Try(attempt, channel, waiting, message, time.monotonic())
                return tried, slots.start
        return None

    def _ready(self, session: Session, address_id: str, now: datetime, *, only_danger: bool) -> list[outbox.OutMessage]:
        lanes = _DANGER if only_danger else URGENT
        return [message for message in outbox.pending(session, address_id, now) if message.say.lane in lanes]


def _arrived(done: Done) -> bool:
    return isinstance(done.result, Sent)
