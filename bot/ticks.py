"""What the clock looks after: messages left unread or unsent by a crash, what is due and what comes near, and what
must not be kept any longer."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import structlog
from anyio import to_thread

from bot.bootstrap import App
from scheduler import sending
from scheduler.planner import Planner, heal, look
from scheduler.ticks import Tick
from store import cases, inbox, people, talks, waiting
from store.database import Session
from store.ids import new_id

log = structlog.get_logger(__name__)

# What came in just now is being worked on by whoever took it.
_LEFT_ALONE = timedelta(seconds=3)
# People whose left-over messages one look finds, and how many of them are answered at the same time.
_LOOKED_AT, _AT_ONCE = 500, 32


def ticks(app: App) -> list[Tick]:
    """The ticks of a running app, in seconds."""
    owner = new_id()

    async def unread() -> None:
        def work(session: Session) -> list[str]:
            return inbox.waiting(session, app.clock(), limit=_LOOKED_AT, for_=_LEFT_ALONE)

        places = asyncio.Semaphore(_AT_ONCE)

        async def one(address_id: str) -> None:
            async with places:
                await app.work(address_id)

        # Not one after the other: a platform that does not answer one person must not keep the others waiting.
        await asyncio.gather(*(one(each) for each in await to_thread.run_sync(app.store.run, work)))

    async def unsent() -> None:
        await app.delivery.look()

    async def due() -> None:
        # What is written here goes out with the next "unsent".
        done = await to_thread.run_sync(lambda: sending.run(app.store, owner, app.clock()))
        if done:
            log.info("due", **Counter(outcome.state for outcome in done))

    async def coming() -> None:
        await to_thread.run_sync(_look, app)

    async def purge() -> None:
        def work(session: Session) -> None:
            now = app.clock()
            talks.expire(session, now)
            purged = people.purge(session, now)
            log.info(
                "purged", guests=purged.guests, inbox=purged.inbox, messages=purged.messages, records=purged.records
            )

        await to_thread.run_sync(app.store.run, work)

    return [
        Tick("unread", 5, unread),
        Tick("unsent", 2, unsent),
        Tick("due", 15, due),
        Tick("coming", 60, coming),
        Tick("purge", 3600, purge),
    ]


def _look(app: App) -> None:
    """What time alone brings: seats and follow-ups that nobody answered, children whose next visit comes near, lost
    plans."""
    now = app.clock()
    planner = Planner()

    def pass_on(session: Session) -> None:
        planner.plan(session, [*waiting.pass_on(session, now), *cases.fall_silent(session, now)], now)

    app.store.run(pass_on)
    looked = look(app.store, planner, now)
    healed = heal(app.store, planner, now)
    if looked or healed:
        log.info("looked", children=looked, appointments=healed)
