"""What the clock looks after: messages left unread or unsent by a crash, what is due and what comes near, and what
must not be kept any longer."""

from __future__ import annotations

from collections import Counter

import structlog
from anyio import to_thread

from bot.bootstrap import App
from scheduler import sending
from scheduler.planner import Planner, heal, look
from scheduler.ticks import Tick
from store import cases, inbox, outbox, people, talks, waiting
from store.database import Session
from store.ids import new_id

log = structlog.get_logger(__name__)


def ticks(app: App) -> list[Tick]:
    """The ticks of a running app, in seconds."""
    owner = new_id()

    async def unread() -> None:
        left = await to_thread.run_sync(app.store.run, lambda session: inbox.waiting(session, app.clock(), limit=50))
        for address_id in left:
            await app.work(address_id)

    async def unsent() -> None:
        def work(session: Session) -> list[str]:
            now = app.clock()
            outbox.sweep_calling(session, now)
            outbox.expire(session, now)
            return outbox.waiting(session, now, limit=50, channels=app.channels.keys())

        for address_id in await to_thread.run_sync(app.store.run, work):
            await app.deliver(address_id)

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
        Tick("unsent", 5, unsent),
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
