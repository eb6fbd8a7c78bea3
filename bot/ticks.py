"""What the clock looks after: messages left unread or unsent by a crash, and what must not be kept any longer."""

from __future__ import annotations

import structlog
from anyio import to_thread

from bot.bootstrap import App
from scheduler.ticks import Tick
from store import inbox, outbox, people, talks
from store.database import Session

log = structlog.get_logger(__name__)


def ticks(app: App) -> list[Tick]:
    """The ticks of a running app, in seconds."""

    async def unread() -> None:
        waiting = await to_thread.run_sync(app.store.run, lambda session: inbox.waiting(session, app.clock(), limit=50))
        for address_id in waiting:
            await app.work(address_id)

    async def unsent() -> None:
        def work(session: Session) -> list[str]:
            now = app.clock()
            outbox.sweep_calling(session, now)
            outbox.expire(session, now)
            return outbox.waiting(session, now, limit=50, channels=app.channels.keys())

        for address_id in await to_thread.run_sync(app.store.run, work):
            await app.deliver(address_id)

    async def purge() -> None:
        def work(session: Session) -> None:
            now = app.clock()
            talks.expire(session, now)
            purged = people.purge(session, now)
            log.info(
                "purged", guests=purged.guests, inbox=purged.inbox, messages=purged.messages, records=purged.records
            )

        await to_thread.run_sync(app.store.run, work)

    return [Tick("unread", 5, unread), Tick("unsent", 5, unsent), Tick("purge", 3600, purge)]
